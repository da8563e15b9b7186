import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calibration, RgbdFrame } from '../../contract/frame.ts';
import { parseCalibration } from './calibration-file.ts';
import { associate, type ListedPicture, type PicturePair, parsePictureList } from './picture-list.ts';
import { decodeColor, decodeDepthMm, decodeInfrared } from './pictures.ts';

/** A recording whose lists and calibration have been read and checked; its pictures are decoded one by one. */
export interface Recording {
  readonly folder: string;
  /** As its frames carry it: depth in millimetres, whatever the scale of the files. */
  readonly calibration: Calibration;
  readonly fileDepthScaleMm: number;
  readonly pairs: readonly PicturePair[];
  readonly hasInfrared: boolean;
}

export type OpenedRecording =
  | { readonly kind: 'opened'; readonly recording: Recording }
  | { readonly kind: 'failed'; readonly sentence: string };

export type ReadFrame = { readonly kind: 'frame'; readonly frame: RgbdFrame } | { readonly kind: 'failed'; readonly sentence: string };

/** Opens a folder in the TUM RGB-D layout with `calibration.json`. Fails with a sentence that names the file. */
export async function openRecording(folder: string): Promise<OpenedRecording> {
  const calibrationText = await readText(folder, 'calibration.json');
  if (calibrationText.kind === 'failed') return calibrationText;
  const calibration = parseCalibration(calibrationText.text, calibrationText.file);
  if (calibration.kind === 'failed') return calibration;

  const colors = await readList(folder, 'rgb.txt');
  if (colors.kind === 'failed') return colors;
  const depths = await readList(folder, 'depth.txt');
  if (depths.kind === 'failed') return depths;
  const infrareds = await readOptionalList(folder, 'infrared.txt');
  if (infrareds.kind === 'failed') return infrareds;

  const joined = associate(colors.pictures, depths.pictures);
  if (joined.length === 0) {
    return { kind: 'failed', sentence: `${folder}: no colour picture has a depth picture within 20 ms.` };
  }
  const infraredOf = new Map(associate(depths.pictures, infrareds.pictures).map(([depth, infrared]) => [depth.path, infrared.path]));
  const pairs = joined.map(([color, depth]): PicturePair => {
    const infraredPath = infraredOf.get(depth.path);
    return {
      timestampS: color.timestampS,
      colorPath: color.path,
      depthPath: depth.path,
      ...(infraredPath !== undefined && { infraredPath }),
    };
  });
  return {
    kind: 'opened',
    recording: {
      folder,
      calibration: { ...calibration.calibration, depthScaleMm: 1 },
      fileDepthScaleMm: calibration.calibration.depthScaleMm,
      pairs,
      hasInfrared: infrareds.pictures.length > 0,
    },
  };
}

/** Decodes the frame at `index` of the recording. Its time is the recording's own, in milliseconds; its arrays are its own. */
export async function readFrameAt(recording: Recording, index: number): Promise<ReadFrame> {
  const pair = recording.pairs[index];
  if (pair === undefined) throw new RangeError(`the recording has no frame ${index}`);
  const { folder, calibration } = recording;
  const [color, depth, infrared] = await Promise.all([
    decodeColor(join(folder, pair.colorPath), calibration.color),
    decodeDepthMm(join(folder, pair.depthPath), calibration.depth, recording.fileDepthScaleMm),
    pair.infraredPath === undefined ? undefined : decodeInfrared(join(folder, pair.infraredPath), calibration.depth),
  ]);
  if (color.kind === 'failed') return color;
  if (depth.kind === 'failed') return depth;
  if (infrared?.kind === 'failed') return infrared;
  return {
    kind: 'frame',
    frame: {
      sequence: index,
      // Whole microseconds, so that a time written by `record` comes back to the bit.
      capturedAtMs: Math.round(pair.timestampS * 1e6) / 1000,
      color: color.pixels,
      depthMm: depth.pixels,
      ...(infrared !== undefined && { infrared: infrared.pixels }),
      calibration,
    },
  };
}

/** All frames of a recording, one after another and as fast as they are asked for. Ends after the first failure. */
export async function* readRecording(folder: string): AsyncGenerator<ReadFrame> {
  const opened = await openRecording(folder);
  if (opened.kind === 'failed') {
    yield opened;
    return;
  }
  yield* readFrames(opened.recording);
}

/** All frames of an opened recording. Ends after the first failure. */
export async function* readFrames(recording: Recording): AsyncGenerator<ReadFrame> {
  for (let index = 0; index < recording.pairs.length; index += 1) {
    const read = await readFrameAt(recording, index);
    yield read;
    if (read.kind === 'failed') return;
  }
}

type Text =
  | { readonly kind: 'text'; readonly text: string; readonly file: string }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Lists longer than this are not recordings: an hour at 30 frames a second has 108,000 lines of about 40 bytes. */
const largestTextBytes = 64 * 1024 * 1024;

async function readText(folder: string, name: string): Promise<Text> {
  const file = join(folder, name);
  try {
    const bytes = await readFile(file);
    if (bytes.length > largestTextBytes) return { kind: 'failed', sentence: `${file} is too large.` };
    return { kind: 'text', text: bytes.toString('utf8'), file };
  } catch {
    return { kind: 'failed', sentence: `${file} is missing or cannot be read: this is not a recording.` };
  }
}

async function readList(folder: string, name: string): Promise<ReturnType<typeof parsePictureList>> {
  const text = await readText(folder, name);
  return text.kind === 'failed' ? text : parsePictureList(text.text, text.file);
}

async function readOptionalList(
  folder: string,
  name: string,
): Promise<{ kind: 'list'; pictures: readonly ListedPicture[] } | { kind: 'failed'; sentence: string }> {
  const text = await readText(folder, name);
  return text.kind === 'failed' ? { kind: 'list', pictures: [] } : parsePictureList(text.text, text.file);
}

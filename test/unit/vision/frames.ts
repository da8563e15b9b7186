import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRecording, readFrameAt } from '../../../main/capture/recording/reader.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { type Landmarks, landmarkCount } from '../../../main/vision/landmarks.ts';
import { loadFaceNetworks } from '../../../main/vision/load-networks.ts';
import { type FaceFinders, type FaceNetworks, findCentralFace } from '../../../main/vision/recognise.ts';
import type { AlignedFace } from '../../../main/vision/rgbd-input.ts';

export const modelsDir = join(import.meta.dirname, '..', '..', '..', 'models');
export const peopleDir = join(modelsDir, 'simulated', 'people');

export async function networks(): Promise<FaceNetworks> {
  const loading = await loadFaceNetworks(modelsDir, 1);
  if (loading.kind === 'refused') throw new Error(loading.sentence);
  return loading.networks;
}

/** Frames of a built-in recording, every `step`th. */
export async function framesOf(folder: string, step = 1): Promise<RgbdFrame[]> {
  const opened = await openRecording(folder);
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  const frames: RgbdFrame[] = [];
  for (let index = 0; index < opened.recording.pairs.length; index += step) {
    const read = await readFrameAt(opened.recording, index);
    if (read.kind === 'failed') throw new Error(read.sentence);
    frames.push(read.frame);
  }
  return frames;
}

/** What the renderer knows of each frame of a built-in recording. */
export async function truthOf(folder: string): Promise<{ yawDeg: number; pitchDeg: number; rollDeg: number; distanceMm: number }[]> {
  const lines = (await readFile(join(folder, 'truth.txt'), 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, yawDeg, pitchDeg, rollDeg, distanceMm] = line.split(/\s+/).map(Number) as [number, number, number, number, number];
    return { yawDeg, pitchDeg, rollDeg, distanceMm };
  });
}

/** A copy of a frame with its pixels changed: `change` gets red, green or blue and the pixel's place. */
export function recolour(frame: RgbdFrame, change: (value: number, x: number, y: number) => number): RgbdFrame {
  const { width } = frame.calibration.color;
  const color = frame.color.map((value, index) =>
    index % 4 === 3 ? 255 : change(value, (index >> 2) % width, Math.floor((index >> 2) / width)),
  );
  return { ...frame, color };
}

/** A copy of a frame with its depth changed. */
export function redepth(frame: RgbdFrame, change: (depthMm: number, x: number, y: number) => number): RgbdFrame {
  const { width } = frame.calibration.depth;
  return { ...frame, depthMm: frame.depthMm.map((value, index) => change(value, index % width, Math.floor(index / width))) };
}

/** The face in a frame as identity networks are shown it. */
export async function alignedFace(
  finders: Pick<FaceFinders, 'detector' | 'landmarks'>,
  frame: RgbdFrame,
  change: Partial<AlignedFace>,
): Promise<AlignedFace> {
  const { width, height } = frame.calibration.color;
  const picture = { width, height, rgba: frame.color };
  const face = await findCentralFace(finders, picture);
  if (face === undefined) throw new Error('no face');
  return { picture, depthMm: frame.depthMm, alignedToPicture: face.alignedToPicture, landmarks: face.landmarks, ...change };
}

/** Points that make no face. */
export const noLandmarks: Landmarks = { points: new Float32Array(3 * landmarkCount), presence: 1 };

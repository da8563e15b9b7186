import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calibration } from '../../contract/frame.ts';
import { parseCalibration } from './calibration-file.ts';
import { decodeColor } from './pictures.ts';
import type { ReadFrame } from './reader.ts';

const depthWidth = 640;
const depthHeight = 480;

/**
 * The Kinect v1 of the VAP RGB-D face database (Hg and others, 2012), as typical ones are: 1280x960 colour, 640x480 depth, lenses 25 mm apart,
 * pictures mirrored by the SDK. A `calibration.json` in the database's folder or a person's counts more.
 */
export const vapCalibration: Calibration = {
  color: { width: 1280, height: 960, fx: 1050, fy: 1050, cx: 639.5, cy: 479.5 },
  depth: { width: depthWidth, height: depthHeight, fx: 580, fy: 580, cx: 319.5, cy: 239.5 },
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [25, 0, 0] },
  depthScaleMm: 1,
};

/** Names of a person's pictures in the database, without their endings `c.bmp` and `d.dat`, in order; empty where there are none. */
export async function listVapTakes(folder: string): Promise<readonly string[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch {
    return [];
  }
  const numeric = new Intl.Collator('en', { numeric: true });
  return names
    .filter((name) => name.endsWith('d.dat'))
    .map((name) => name.slice(0, -'d.dat'.length))
    .sort(numeric.compare);
}

/** All pictures of one person of the VAP database, as `readVapTakes` reads them. */
export async function* readVapPerson(folder: string): AsyncGenerator<ReadFrame> {
  const takes = await listVapTakes(folder);
  if (takes.length === 0) {
    yield { kind: 'failed', sentence: `${folder} holds no pictures of the VAP database (…c.bmp with …d.dat).` };
    return;
  }
  yield* readVapTakes(folder, takes);
}

/**
 * These pictures of one person of the VAP database (`NAMEc.bmp` beside `NAMEd.dat`), one after another, a second apart. Ends after the first
 * failure, which is a sentence that names the file.
 */
export async function* readVapTakes(folder: string, takes: readonly string[]): AsyncGenerator<ReadFrame> {
  const calibration = await vapCalibrationOf(folder);
  if (calibration.kind === 'failed') {
    yield calibration;
    return;
  }
  for (const [sequence, take] of takes.entries()) {
    const color = await decodeColor(join(folder, `${take}c.bmp`), calibration.calibration.color);
    const depth = await readDat(join(folder, `${take}d.dat`));
    if (color.kind === 'failed' || depth.kind === 'failed') {
      yield color.kind === 'failed' ? color : (depth as { kind: 'failed'; sentence: string });
      return;
    }
    const frame = {
      sequence,
      capturedAtMs: sequence * 1000,
      color: color.pixels,
      depthMm: depth.pixels,
      calibration: calibration.calibration,
    };
    yield { kind: 'frame', frame };
  }
}

async function vapCalibrationOf(
  folder: string,
): Promise<{ kind: 'calibration'; calibration: Calibration } | { kind: 'failed'; sentence: string }> {
  for (const file of [join(folder, 'calibration.json'), join(folder, '..', 'calibration.json')]) {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch {
      continue;
    }
    const parsed = parseCalibration(text, file);
    if (parsed.kind === 'failed') return parsed;
    const { depth } = parsed.calibration;
    if (depth.width !== depthWidth || depth.height !== depthHeight) {
      return { kind: 'failed', sentence: `${file}: depth of the VAP database is ${depthWidth}x${depthHeight} pixels.` };
    }
    return { kind: 'calibration', calibration: { ...parsed.calibration, depthScaleMm: 1 } };
  }
  return { kind: 'calibration', calibration: vapCalibration };
}

type Dat = { readonly kind: 'pixels'; readonly pixels: Uint16Array } | { readonly kind: 'failed'; readonly sentence: string };

/** Depth as text: 480 lines of 640 whole millimetres between tabs, -1 where there is no reading. */
async function readDat(file: string): Promise<Dat> {
  let text: string;
  try {
    text = await readFile(file, 'latin1');
  } catch {
    return { kind: 'failed', sentence: `${file} is missing or cannot be read.` };
  }
  const pixels = new Uint16Array(depthWidth * depthHeight);
  let count = 0;
  for (const [number] of text.matchAll(/\S+/g)) {
    const value = Number(number);
    if (!Number.isInteger(value) || value < -1 || value > 65534)
      return { kind: 'failed', sentence: `${file} holds "${number.slice(0, 20)}", which is no depth.` };
    if (count < pixels.length) pixels[count] = Math.max(value, 0);
    count += 1;
  }
  if (count !== pixels.length) return { kind: 'failed', sentence: `${file} holds ${count} depth values instead of ${pixels.length}.` };
  return { kind: 'pixels', pixels };
}

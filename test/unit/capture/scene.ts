import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRecording } from '../../../main/capture/recording/writer.ts';
import type { Calibration, RgbdFrame } from '../../../main/contract/frame.ts';

/** A small registered camera. */
export const smallCalibration: Calibration = {
  color: { width: 64, height: 48, fx: 60, fy: 60, cx: 31.5, cy: 23.5 },
  depth: { width: 64, height: 48, fx: 60, fy: 60, cx: 31.5, cy: 23.5 },
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
  depthScaleMm: 1,
};

/** A frame whose every pixel differs from its neighbours and from those of other `seed`s; red of pixel 0 is the seed. */
export function makeFrame(seed: number, sequence: number, capturedAtMs: number, calibration = smallCalibration): RgbdFrame {
  const { color, depth } = calibration;
  const rgba = new Uint8Array(color.width * color.height * 4);
  for (let index = 0; index < rgba.length; index += 4) {
    rgba[index] = index === 0 ? seed : (seed * 7 + index) & 255;
    rgba[index + 1] = (seed + index * 3) & 255;
    rgba[index + 2] = sequence & 255;
    rgba[index + 3] = 255;
  }
  const depthMm = Uint16Array.from({ length: depth.width * depth.height }, (_, index) =>
    index % 17 === 0 ? 0 : 500 + ((index * 13 + seed) % 4000),
  );
  return { sequence, capturedAtMs, color: rgba, depthMm, calibration };
}

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes `frames` frames, `gapMs` apart, as a recording. */
export async function writeRecording(
  folder: string,
  seed: number,
  frames = 3,
  gapMs = 20,
  calibration = smallCalibration,
): Promise<readonly RgbdFrame[]> {
  await mkdir(dirname(folder), { recursive: true });
  const opened = await createRecording(folder, calibration);
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  const written = Array.from({ length: frames }, (_, index) => makeFrame(seed, index, 1000.125 + index * gapMs, calibration));
  for (const frame of written) {
    const result = await opened.writer.write(frame);
    if (result.kind === 'failed') throw new Error(result.sentence);
  }
  return written;
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Calibration, RgbdFrame } from '../../../main/contract/frame.ts';
import { type SyntheticCamera, writeFramesFile } from './frames-file.ts';
import { buildPrivateOpenni, compile, missing, type PrivateOpenni, recordOni } from './private-openni.ts';

const run = promisify(execFile);

const size = { width: 80, height: 60, fx: 70, fy: 70, cx: 39.5, cy: 29.5 };
const calibration: Calibration = {
  color: size,
  depth: size,
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
  depthScaleMm: 1,
};
const frames: readonly RgbdFrame[] = Array.from({ length: 6 }, (_, sequence) => ({
  sequence,
  capturedAtMs: sequence * 33,
  color: new Uint8Array(80 * 60 * 4).fill(sequence),
  depthMm: new Uint16Array(80 * 60).fill(700 + sequence),
  calibration,
}));
const camera: SyntheticCamera = { frames, fps: 30, registered: true, infrared: frames.map(() => new Uint16Array(80 * 60).fill(900)) };

const sources = join(import.meta.dirname, '../../../native/openni2/src');
const program = [
  join(import.meta.dirname, 'session-check.cc'),
  ...['library', 'openni_thread', 'pixels', 'session'].map((name) => join(sources, `${name}.cc`)),
];

if (missing !== undefined) console.log(`OpenNI memory tests skipped: ${missing}`);

describe.skipIf(missing !== undefined)('streaming, unplugging and closing', () => {
  let openni: PrivateOpenni;
  let args: readonly string[];
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    openni = await buildPrivateOpenni();
    const file = join(openni.folder, 'frames.bin');
    const oni = join(openni.folder, 'take.oni');
    await writeFramesFile(file, camera);
    await recordOni(openni, camera, oni);
    args = [openni.library, oni];
    env = { ...process.env, FACELATCH_SYNTHETIC_FRAMES: file, FACELATCH_SYNTHETIC_FAULT: 'unplug:10' };
  });
  afterAll(() => rm(openni.folder, { recursive: true, force: true }));

  /** Frames before the unplugging, of the recording once, of it looped, and of the camera plugged in again; a slow machine drops some. */
  const expected = /^\d+ 6 \d+ 3\n$/;

  test('is clean under AddressSanitizer and UndefinedBehaviorSanitizer', async () => {
    const binary = join(openni.folder, 'session-check-sanitized');
    await compile(['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', ...program, '-o', binary]);
    expect((await run(binary, args, { env })).stdout).toMatch(expected);
  });

  test.skipIf(!existsSync('/usr/bin/valgrind'))('is clean under valgrind', async () => {
    const binary = join(openni.folder, 'session-check');
    await compile(['-g', ...program, '-o', binary]);
    const { stdout, stderr } = await run('/usr/bin/valgrind', ['-q', '--error-exitcode=9', binary, ...args], { env });
    expect(stdout).toMatch(expected);
    expect(stderr).toBe('');
  });
});

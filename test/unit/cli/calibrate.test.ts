import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseCalibration } from '../../../main/capture/recording/calibration-file.ts';
import { createRecording } from '../../../main/capture/recording/writer.ts';
import { calibrate } from '../../../main/cli/calibrate.ts';
import type { Calibration, RgbdFrame } from '../../../main/contract/frame.ts';
import { depthToColor, project, unproject } from '../../../main/geometry/projection.ts';
import { DepthRegistration } from '../../../main/geometry/registration.ts';
import { temporaryFolder } from '../capture/scene.ts';
import { framesOf, peopleDir } from '../vision/frames.ts';
import { infraredOf } from '../vision/infrared-light.ts';

let out: string;
let err: string;
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const depthLens = { width: 640, height: 480, fx: 520, fy: 520, cx: 319.5, cy: 239.5 };
/** Turns of 0.3 to 0.6 degrees about each axis and a few millimetres beside the typical 52: as one device differs from another. */
const trueTransform: Calibration['depthToColor'] = {
  rotation: rotation(0.006, -0.008, 0.01),
  translationMm: [-58, -4, 3],
};
const typicalTransform: Calibration['depthToColor'] = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [-52, 0, 0] };

/** Rotation about x, then y, then z, row-major, from radians. */
function rotation(rx: number, ry: number, rz: number): readonly number[] {
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(rx), Math.sin(rx), Math.cos(ry), Math.sin(ry), Math.cos(rz), Math.sin(rz)];
  return [
    cz * cy,
    cz * sy * sx - sz * cx,
    cz * sy * cx + sz * sx,
    sz * cy,
    sz * sy * sx + cz * cx,
    sz * sy * cx - cz * sx,
    -sy,
    cy * sx,
    cy * cx,
  ];
}

function inverse({ rotation: r, translationMm: t }: Calibration['depthToColor']): Calibration['depthToColor'] {
  const transposed = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((index) => r[index] ?? 0);
  const back = [0, 3, 6].map((row) => -[0, 1, 2].reduce((sum, column) => sum + (transposed[row + column] ?? 0) * (t[column] ?? 0), 0));
  return { rotation: transposed, translationMm: back };
}

/** A built-in (registered) frame as a camera with two lenses, `trueTransform` apart, sees it; its calibration says `typicalTransform`. */
function throughTwoLenses(frame: RgbdFrame): RgbdFrame {
  const color = frame.calibration.color;
  const toDepthLens = new DepthRegistration({ color: depthLens, depth: color, depthToColor: inverse(trueTransform), depthScaleMm: 1 });
  const depthMm = toDepthLens.register(frame.depthMm).slice();
  const truth: Calibration = { color, depth: depthLens, depthToColor: trueTransform, depthScaleMm: 1 };
  const litFromColorLens = infraredOf(frame);
  const infrared = depthMm.map((mm, pixel) => {
    if (mm === 0) return 0;
    const point = unproject({ x: pixel % depthLens.width, y: Math.floor(pixel / depthLens.width) }, mm, depthLens);
    const seen = project(depthToColor(point, truth), color);
    return seen === undefined ? 0 : (litFromColorLens[Math.round(seen.y) * color.width + Math.round(seen.x)] ?? 0);
  });
  return { ...frame, depthMm, infrared: Uint8Array.from(infrared), calibration: { ...truth, depthToColor: typicalTransform } };
}

/** A recording of somebody at three distances. */
async function record(change: (frame: RgbdFrame) => RgbdFrame): Promise<string> {
  const folder = join(await temporaryFolder(), 'take');
  const frames: RgbdFrame[] = [];
  for (const look of ['look-1', 'look-2', 'look-3', 'enrol-circle'])
    frames.push(...(await framesOf(join(peopleDir, 'ada', look))).slice(0, 3).map(change));
  const created = await createRecording(folder, (frames[0] as RgbdFrame).calibration);
  if (created.kind === 'failed') throw new Error(created.sentence);
  for (const [index, frame] of frames.entries()) await created.writer.write({ ...frame, capturedAtMs: index * 100 });
  return folder;
}

/** How far a calibration puts points of a face's room from where they are, in colour pixels, at worst. */
function worstErrorPx(calibration: Calibration): number {
  const truth = { ...calibration, depthToColor: trueTransform };
  let worst = 0;
  for (const z of [580, 660, 740])
    for (const x of [-60, 0, 60])
      for (const y of [-80, 0, 80]) {
        const [is, should] = [
          project(depthToColor({ x, y, z }, calibration), calibration.color),
          project(depthToColor({ x, y, z }, truth), truth.color),
        ];
        if (is === undefined || should === undefined) throw new Error('behind the camera');
        worst = Math.max(worst, Math.hypot(is.x - should.x, is.y - should.y));
      }
  return worst;
}

test('a face that colour and infrared both see tells how depth lies on colour', async () => {
  const folder = await record(throughTwoLenses);
  const file = join(folder, '..', 'refined.json');
  expect(await calibrate(['--camera', `recording:${folder}`, '--out', file, '--json']), err + out).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ command: 'calibrate', result: 'refined', out: file });
  expect(report.medianErrorBeforePx).toBeGreaterThan(8);
  expect(report.medianErrorPx).toBeLessThan(1.5);
  const before = parseCalibration(await readFile(join(folder, 'calibration.json'), 'utf8'), 'before');
  const after = parseCalibration(await readFile(file, 'utf8'), 'after');
  if (before.kind === 'failed' || after.kind === 'failed') throw new Error('not a calibration');
  expect(worstErrorPx(after.calibration)).toBeLessThan(worstErrorPx(before.calibration) / 3);
});

test('a recording without a face refines nothing and writes nothing', async () => {
  const folder = await record((frame) => throughTwoLenses({ ...frame, color: frame.color.map((_, at) => (at % 4 === 3 ? 255 : 90)) }));
  const file = join(folder, '..', 'refined.json');
  expect(await calibrate(['--camera', `recording:${folder}`, '--out', file])).toBe(1);
  expect(out).toContain('Too few points');
  await expect(readFile(file)).rejects.toThrow();
});

describe('is refused with one line', () => {
  test.each([
    ['no camera', ['--out', 'x.json'], 'usage'],
    ['seconds that are none', ['--camera', 'simulated:0', '--out', 'x.json', '--seconds', '0'], '--seconds'],
    ['a camera that is not there', ['--camera', 'recording:/nowhere', '--out', 'x.json'], '/nowhere'],
    ['a camera that registers depth itself', ['--camera', 'simulated:0', '--out', 'x.json'], 'nothing to calibrate'],
  ])('%s', async (_name, args, says) => {
    expect(await calibrate(args)).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(says);
  });

  test('a camera without infrared', async () => {
    const folder = await record((frame) => {
      const { infrared: _, ...rest } = throughTwoLenses(frame);
      return rest;
    });
    expect(await calibrate(['--camera', `recording:${folder}`, '--out', join(folder, 'x.json')])).toBe(2);
    expect(err).toContain('no infrared');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Calibration } from '../../../main/contract/frame.ts';
import { type Correspondence, refineCalibration } from '../../../main/geometry/calibration-refinement.ts';
import { depthToColor, project } from '../../../main/geometry/projection.ts';

const typical: Calibration = {
  color: { width: 1920, height: 1080, fx: 1081.37, fy: 1081.37, cx: 959.5, cy: 539.5 },
  depth: { width: 512, height: 424, fx: 365.5, fy: 365.5, cx: 255.5, cy: 211.5 },
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [-52, 0, 0] },
  depthScaleMm: 1,
};

/** A camera that is slightly off the typical one. */
function trueCamera(turns: readonly number[], shiftMm: readonly number[]): Calibration {
  const [rx = 0, ry = 0, rz = 0] = turns;
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(rx), Math.sin(rx), Math.cos(ry), Math.sin(ry), Math.cos(rz), Math.sin(rz)];
  const rotation = [
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
  const translationMm = typical.depthToColor.translationMm.map((value, index) => value + (shiftMm[index] ?? 0));
  return { ...typical, depthToColor: { rotation, translationMm } };
}

/** Landmarks of a face at several places, as `camera` sees them, off by up to `noisePx`; every tenth may be plainly wrong. */
function landmarks(camera: Calibration, noisePx: number, outliers: boolean, random: () => number): Correspondence[] {
  const points: Correspondence[] = [];
  for (const centre of [
    { x: -120, y: -40, z: 600 },
    { x: 0, y: 0, z: 750 },
    { x: 130, y: 50, z: 950 },
  ]) {
    for (let index = 0; index < 80; index += 1) {
      const x = (random() - 0.5) * 140;
      const y = (random() - 0.5) * 180;
      const depthPoint = { x: centre.x + x, y: centre.y + y, z: centre.z + (x * x + y * y) / 250 };
      const pixel = project(depthToColor(depthPoint, camera), camera.color);
      if (pixel === undefined) throw new Error('behind the camera');
      const off = outliers && index % 10 === 0 ? 60 : noisePx;
      points.push({ depthPoint, colorPixel: { x: pixel.x + (random() - 0.5) * 2 * off, y: pixel.y + (random() - 0.5) * 2 * off } });
    }
  }
  return points;
}

/** A small generator of numbers from 0 to 1, the same ones for the same seed. */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

describe('calibration from a face', () => {
  test('finds any camera near the typical one to a fraction of a pixel, through noise and wrong landmarks', () => {
    const turn = fc.double({ min: -0.02, max: 0.02, noNaN: true });
    const shift = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(turn, turn, turn), fc.tuple(shift, shift, shift), fc.integer({ min: 1, max: 1e6 }), (turns, shifts, seed) => {
        const camera = trueCamera(turns, shifts);
        const result = refineCalibration(typical, landmarks(camera, 1.5, true, seeded(seed)));
        if (result.kind === 'failed') throw new Error(result.sentence);
        // Judged on other points than it learned from, without noise.
        const errors = landmarks(camera, 0, false, seeded(seed + 1)).map(({ depthPoint, colorPixel }) => {
          const seen = project(depthToColor(depthPoint, result.calibration), camera.color);
          return seen === undefined ? Number.POSITIVE_INFINITY : Math.hypot(seen.x - colorPixel.x, seen.y - colorPixel.y);
        });
        expect(Math.max(...errors)).toBeLessThan(1.5);
        expect(result.medianErrorPx).toBeLessThanOrEqual(result.medianErrorBeforePx);
      }),
      { numRuns: 60 },
    );
  });

  test('asks for movement, for enough points, and does not believe another face', () => {
    const random = seeded(7);
    const points = landmarks(typical, 1, false, random);
    expect(refineCalibration(typical, points.slice(0, 20))).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('Too few') });
    const flat = points.map(({ depthPoint, colorPixel }) => ({ depthPoint: { ...depthPoint, z: 700 }, colorPixel }));
    expect(refineCalibration(typical, flat)).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('nearer and farther') });
    const shuffled = points.map(({ depthPoint }, index) => ({
      depthPoint,
      colorPixel: points[(index * 7 + 13) % points.length]?.colorPixel ?? { x: 0, y: 0 },
    }));
    expect(refineCalibration(typical, shuffled).kind).toBe('failed');
    const elsewhere = landmarks(trueCamera([0, 0, 0], [90, 0, 0]), 0, false, random);
    expect(refineCalibration(typical, elsewhere)).toMatchObject({
      kind: 'failed',
      sentence: expect.stringContaining('not one a Kinect can have'),
    });
  });
});

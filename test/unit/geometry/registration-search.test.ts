import { describe, expect, test } from 'vitest';
import type { Calibration } from '../../../main/contract/frame.ts';
import { agreementWithDepth } from '../../../main/geometry/face-over-depth.ts';
import { meanAgreement, searchRegistration } from '../../../main/geometry/registration-search.ts';
import { apartPx, claimed, madeUpFaces } from './made-up-faces.ts';

function lying(scaleX: number, scaleY: number, cx: number, cy: number, shiftMm: number): Calibration {
  const { color } = claimed;
  return {
    ...claimed,
    color: { ...color, fx: color.fx * scaleX, fy: color.fy * scaleY, cx: color.cx + cx, cy: color.cy + cy },
    depthToColor: { ...claimed.depthToColor, translationMm: [shiftMm, 0, 0] },
  };
}

describe('colour that lies otherwise than claimed is found from faces', () => {
  test.each([
    ['stretched tall and seen from beside, like a Kinect v2 on one grid', lying(0.82, 1.19, -1, 6, 50)],
    ['seen from the other side', lying(1, 1, 0, 0, -40)],
    ['zoomed in', lying(1.3, 1.3, 5, -8, 0)],
    ['as claimed', claimed],
  ])('%s', (_name, truth) => {
    const faces = madeUpFaces(16, truth);
    const found = searchRegistration(faces, claimed);
    // A head is 50 to 90 px wide here.
    expect(apartPx(found, truth)).toBeLessThan(5);
    expect(meanAgreement(faces, claimed, found)).toBeGreaterThan(0.95);
    expect(found.depth).toEqual(claimed.depth);
  });
});

test('agreement falls when colour is moved off depth, to the side, up or down, or stretched', () => {
  const faces = madeUpFaces(12, claimed);
  const inPlace = meanAgreement(faces, claimed, claimed);
  for (const moved of [
    lying(1, 1, 12, 0, 0),
    lying(1, 1, -12, 0, 0),
    lying(1, 1, 0, 14, 0),
    lying(0.8, 1.2, 0, 0, 0),
    lying(1, 1, 0, 0, 30),
  ])
    expect(meanAgreement(faces, claimed, moved)).toBeLessThan(inPlace - 0.05);
});

test('a sheet in place of a face agrees with nothing, and no depth at all neither', () => {
  const [face] = madeUpFaces(1, claimed);
  if (face === undefined) throw new Error('no face');
  const tilted = face.depthMm.map((_, at) => 700 + (at % 320) * 0.3);
  expect(Math.abs(agreementWithDepth({ ...face, depthMm: tilted }, claimed, 700))).toBeLessThan(0.2);
  expect(agreementWithDepth({ ...face, depthMm: face.depthMm.map(() => 0) }, claimed, 700)).toBe(0);
  expect(meanAgreement([], claimed, claimed)).toBe(0);
});

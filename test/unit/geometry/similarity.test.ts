import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyAffine, fitSimilarity, invertAffine, type Point2 } from '../../../main/geometry/similarity.ts';

const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const similarity = fc.record({
  scale: fc.double({ min: 0.1, max: 10, noNaN: true }),
  angle: fc.double({ min: -3, max: 3, noNaN: true }),
  tx: coordinate,
  ty: coordinate,
});

function move({ scale, angle, tx, ty }: { scale: number; angle: number; tx: number; ty: number }, { x, y }: Point2): Point2 {
  return { x: scale * (Math.cos(angle) * x - Math.sin(angle) * y) + tx, y: scale * (Math.sin(angle) * x + Math.cos(angle) * y) + ty };
}

test('the fitted similarity carries every point to where it was moved, and its inverse back', () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 3, maxLength: 8 }), similarity, (points, motion) => {
      fc.pre(spreadOf(points) > 1);
      const moved = points.map((each) => move(motion, each));
      const map = fitSimilarity(points, moved);
      const back = map === undefined ? undefined : invertAffine(map);
      if (map === undefined || back === undefined) throw new Error('no fit for points that are spread');
      points.forEach((each, index) => {
        const target = moved[index] as Point2;
        expect(applyAffine(map, each).x).toBeCloseTo(target.x, 3);
        expect(applyAffine(map, each).y).toBeCloseTo(target.y, 3);
        expect(applyAffine(back, target).x).toBeCloseTo(each.x, 3);
      });
    }),
  );
});

test('points that coincide have no similarity', () => {
  const same = { x: 3, y: 4 };
  expect(fitSimilarity([same, same, same], [same, { x: 1, y: 2 }, same])).toBeUndefined();
  expect(fitSimilarity([same], [same])).toBeUndefined();
});

test('points that are not finite have no similarity', () => {
  expect(
    fitSimilarity(
      [
        { x: Number.NaN, y: 0 },
        { x: 1, y: 1 },
      ],
      [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    ),
  ).toBeUndefined();
});

function spreadOf(points: readonly Point2[]): number {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return Math.max(...xs) - Math.min(...xs) + Math.max(...ys) - Math.min(...ys);
}

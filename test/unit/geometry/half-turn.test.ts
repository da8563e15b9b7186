import fc from 'fast-check';
import { expect, test } from 'vitest';
import { undoHalf } from '../../../main/geometry/half-turn.ts';

const degrees = (angle: number): number => (angle * Math.PI) / 180;

/** Rodrigues' formula. */
function rotationAbout(axis: readonly [number, number, number], angleDeg: number): number[] {
  const length = Math.hypot(...axis);
  const [x, y, z] = axis.map((part) => part / length) as [number, number, number];
  const [c, s] = [Math.cos(degrees(angleDeg)), Math.sin(degrees(angleDeg))];
  const v = 1 - c;
  return [c + x * x * v, x * y * v - z * s, x * z * v + y * s, y * x * v + z * s, c + y * y * v, y * z * v - x * s].concat([
    z * x * v - y * s,
    z * y * v + x * s,
    c + z * z * v,
  ]);
}

const axis = fc
  .tuple(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  )
  .filter((parts) => Math.hypot(...parts) > 0.1);

test('what undoes half of a turn is the turn about the same axis by minus half its angle', () => {
  fc.assert(
    fc.property(axis, fc.double({ min: -170, max: 170, noNaN: true }), (about, angleDeg) => {
      const undone = undoHalf(rotationAbout(about, angleDeg));
      for (const [i, value] of rotationAbout(about, -angleDeg / 2).entries()) expect(undone[i]).toBeCloseTo(value, 6);
    }),
  );
});

test('a turn by 180 degrees has no half way, and nothing is turned', () => {
  expect([...undoHalf(rotationAbout([0, 1, 0], 180))].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { climb } from '../../../main/geometry/nelder-mead.ts';

test('the top of any round hill is found, from wherever the climb begins', () => {
  const place = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(place, place, place), fc.tuple(place, place, place), (top, start) => {
      const worth = (at: readonly number[]): number =>
        -at.reduce((sum, value, index) => sum + (index + 1) * (value - (top[index] ?? 0)) ** 2, 0);
      const found = climb(worth, start, [0.5, 0.5, 0.5], { evaluations: 1000, tolerance: 1e-9 });
      for (const [index, value] of found.at.entries()) expect(value).toBeCloseTo(top[index] ?? 0, 2);
    }),
    { numRuns: 30 },
  );
});

test('the bent valley of Rosenbrock is followed to its end', () => {
  const worth = ([x = 0, y = 0]: readonly number[]): number => -((1 - x) ** 2 + 100 * (y - x * x) ** 2);
  const { at, value } = climb(worth, [-1.2, 1], [0.5, 0.5], { evaluations: 2000, tolerance: 1e-12 });
  expect(at[0]).toBeCloseTo(1, 3);
  expect(at[1]).toBeCloseTo(1, 3);
  expect(value).toBeGreaterThan(-1e-6);
});

test('it is never worse than its start, however early it is cut off', () => {
  for (const evaluations of [0, 1, 3, 7, 20]) {
    const { value } = climb(([x = 0]) => -(x ** 2), [4], [1], { evaluations, tolerance: 0 });
    expect(value).toBeGreaterThanOrEqual(-16);
  }
});

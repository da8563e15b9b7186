import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addScore, isAlive, type LookLiveness, noLiveness } from '../../../main/identity/look-liveness.ts';

const of = (scores: readonly number[]): LookLiveness => scores.reduce(addScore, noLiveness);

test('frames that all score high are alive together, frames that all score low are not, and no frame at all is not', () => {
  expect(isAlive(of([0.99, 0.97, 0.99]))).toBe(true);
  expect(isAlive(of([0.01, 0.02, 0.01]))).toBe(false);
  expect(isAlive(noLiveness)).toBe(false);
});

test('one sure frame does not outvote frames that say no', () => {
  expect(isAlive(of([1, 0.01, 0.01, 0.01]))).toBe(false);
});

test('a score that is no number never helps', () => {
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1]) expect(isAlive(of([odd, odd, odd]))).toBe(false);
});

test('a higher score never makes a look less alive', () => {
  const score = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(score, { maxLength: 8 }), score, score, (others, p, q) => {
      const lower = of([...others, Math.min(p, q)]);
      const higher = of([...others, Math.max(p, q)]);
      expect(higher.logOdds).toBeGreaterThanOrEqual(lower.logOdds);
      if (isAlive(lower)) expect(isAlive(higher)).toBe(true);
    }),
  );
});

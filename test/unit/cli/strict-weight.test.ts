import { expect, test } from 'vitest';
import type { EmbeddedSample } from '../../../main/cli/evaluation/comparisons.ts';
import { strictestWeight } from '../../../main/cli/evaluation/strict-weight.ts';
import { seededRandom } from '../../../main/cli/experiments/random.ts';

/** Unit vectors of 30 people, 4 samples each: a person's own direction, and as much chance as `spread` says. */
function vectors(spread: number, seed: number): EmbeddedSample[] {
  const random = seededRandom(seed);
  const chance = (): Float32Array => Float32Array.from({ length: 128 }, () => random.uniform() + random.uniform() - 1);
  return Array.from({ length: 30 }, chance).flatMap((own, person) =>
    Array.from({ length: 4 }, (_, sample) => {
      const noise = chance();
      const mixed = own.map((value, i) => value + spread * (noise[i] as number));
      const length = Math.hypot(...mixed);
      return { name: `p${person}`, source: `p${person}/${sample}`, vector: mixed.map((value) => value / length) };
    }),
  );
}

test('a network that says nothing of who it is gets next to no weight', () => {
  const strict = strictestWeight(vectors(50, 1), vectors(1.6, 2));
  expect(strict?.best.weight).toBeLessThanOrEqual(0.1);
  expect(strict?.tried.at(-1)?.fnmr).toBeGreaterThan(strict?.best.fnmr ?? 1);
});

test('one that tells people apart as well, by other things, gets much', () => {
  const strict = strictestWeight(vectors(1.6, 1), vectors(1.6, 2));
  expect(strict?.best.weight).toBeGreaterThanOrEqual(0.3);
  expect(strict?.best.fnmr).toBeLessThan(0.8 * (strict?.tried[0]?.fnmr ?? 0));
});

test('where nobody is refused by any weight, the smallest is taken', () => {
  expect(strictestWeight(vectors(0.1, 1), vectors(0.1, 2))?.best).toEqual({ weight: 0, fnmr: 0 });
});

test('one person alone says nothing', () => {
  const one = (samples: EmbeddedSample[]): EmbeddedSample[] => samples.filter(({ name }) => name === 'p0');
  expect(strictestWeight(one(vectors(1, 1)), one(vectors(1, 2)))).toBeUndefined();
});

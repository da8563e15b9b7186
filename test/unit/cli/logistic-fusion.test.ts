import { expect, test } from 'vitest';
import { fitFusion, fitScore, type PairDistances } from '../../../main/cli/evaluation/logistic-fusion.ts';
import { seededRandom } from '../../../main/cli/experiments/random.ts';

/** Pairs whose kind is drawn by a known score of their squared distances, as many of a kind as come. */
function drawnPairs(count: number, truth: { weight: number; scale: number; offset: number }): [PairDistances, PairDistances] {
  const random = seededRandom(7);
  const kinds = { genuine: [[], []] as [number[], number[]], impostor: [[], []] as [number[], number[]] };
  for (let pair = 0; pair < count; pair++) {
    const [p, q] = [2 * random.uniform(), 2 * random.uniform()];
    const score = truth.offset - truth.scale * (truth.weight * p * p + (1 - truth.weight) * q * q);
    const kind = random.uniform() < 1 / (1 + Math.exp(-score)) ? 'genuine' : 'impostor';
    kinds[kind][0].push(p);
    kinds[kind][1].push(q);
  }
  const distances = ([rgbd, colour]: [number[], number[]]): PairDistances => ({
    rgbd: Float64Array.from(rgbd),
    colour: Float64Array.from(colour),
  });
  return [distances(kinds.genuine), distances(kinds.impostor)];
}

test('the weight and scale that the pairs were drawn by are found again', () => {
  const truth = { weight: 0.7, scale: 6, offset: 7 };
  const [genuine, impostor] = drawnPairs(60_000, truth);
  const fitting = fitFusion(genuine, impostor);
  if (fitting.kind === 'failed') throw new Error(fitting.sentence);
  expect(fitting.fit.weight).toBeCloseTo(truth.weight, 1);
  expect(Math.abs(fitting.fit.scale - truth.scale)).toBeLessThan(0.3);
  // Both kinds weigh the same, so the offset is that of the score less the logarithm of how many there were of each.
  const odds = Math.log(genuine.rgbd.length / impostor.rgbd.length);
  expect(Math.abs(fitting.fit.offset - (truth.offset - odds))).toBeLessThan(0.4);
});

test('of fused distances scale and offset are found, as the whole regression finds them', () => {
  const [genuine, impostor] = drawnPairs(60_000, { weight: 0, scale: 6, offset: 7 });
  const [whole, score] = [fitFusion(genuine, impostor), fitScore(genuine.colour, impostor.colour)];
  if (whole.kind === 'failed' || score.kind === 'failed') throw new Error('not fitted');
  expect(Math.abs(score.fit.scale - whole.fit.scale)).toBeLessThan(0.1);
  expect(Math.abs(score.fit.offset - whole.fit.offset)).toBeLessThan(0.1);
  expect(fitScore(genuine.colour, new Float64Array())).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('impostor') });
  expect(fitScore(impostor.colour, genuine.colour).kind).toBe('failed');
});

test('how many impostor pairs there are changes nothing but what they say', () => {
  const [genuine, impostor] = drawnPairs(4000, { weight: 0.4, scale: 5, offset: 5 });
  const twice = (values: Float64Array): Float64Array => Float64Array.from([...values, ...values]);
  const once = fitFusion(genuine, impostor);
  const more = fitFusion(genuine, { rgbd: twice(impostor.rgbd), colour: twice(impostor.colour) });
  if (once.kind === 'failed' || more.kind === 'failed') throw new Error('not fitted');
  expect(more.fit.weight).toBeCloseTo(once.fit.weight, 6);
  expect(more.fit.offset).toBeCloseTo(once.fit.offset, 5);
});

test.each([
  ['rgbd', { weight: 1, scale: 5, offset: 5 }, 1],
  ['colour', { weight: 0, scale: 5, offset: 5 }, 0],
])('where %s alone tells anything, it has nearly all the weight, and never more than all', (_name, truth, weight) => {
  const [genuine, impostor] = drawnPairs(20_000, truth);
  const fitting = fitFusion(genuine, impostor);
  if (fitting.kind === 'failed') throw new Error(fitting.sentence);
  expect(Math.abs(fitting.fit.weight - weight)).toBeLessThan(0.05);
  expect(fitting.fit.weight).toBeLessThanOrEqual(1);
  expect(fitting.fit.weight).toBeGreaterThanOrEqual(0);
});

test('people told apart without error still give a finite score that tells them apart', () => {
  const near = Float64Array.from({ length: 50 }, (_, index) => 0.2 + index / 500);
  const far = Float64Array.from({ length: 80 }, (_, index) => 1.1 + index / 500);
  const fitting = fitFusion(
    { rgbd: near, colour: near.map((value) => value + 0.1) },
    { rgbd: far, colour: far.map((value) => value + 0.1) },
  );
  if (fitting.kind === 'failed') throw new Error(fitting.sentence);
  const { weight, scale, offset } = fitting.fit;
  const score = (rgbd: number, colour: number): number => offset - scale * (weight * rgbd ** 2 + (1 - weight) * colour ** 2);
  expect([weight, scale, offset].every(Number.isFinite)).toBe(true);
  expect(score(0.3, 0.4)).toBeGreaterThan(0);
  expect(score(1.1, 1.2)).toBeLessThan(0);
});

test('pairs that cannot be told apart, or of one kind only, are refused', () => {
  const some = { rgbd: Float64Array.of(0.3, 0.4), colour: Float64Array.of(0.5, 0.6) };
  const none = { rgbd: new Float64Array(), colour: new Float64Array() };
  expect(fitFusion(some, none)).toMatchObject({ kind: 'failed', sentence: expect.stringContaining('impostor') });
  // Genuine pairs that lie farther than impostor ones by both networks.
  expect(fitFusion({ rgbd: Float64Array.of(1.2, 1.1), colour: Float64Array.of(1.2, 1.3) }, some).kind).toBe('failed');
});

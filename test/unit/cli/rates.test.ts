import { expect, test } from 'vitest';
import {
  boundedRate,
  crossValidatedAccuracy,
  equalErrorPoint,
  mostAccurateThreshold,
  pointAtFmr,
  sortComparisons,
  summarise,
} from '../../../main/cli/evaluation/rates.ts';

const list = (...values: number[]): Float64Array => Float64Array.from(values);

test('mean and deviation of a known list', () => {
  expect(summarise(list(2, 4, 4, 4, 5, 5, 7, 9))).toEqual({ n: 8, mean: 5, sd: 2 });
  expect(summarise(list())).toEqual({ n: 0, mean: 0, sd: 0 });
});

test('no error among n trials is bounded by the rule of three', () => {
  expect(boundedRate(0, 300)).toEqual({ rate: 0, low95: 0, high95: 0.01, n: 300 });
});

test("Wilson's interval of 10 in 100 is the published one", () => {
  const bound = boundedRate(10, 100);
  expect(bound.low95).toBeCloseTo(0.0552, 3);
  expect(bound.high95).toBeCloseTo(0.1744, 3);
});

test('people told apart perfectly have no equal error and full accuracy', () => {
  const sorted = sortComparisons({ genuine: list(0.3, 0.2, 0.4), impostor: list(1.2, 1.1, 1.3) });
  expect(equalErrorPoint(sorted).eer).toBe(0);
  const threshold = mostAccurateThreshold(sorted);
  expect(threshold).toBeGreaterThanOrEqual(0.4);
  expect(threshold).toBeLessThan(1.1);
});

test('overlapping lists have the equal error rate that counting gives', () => {
  // At 1.1 one impostor of ten is let in and one genuine of ten kept out.
  const genuine = list(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.15);
  const impostor = list(1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2);
  expect(equalErrorPoint({ genuine, impostor }).eer).toBeCloseTo(0.1, 6);
  expect(pointAtFmr({ genuine, impostor }, 0.1)).toMatchObject({ falseMatches: 1, falseNonMatches: 0 });
});

test('a false match rate that the pairs cannot resolve lets no impostor through', () => {
  const sorted = { genuine: list(0.1, 0.5, 0.95), impostor: list(0.9, 1.2, 1.3) };
  expect(pointAtFmr(sorted, 0.0001)).toMatchObject({ falseMatches: 0, falseNonMatches: 1 });
});

test('cross-validated accuracy judges no pair by a threshold it helped to choose', () => {
  // The only pairs in fold 0 are the odd ones out; the other nine folds choose 0.5 and so get them wrong.
  const genuine = Float64Array.from({ length: 20 }, (_, index) => (index % 10 === 0 ? 1.5 : 0.3));
  const impostor = Float64Array.from({ length: 20 }, () => 1);
  expect(crossValidatedAccuracy({ genuine, impostor })).toBeCloseTo(38 / 40, 6);
});

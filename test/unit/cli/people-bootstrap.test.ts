import { expect, test } from 'vitest';
import { compareAll, type EmbeddedSample } from '../../../main/cli/evaluation/comparisons.ts';
import { middle95, resamplePeople } from '../../../main/cli/evaluation/people-bootstrap.ts';
import { equalErrorPoint, pointAtFmr, sortComparisons } from '../../../main/cli/evaluation/rates.ts';
import { vectorOf } from '../identity/observations.ts';

const crowd = (people: number, each: number, spread: number): EmbeddedSample[] =>
  Array.from({ length: people * each }, (_, index) => {
    const person = Math.floor(index / each);
    return { name: `p${person}`, source: `${index}`, vector: vectorOf(person, index, spread) };
  });

test('the interval holds what all pairs give, and is wider with fewer people', () => {
  const many = crowd(40, 4, 2.2);
  const few = many.slice(0, 10 * 4);
  const width = (samples: EmbeddedSample[]): number => {
    const resampled = resamplePeople(samples, ['0.01']);
    if (resampled === undefined) throw new Error('not drawn');
    const { low95, high95 } = middle95(resampled.eers);
    const sorted = sortComparisons(compareAll(samples));
    const { eer } = equalErrorPoint(sorted);
    expect(eer).toBeGreaterThan(0.01);
    expect(low95).toBeLessThanOrEqual(eer + 0.01);
    expect(high95).toBeGreaterThanOrEqual(eer - 0.01);
    const fnmr = pointAtFmr(sorted, 0.01).falseNonMatches / sorted.genuine.length;
    const at = middle95(resampled.fnmrsAtFmr['0.01'] as Float64Array);
    expect(at.low95).toBeLessThanOrEqual(fnmr + 0.02);
    expect(at.high95).toBeGreaterThanOrEqual(fnmr - 0.02);
    return high95 - low95;
  };
  expect(width(few)).toBeGreaterThan(width(many));
});

test('people told apart without error stay so, whoever is drawn', () => {
  const resampled = resamplePeople(crowd(8, 3, 0.05), ['0.001']);
  expect(resampled?.eers.every((eer) => eer === 0)).toBe(true);
  expect(resampled?.fnmrsAtFmr['0.001']?.every((fnmr) => fnmr === 0)).toBe(true);
});

test('the same people are drawn for every network', () => {
  const samples = crowd(12, 3, 2);
  expect(resamplePeople(samples, ['0.01'])).toEqual(resamplePeople(samples, ['0.01']));
});

test('one person alone, or nobody, says nothing of others', () => {
  expect(resamplePeople(crowd(1, 9, 1), ['0.01'])).toBeUndefined();
  expect(resamplePeople([], ['0.01'])).toBeUndefined();
});

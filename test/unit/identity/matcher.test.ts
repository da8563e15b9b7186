import { expect, test } from 'vitest';
import { embeddingDistance, meanVector, nearestTemplate } from '../../../main/identity/matcher.ts';
import type { Template } from '../../../main/identity/template.ts';
import { vectorOf } from './observations.ts';

const template = (id: string, model: string, vector: Float32Array): Template => ({
  id,
  origin: 'enrolled',
  model,
  vector,
  yawDeg: 0,
  pitchDeg: 0,
  createdAtMs: 0,
});

test('distances of unit vectors: none to itself, two to its opposite, the same both ways', () => {
  const p = vectorOf(1);
  const q = vectorOf(2);
  expect(embeddingDistance(p, p)).toBe(0);
  expect(
    embeddingDistance(
      p,
      p.map((value) => -value),
    ),
  ).toBeCloseTo(2, 5);
  expect(embeddingDistance(p, q)).toBe(embeddingDistance(q, p));
});

test('a vector of another length or with a number that is not finite is infinitely far', () => {
  const broken = vectorOf(1);
  broken[5] = Number.NaN;
  expect(embeddingDistance(vectorOf(1), broken)).toBe(Infinity);
  expect(embeddingDistance(vectorOf(1), new Float32Array(64))).toBe(Infinity);
  expect(embeddingDistance(new Float32Array(0), new Float32Array(0))).toBe(Infinity);
});

test('a vector as long as another network makes them is compared with nothing', () => {
  const fused = Float32Array.from({ length: 256 }, () => 1 / 16);
  expect(embeddingDistance(fused, fused)).toBe(0);
  expect(embeddingDistance(fused, vectorOf(1))).toBe(Infinity);
  expect(nearestTemplate(fused, 'sface', [template('short', 'sface', vectorOf(1))])).toBeUndefined();
  expect(nearestTemplate(fused, 'sface', [template('mislabelled', 'sface', fused)])).toBeUndefined();
  expect(nearestTemplate(vectorOf(1), 'fused', [template('mislabelled', 'fused', vectorOf(1))])).toBeUndefined();
  expect(nearestTemplate(fused, 'fused', [template('own', 'fused', fused)])?.distance).toBe(0);
});

test('the nearest template is found, and vectors of another network are never compared', () => {
  const probe = vectorOf(1, 1, 0.1);
  const templates = [template('far', 'sface', vectorOf(2)), template('near', 'sface', vectorOf(1)), template('other', 'rgbd', probe)];
  expect(nearestTemplate(probe, 'sface', templates)?.template.id).toBe('near');
  expect(nearestTemplate(probe, 'none', templates)).toBeUndefined();
});

test('the mean of two vectors is a unit vector between them', () => {
  const p = vectorOf(1);
  const q = vectorOf(1, 1, 0.5);
  const mean = meanVector(p, q);
  expect(Math.hypot(...mean)).toBeCloseTo(1, 5);
  expect(embeddingDistance(mean, p)).toBeLessThan(embeddingDistance(p, q));
  expect(
    meanVector(
      p,
      p.map((value) => -value),
    ),
  ).toEqual(p);
});

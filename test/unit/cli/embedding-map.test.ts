import { describe, expect, test } from 'vitest';
import type { Contender } from '../../../main/cli/evaluation/contenders.ts';
import { embeddingMapSvg } from '../../../main/cli/evaluation/embedding-map.ts';
import { principalComponents } from '../../../main/cli/evaluation/pca.ts';
import type { Sample } from '../../../main/cli/evaluation/samples.ts';
import { neighbourEmbedding } from '../../../main/cli/evaluation/tsne.ts';
import { seededRandom } from '../../../main/cli/experiments/random.ts';
import { vectorOf } from '../identity/observations.ts';

type Point = readonly [number, number];
const between = (p: Point, q: Point): number => Math.hypot(p[0] - q[0], p[1] - q[1]);

describe('principal components', () => {
  test('a flat cloud in many dimensions is found flat, its directions in the order of their spread', () => {
    const random = seededRandom(3);
    const [long, short] = [vectorOf(1), vectorOf(2)];
    const along = long.reduce((sum, value, index) => sum + value * (short[index] as number), 0);
    const across = short.map((value, index) => value - along * (long[index] as number));
    const size = Math.hypot(...across);
    const places = Array.from({ length: 200 }, () => [3 * random.normal(), random.normal()] as const);
    const vectors = places.map(([x, y]) => long.map((value, index) => 5 + x * value + (y * (across[index] as number)) / size));
    const { points, share } = principalComponents(vectors);
    expect(share).toBeGreaterThan(0.999);
    for (let i = 1; i < places.length; i++) {
      const [p, q] = [places[0] as Point, places[i] as Point];
      expect(between(points[0] as Point, points[i] as Point)).toBeCloseTo(between(p, q), 3);
    }
    const spread = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis] ** 2, 0);
    expect(spread(0)).toBeGreaterThan(4 * spread(1));
  });

  test('equal vectors and a single one are no crash', () => {
    const { points } = principalComponents([vectorOf(1), vectorOf(1), vectorOf(1)]);
    for (const [x, y] of points) expect(Math.hypot(x, y)).toBeLessThan(1e-6);
    expect(principalComponents([vectorOf(1)]).points).toEqual([[0, 0]]);
  });
});

describe('t-SNE', () => {
  const people = 5;
  const each = 12;
  const vectors = Array.from({ length: people * each }, (_, index) => vectorOf(Math.floor(index / each), index, 0.3));
  const { points } = neighbourEmbedding(vectors);

  test("everybody's nearest neighbour in the picture is one of their own", () => {
    for (const [index, point] of points.entries()) {
      const others = [...points.keys()].filter((other) => other !== index);
      const distance = (other: number): number => between(point, points[other] as Point);
      const nearest = others.reduce((best, other) => (distance(other) < distance(best) ? other : best));
      expect(Math.floor(nearest / each)).toBe(Math.floor(index / each));
    }
  });

  test('the same vectors give the same picture', () => {
    expect(neighbourEmbedding(vectors).points).toEqual(points);
  });

  test('vectors that are all the same, or very few, are finite places', () => {
    for (const few of [Array.from({ length: 8 }, () => vectorOf(1)), [vectorOf(1)], [vectorOf(1), vectorOf(2), vectorOf(3)]])
      for (const [x, y] of neighbourEmbedding(few).points) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
  });
});

describe('the picture', () => {
  const contender = (name: string): Contender => ({ name, model: 'sface', modality: 'both' });
  const sample = (name: string, variant: number): Sample => ({
    name,
    source: `${name} ${variant}`,
    use: 'probe',
    taken: [
      { kind: 'vector', vector: vectorOf(name.length, variant, 0.2) },
      { kind: 'vector', vector: vectorOf(name.length + 50, variant, 0.4) },
    ],
  });
  const named = (count: number): string[] => Array.from({ length: count }, (_, index) => 'p'.repeat(index + 1));
  const marks = (svg: string): number => [...svg.matchAll(/<(circle|polygon|path)/g)].length;

  test('every frame is marked in both panels of every network, and every person named in each', () => {
    const samples = named(3).flatMap((name) => [1, 2, 3, 4].map((variant) => sample(name, variant)));
    const svg = embeddingMapSvg([contender('one'), contender('two')], samples, 'nobody here was trained on');
    expect(marks(svg)).toBe(2 * 2 * 12);
    for (const name of named(3)) expect(svg.split(`>${name}</text>`)).toHaveLength(2 * 2 + 1);
    for (const says of [
      'one: principal',
      'one: t-SNE',
      'two: principal',
      'two: t-SNE',
      '12 frames of 3 people',
      'nobody here was trained on',
    ])
      expect(svg).toContain(says);
  });

  test('of many people only as many are drawn as can be told apart, and the caption says so', () => {
    const samples = named(60).flatMap((name) => [1, 2].map((variant) => sample(name, variant)));
    const svg = embeddingMapSvg([contender('one')], samples, '');
    expect(svg).toContain('40 frames of the first 20 by name of 60 people');
    expect(marks(svg)).toBe(2 * 40);
  });

  test("a person's name is text, whatever it holds", () => {
    const odd = { ...sample('pp', 1), name: '<script>&"' };
    const svg = embeddingMapSvg([contender('one')], [odd, { ...odd, source: '2' }, sample('p', 1), sample('p', 2)], '<b>');
    expect(svg).not.toContain('<script>');
    expect(svg).not.toContain('<b>');
  });
});

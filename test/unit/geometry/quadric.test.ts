import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Point3 } from '../../../main/geometry/plane.ts';
import { heightsOverQuadricMm } from '../../../main/geometry/quadric.ts';

const grid = (surface: (x: number, y: number) => number): Point3[] =>
  Array.from({ length: 121 }, (_, index) => {
    const x = ((index % 11) - 5) * 14;
    const y = (Math.floor(index / 11) - 5) * 18;
    return { x, y, z: surface(x, y) };
  });

const coefficient = fc.double({ min: -1, max: 1, noNaN: true });

test('nothing remains of any plane or bent sheet', () => {
  fc.assert(
    fc.property(coefficient, coefficient, coefficient, coefficient, coefficient, (b, c, d, e, f) => {
      const heights = heightsOverQuadricMm(grid((x, y) => 640 + b * x + c * y + (d * x * x + e * x * y + f * y * y) / 100)) ?? [];
      expect(Math.max(...heights.map(Math.abs))).toBeLessThan(1e-6);
    }),
  );
});

test('a print bent over a cylinder of 90 mm leaves about a millimetre, a nose on it leaves more than twice that and its tip on top', () => {
  const bent = (x: number): number => 700 - Math.sqrt(90 ** 2 - x ** 2);
  const rms = (heights: readonly number[]): number => Math.sqrt(heights.reduce((sum, h) => sum + h * h, 0) / heights.length);
  expect(rms(heightsOverQuadricMm(grid(bent)) ?? [])).toBeLessThan(1.2);
  const nose = (x: number, y: number): number => bent(x) - 24 * Math.exp(-(x * x + y * y) / 400);
  const heights = heightsOverQuadricMm(grid(nose)) ?? [];
  expect(rms(heights)).toBeGreaterThan(2.4);
  expect(heights.indexOf(Math.max(...heights))).toBe(60);
});

test('points that fix no sheet have no heights over one', () => {
  expect(heightsOverQuadricMm(grid(() => 600).slice(0, 5))).toBeUndefined();
  expect(heightsOverQuadricMm(Array.from({ length: 40 }, (_, index) => ({ x: index, y: 0, z: 600 })))).toBeUndefined();
});

import { expect, test } from 'vitest';
import type { Point3 } from '../../../main/geometry/plane.ts';
import { drawTriangle } from '../../../main/geometry/triangle.ts';

const [a, b, c]: readonly [Point3, Point3, Point3] = [
  { x: 1, y: 1, z: 10 },
  { x: 1, y: 4, z: 40 },
  { x: 4, y: 1, z: 20 },
];

function visited(corners: readonly [Point3, Point3, Point3], width = 6, height = 5): Map<number, number> {
  const found = new Map<number, number>();
  drawTriangle(corners, width, height, (pixel, z) => found.set(pixel, z));
  return found;
}

test('every pixel whose centre lies in the triangle is visited once, with the depth of its plane', () => {
  const found = visited([a, b, c]);
  for (let y = 0; y < 5; y++) {
    for (let x = 0; x < 6; x++) {
      const inside = x >= 1 && y >= 1 && x - 1 + (y - 1) <= 3;
      expect(found.has(6 * y + x)).toBe(inside);
      if (inside) expect(found.get(6 * y + x)).toBeCloseTo(10 + (10 / 3) * (x - 1) + 10 * (y - 1), 6);
    }
  }
});

test('its back is not seen, and what lies beyond the grid is left out', () => {
  expect(visited([a, c, b]).size).toBe(0);
  expect([...visited([a, b, c], 3, 3).keys()].sort((p, q) => p - q)).toEqual([4, 5, 7, 8]);
});

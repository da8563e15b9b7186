import type { Point3 } from './plane.ts';

/** Is told of a pixel whose centre a triangle covers (its index, row by row), z there, and the shares that the second and the third corner have in it. */
export type PixelVisitor = (pixel: number, z: number, ofSecond: number, ofThird: number) => void;

/**
 * Visits the pixels of a grid whose centres (whole numbers) lie in a triangle with x and y in pixels, y down. Only triangles with counter-clockwise corners
 * on the picture are drawn: the others show their back.
 */
export function drawTriangle([a, b, c]: readonly [Point3, Point3, Point3], width: number, height: number, visit: PixelVisitor): void {
  const [bx, by, cx, cy] = [b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y];
  const area = bx * cy - by * cx;
  if (!(area < 0)) return;
  const left = Math.max(0, Math.ceil(a.x + Math.min(0, bx, cx)));
  const right = Math.min(width - 1, Math.floor(a.x + Math.max(0, bx, cx)));
  const top = Math.max(0, Math.ceil(a.y + Math.min(0, by, cy)));
  const bottom = Math.min(height - 1, Math.floor(a.y + Math.max(0, by, cy)));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x - a.x, y - a.y];
      const ofSecond = (px * cy - py * cx) / area;
      const ofThird = (bx * py - by * px) / area;
      if (ofSecond < 0 || ofThird < 0 || ofSecond + ofThird > 1) continue;
      visit(y * width + x, a.z + ofSecond * (b.z - a.z) + ofThird * (c.z - a.z), ofSecond, ofThird);
    }
  }
}

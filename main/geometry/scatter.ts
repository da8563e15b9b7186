import type { Point3 } from './plane.ts';

/** How points lie around their mean: sums of products of their offsets from it, in the square of their unit. */
export interface Scatter {
  readonly mean: Point3;
  readonly xx: number;
  readonly xy: number;
  readonly xz: number;
  readonly yy: number;
  readonly yz: number;
  readonly zz: number;
}

/** Scatter of points; not a number without any. */
export function scatterOf(points: readonly Point3[]): Scatter {
  let [mx, my, mz] = [0, 0, 0];
  for (const point of points) {
    mx += point.x;
    my += point.y;
    mz += point.z;
  }
  const mean = { x: mx / points.length, y: my / points.length, z: mz / points.length };
  let [xx, xy, xz, yy, yz, zz] = [0, 0, 0, 0, 0, 0];
  for (const point of points) {
    const x = point.x - mean.x;
    const y = point.y - mean.y;
    const z = point.z - mean.z;
    xx += x * x;
    xy += x * y;
    xz += x * z;
    yy += y * y;
    yz += y * z;
    zz += z * z;
  }
  return { mean, xx, xy, xz, yy, yz, zz };
}

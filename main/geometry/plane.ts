import { scatterOf } from './scatter.ts';

/** A point in camera millimetres: x right, y down, z away. */
export interface Point3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The plane `z = slopeX * x + slopeY * y + offsetMm`. */
export interface DepthPlane {
  readonly slopeX: number;
  readonly slopeY: number;
  readonly offsetMm: number;
  /** Root mean square distance of the points from the plane, at right angles to it. */
  readonly residualMm: number;
}

/**
 * Least-squares plane through points seen by a depth camera (never edge on, so z is a function of x and y).
 * `undefined` for fewer than three points or points on one line.
 */
export function fitDepthPlane(points: readonly Point3[]): DepthPlane | undefined {
  const count = points.length;
  if (count < 3) return undefined;
  const { mean, xx, xy, xz, yy, yz } = scatterOf(points);
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-6 * (xx + yy) ** 2)) return undefined;
  const slopeX = (xz * yy - yz * xy) / determinant;
  const slopeY = (yz * xx - xz * xy) / determinant;
  const plane = { slopeX, slopeY, offsetMm: mean.z - slopeX * mean.x - slopeY * mean.y };
  let squares = 0;
  for (const point of points) squares += heightAbovePlaneMm(plane, point) ** 2;
  return { ...plane, residualMm: Math.sqrt(squares / count) };
}

/** How far a point stands out of a plane towards the camera, in millimetres (negative: behind it). */
export function heightAbovePlaneMm(plane: Omit<DepthPlane, 'residualMm'>, point: Point3): number {
  const along = plane.slopeX * point.x + plane.slopeY * point.y + plane.offsetMm - point.z;
  return along / Math.sqrt(1 + plane.slopeX ** 2 + plane.slopeY ** 2);
}

import type { Point3 } from './plane.ts';

export const add3 = (p: Point3, q: Point3): Point3 => ({ x: p.x + q.x, y: p.y + q.y, z: p.z + q.z });
export const subtract3 = (p: Point3, q: Point3): Point3 => ({ x: p.x - q.x, y: p.y - q.y, z: p.z - q.z });
export const scale3 = (p: Point3, factor: number): Point3 => ({ x: p.x * factor, y: p.y * factor, z: p.z * factor });
export const dot3 = (p: Point3, q: Point3): number => p.x * q.x + p.y * q.y + p.z * q.z;
export const length3 = (p: Point3): number => Math.sqrt(dot3(p, p));

export const cross3 = (p: Point3, q: Point3): Point3 => ({
  x: p.y * q.z - p.z * q.y,
  y: p.z * q.x - p.x * q.z,
  z: p.x * q.y - p.y * q.x,
});

/** Unit vector along `p`; `undefined` when it has no length. */
export function normalise3(p: Point3): Point3 | undefined {
  const length = length3(p);
  return length > 1e-9 ? scale3(p, 1 / length) : undefined;
}

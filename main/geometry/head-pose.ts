import type { HeadPose } from '../contract/observation.ts';
import type { Point3 } from './plane.ts';
import { add3, cross3, dot3, normalise3, scale3, subtract3 } from './vector3.ts';

/**
 * Head pose from two directions on the face, in camera axes (x right in the image, y down, z away): `across`, from the
 * person's right to their left (image left to image right when they face the camera), and `down`, from brow to chin.
 * Neither needs to be of unit length or exactly at right angles to the other: `across` is kept, `down` is straightened.
 * `undefined` when they are parallel or have no length.
 */
export function headPoseFromAxes(across: Point3, down: Point3): HeadPose | undefined {
  const right = normalise3(across);
  if (right === undefined) return undefined;
  const below = normalise3(subtract3(down, scale3(right, dot3(down, right))));
  if (below === undefined) return undefined;
  // right x below points away from the camera for a face that looks at it; the face looks the other way.
  const forward = scale3(cross3(right, below), -1);
  const yaw = Math.atan2(forward.x, -forward.z);
  const pitch = Math.asin(Math.max(-1, Math.min(1, -forward.y)));
  // What remains of the across direction once yaw and pitch are taken out is roll.
  const level = { x: Math.cos(yaw), y: 0, z: Math.sin(yaw) };
  const straight = cross3(level, forward);
  const roll = Math.atan2(dot3(right, straight), dot3(right, level));
  return { yawDeg: toDegrees(yaw), pitchDeg: toDegrees(pitch), rollDeg: toDegrees(roll) };
}

/** Sum of the differences `to - from`: the mean direction of several landmark pairs, long pairs counting more. */
export function meanDirection(pairs: readonly (readonly [from: Point3, to: Point3])[]): Point3 {
  return pairs.reduce<Point3>((sum, [from, to]) => add3(sum, subtract3(to, from)), { x: 0, y: 0, z: 0 });
}

/** Angle between two directions in degrees, 0 to 180. */
export function angleBetweenDeg(p: Point3, q: Point3): number {
  const a = normalise3(p);
  const b = normalise3(q);
  if (a === undefined || b === undefined) return 180;
  return toDegrees(Math.acos(Math.max(-1, Math.min(1, dot3(a, b)))));
}

function toDegrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

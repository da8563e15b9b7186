import type { HeadPose } from '../contract/observation.ts';

/** Number of bins around the circle of the head. */
export const ringBinCount = 12;
const binWidthDeg = 360 / ringBinCount;

/** From how many degrees off the resting pose a turn of the head is meant as one, from how many it counts, and up to how many. Measured as yaw. */
const noticedTiltDeg = 5;
const minimumTiltDeg = 9;
const maximumTiltDeg = 45;
/** People nod less far than they turn: a degree of pitch counts as so many degrees of yaw. */
const pitchWeight = 1.35;

/** Where a pose lies relative to the resting pose: still near it, turned but not far enough, in a bin of the ring, or beyond what is useful. */
export type RingPlace =
  | { readonly kind: 'centre' | 'short' | 'outside' }
  | { readonly kind: 'bin'; readonly bin: number /** Around the ring, 0 to 360, as `binAngleDeg` counts. */; readonly angleDeg: number };

/**
 * The place of `pose` on the ring around `rest`. Bin 0 is centred on the face turned towards image right, and bins go clockwise in the
 * camera's picture: bin 3 looks down, bin 6 image left, bin 9 up. In a mirror they run the other way round.
 */
export function ringPlace(pose: HeadPose, rest: HeadPose): RingPlace {
  const across = pose.yawDeg - rest.yawDeg;
  const downward = -(pose.pitchDeg - rest.pitchDeg) * pitchWeight;
  const tiltDeg = Math.hypot(across, downward);
  if (!Number.isFinite(tiltDeg) || tiltDeg > maximumTiltDeg) return { kind: 'outside' };
  if (tiltDeg < noticedTiltDeg) return { kind: 'centre' };
  if (tiltDeg < minimumTiltDeg) return { kind: 'short' };
  const angleDeg = ((Math.atan2(downward, across) * 180) / Math.PI + 360) % 360;
  return { kind: 'bin', bin: Math.round(angleDeg / binWidthDeg) % ringBinCount, angleDeg };
}

/** How far a direction around the ring is from a bin's middle, 0 to 180 degrees. */
export function apartFromBinDeg(angleDeg: number, bin: number): number {
  const turn = Math.abs(angleDeg - binAngleDeg(bin)) % 360;
  return Math.min(turn, 360 - turn);
}

/** Direction of a bin's middle in degrees, 0 to 360, clockwise from image right. */
export function binAngleDeg(bin: number): number {
  return bin * binWidthDeg;
}

import type { HeadPose } from '../contract/observation.ts';

/** Number of bins around the circle of the head. */
export const ringBinCount = 12;
const binWidthDeg = 360 / ringBinCount;

/** From how many degrees off the resting pose a turn of the head counts, and up to how many. Measured as yaw. */
const minimumTiltDeg = 9;
const maximumTiltDeg = 45;
/** People nod less far than they turn: a degree of pitch counts as so many degrees of yaw. */
const pitchWeight = 1.35;

/** Where a pose lies relative to the resting pose: still near it, in a bin of the ring, or beyond what is useful. */
export type RingPlace = { readonly kind: 'centre' } | { readonly kind: 'bin'; readonly bin: number } | { readonly kind: 'outside' };

/**
 * The place of `pose` on the ring around `rest`. Bin 0 is centred on the face turned towards image right, and bins go clockwise in the
 * camera's picture: bin 3 looks down, bin 6 image left, bin 9 up. In a mirror they run the other way round.
 */
export function ringPlace(pose: HeadPose, rest: HeadPose): RingPlace {
  const across = pose.yawDeg - rest.yawDeg;
  const downward = -(pose.pitchDeg - rest.pitchDeg) * pitchWeight;
  const tiltDeg = Math.hypot(across, downward);
  if (!Number.isFinite(tiltDeg) || tiltDeg > maximumTiltDeg) return { kind: 'outside' };
  if (tiltDeg < minimumTiltDeg) return { kind: 'centre' };
  const angleDeg = (Math.atan2(downward, across) * 180) / Math.PI;
  const bin = Math.round(angleDeg / binWidthDeg);
  return { kind: 'bin', bin: (bin + ringBinCount) % ringBinCount };
}

/** Direction of a bin's middle in degrees, 0 to 360, clockwise from image right. */
export function binAngleDeg(bin: number): number {
  return bin * binWidthDeg;
}

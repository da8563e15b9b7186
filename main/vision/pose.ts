import type { HeadPose } from '../contract/observation.ts';
import { headPoseFromAxes, meanDirection } from '../geometry/head-pose.ts';
import type { Point3 } from '../geometry/plane.ts';
import type { FaceDepth } from './face-depth.ts';
import { type Landmarks, landmarkPoint } from './landmarks.ts';

/** Landmark pairs that mirror each other: from the person's right to their left, on parts of the face that do not move with the mouth. */
const acrossPairs: readonly (readonly [number, number])[] = [
  [33, 263],
  [133, 362],
  [130, 359],
  [226, 446],
  [116, 345],
  [117, 346],
  [50, 280],
  [101, 330],
  [205, 425],
];

/** From brow to upper lip and chin, along the middle of the face. */
const downPairs: readonly (readonly [number, number])[] = [
  [9, 164],
  [8, 2],
  [151, 164],
  [107, 205],
  [336, 425],
  [105, 50],
  [334, 280],
];

/**
 * Head pose in degrees from the landmarks, in millimetres where depth was measured under them; where it was not, the landmark network's own
 * z stands in, scaled to the face's distance. Without any depth the pose rests on the network alone. Pitch is off by a few degrees from
 * person to person, since brow, cheek and lip lie on no upright plane: compare it with the same person's resting pose. `undefined` for a collapsed mesh.
 */
export function headPose(landmarks: Landmarks, depth: FaceDepth | undefined, focalPx: number): HeadPose | undefined {
  const across = meanDirection(acrossPairs.map(([right, left]) => pair(landmarks, depth, focalPx, right, left)));
  const down = meanDirection(downPairs.map(([above, below]) => pair(landmarks, depth, focalPx, above, below)));
  return headPoseFromAxes(across, down);
}

/**
 * A pair whose ends differ in depth by so much more than the network expects has one end on hair, background, a flying pixel or glasses: frames stand 15 to 20 mm before brow and cheek, which tilted
 * the pitch of their wearers by up to 16 degrees. On 16 rendered circles of the head the pitch strays from the truth by 1.5 degrees with this bound and by 2.0 with 40 mm, at worst 2.4 and 4.1.
 */
const outlierMm = 15;

/** Both ends from the sensor, or both from the network: mixing them would tilt the face. */
function pair(landmarks: Landmarks, depth: FaceDepth | undefined, focalPx: number, from: number, to: number): readonly [Point3, Point3] {
  const measuredFrom = depth?.points[from];
  const measuredTo = depth?.points[to];
  const mmPerPx = depth !== undefined && depth.distanceMm > 0 ? depth.distanceMm / focalPx : 1;
  const expected = [predicted(landmarks, from, mmPerPx), predicted(landmarks, to, mmPerPx)] as const;
  if (measuredFrom === undefined || measuredTo === undefined) return expected;
  const surpriseMm = measuredTo.z - measuredFrom.z - (expected[1].z - expected[0].z);
  return Math.abs(surpriseMm) <= outlierMm ? [measuredFrom, measuredTo] : expected;
}

function predicted(landmarks: Landmarks, index: number, mmPerPx: number): Point3 {
  const { x, y } = landmarkPoint(landmarks, index);
  return { x: x * mmPerPx, y: y * mmPerPx, z: (landmarks.points[3 * index + 2] as number) * mmPerPx };
}

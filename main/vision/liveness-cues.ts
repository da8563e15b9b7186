import { median } from '../geometry/median.ts';
import { fitDepthPlane, heightAbovePlaneMm, type Point3 } from '../geometry/plane.ts';
import { depthTexture } from './depth-texture.ts';
import type { FaceDepth, RegisteredDepth } from './face-depth.ts';
import { type FaceRelief, heightAtMm, reliefChangeMm } from './face-relief.ts';
import { type Landmarks, landmarkIndex, landmarkPoint } from './landmarks.ts';
import { type FaceReadings, type LivenessMemory, repeatedShare } from './liveness-memory.ts';
import type { Picture } from './picture.ts';

/** Everything liveness measures of a frame, in the order in which it is shown. */
export const livenessCueNames = [
  'reliefMm',
  'noseProtrusionMm',
  'pupilDistanceMm',
  'meshAgreement',
  'repeatedShare',
  'bentResidualMm',
  'featureAgreement',
  'meshScale',
  'meshResidualMm',
  'slopeMismatchDeg',
  'orbitDepthMm',
  'chinHeightMm',
  'foreheadHeightMm',
  'roughnessMm',
  'missingShare',
  'outlineDropShare',
  'outlineStepMm',
  'edgeContrast',
  'reliefChangeMm',
  'headLogOdds',
] as const;
export type LivenessCueName = (typeof livenessCueNames)[number];
export type LivenessCues = Readonly<Record<LivenessCueName, number>>;

/** One frame's face, and what is remembered of the frames before. */
export interface LivenessInput {
  readonly landmarks: Landmarks;
  readonly face: FaceDepth;
  readonly picture: Picture;
  readonly depth: RegisteredDepth;
  readonly yawDeg: number;
  /** What the head network says (`head-network.ts`); NaN where it has no answer. */
  readonly headLogOdds: number;
  readonly memory: LivenessMemory | undefined;
}

const noseTipPoints = [1, 4, 5, 44, 274];
const aroundEyesPoints = [33, 133, 159, 145, 263, 362, 386, 374];
const aroundNosePoints = [133, 362, 50, 280, 101, 330, 205, 425, 61, 291, 36, 266, 207, 427];
/** Inner corners and lids, and what stands around the eyes: brows and cheekbones. */
const orbitPoints = [133, 155, 154, 157, 158, 362, 382, 381, 384, 385];
const aroundOrbitPoints = [105, 66, 9, 296, 334, 50, 101, 330, 280];
const chinPoints = [152, 175, 199];
const foreheadPoints = [10, 151, 9];

/** Measures every cue, shape on `facing` (`facing.ts`) alone. One that cannot be measured here (no earlier frame, no reading) is NaN. */
export function measureCues(input: LivenessInput, facing: FaceDepth, relief: FaceRelief, readings: FaceReadings): LivenessCues {
  const { landmarks, face, picture, depth, yawDeg, headLogOdds, memory } = input;
  return {
    reliefMm: relief.planeResidualMm,
    noseProtrusionMm: standsOutMm(facing, noseTipPoints, aroundNosePoints),
    pupilDistanceMm: pupilDistanceMm(landmarks, face, depth.intrinsics.fx, yawDeg),
    meshAgreement: relief.meshAgreement,
    repeatedShare: repeatedShare(memory, readings),
    bentResidualMm: relief.bentResidualMm,
    featureAgreement: relief.featureAgreement,
    meshScale: relief.meshScale,
    meshResidualMm: relief.meshResidualMm,
    slopeMismatchDeg: relief.slopeMismatchDeg,
    orbitDepthMm: -standsOutMm(facing, orbitPoints, aroundOrbitPoints),
    chinHeightMm: heightAtMm(relief, chinPoints),
    foreheadHeightMm: heightAtMm(relief, foreheadPoints),
    ...depthTexture(landmarks, face, picture, depth),
    reliefChangeMm: memory === undefined ? Number.NaN : reliefChangeMm(memory.relief, relief),
    headLogOdds,
  };
}

/** Median height of some points over the plane of others, towards the camera. */
function standsOutMm(face: FaceDepth, points: readonly number[], around: readonly number[]): number {
  const plane = fitDepthPlane(pick(face, around));
  const found = pick(face, points);
  if (plane === undefined || found.length === 0) return Number.NaN;
  return median(found.map((point) => heightAbovePlaneMm(plane, point)));
}

/**
 * Eyeballs shine and give holes, and depth at the eyes is the noisiest of the face: both eyes are taken at the median depth of the lids around them, and the
 * turn of the head is taken out.
 */
function pupilDistanceMm(landmarks: Landmarks, face: FaceDepth, focalPx: number, yawDeg: number): number {
  const lids = pick(face, aroundEyesPoints);
  if (lids.length === 0) return Number.NaN;
  const right = landmarkPoint(landmarks, landmarkIndex.rightIris);
  const left = landmarkPoint(landmarks, landmarkIndex.leftIris);
  const acrossMm = (Math.hypot(left.x - right.x, left.y - right.y) * median(lids.map((point) => point.z))) / focalPx;
  return acrossMm / Math.cos((Math.min(60, Math.abs(yawDeg)) * Math.PI) / 180);
}

function pick(face: FaceDepth, indices: readonly number[]): Point3[] {
  return indices.map((index) => face.points[index]).filter((point): point is Point3 => point !== undefined);
}

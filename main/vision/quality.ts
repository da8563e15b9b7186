import type { HeadPose, Liveness, Quality, QualityFault } from '../contract/observation.ts';
import { alignedSizePx } from './align.ts';
import type { Detection } from './detect.ts';
import { type FaceDepth, minimumMeasuredShare } from './face-depth.ts';
import { type Landmarks, landmarkIndex, landmarkPoint } from './landmarks.ts';
import type { Picture } from './picture.ts';

/** Kinect v2 measures from 0.5 m, nearer cameras from 0.3 m; beyond 1.3 m a face has too few depth pixels to be told from a picture. */
export const nearestMm = 300;
export const farthestMm = 1300;
/** Kinect v2 reads nothing nearer than 500 mm, and a nose stands out up to 60: nearer than this, what has no reading is too near. */
const blindMm = 560;
/** Between the irises of an average adult (Dodgson 2004); the distance of a face without depth is guessed by it, right to a fifth. */
const meanPupilDistanceMm = 63;
/** The tip of the nose and the point above it, which come nearest to the camera. */
const noseTip = [landmarkIndex.noseTip, 4];
/** Mean brightness of the aligned face, 0 to 255; a whole picture darker than this shows nobody. */
export const darkestLuma = 28;
const brightest = 232;
/** Beyond this a face shows too little of itself; the enrolment circle stays well inside. */
export const maximumYawDeg = 45;
export const maximumPitchDeg = 38;
/** Another face this wide beside the nearest one is company; smaller ones are pictures on the wall. */
const companyWidthShare = 0.4;
/**
 * Mean absolute Laplacian over mean absolute gradient of the aligned face, which no contrast, light or skin tone changes. Photographs of LFW
 * have 0.26 to 0.40; the same blurred by 1.5 px 0.15 to 0.18, by 3 px 0.08 to 0.10.
 */
const minimumSharpness = 0.13;

/** What quality looks at. `alignedLuma`: 112 x 112 brightness values of the aligned face; `focalPx` of the picture. */
export interface QualityInput {
  readonly picture: Picture;
  readonly detections: readonly Detection[];
  readonly face: Detection;
  readonly landmarks: Landmarks;
  readonly depth: FaceDepth;
  readonly pose: HeadPose;
  readonly focalPx: number;
  /** What depth says of the same frame. */
  readonly liveness: Liveness['kind'];
  readonly alignedLuma: Float32Array;
}

/** The first fault that keeps a face from being judged, in the order in which a person can mend them. */
export function judgeQuality(input: QualityInput): Quality {
  const fault = findFault(input);
  return fault === undefined ? { kind: 'good' } : { kind: 'poor', fault };
}

function findFault(input: QualityInput): QualityFault | undefined {
  const { picture, detections, face, landmarks, depth, pose, liveness, alignedLuma } = input;
  if (detections.some((other) => other !== face && other.width >= face.width * companyWidthShare)) return 'several-faces';
  const light = meanBrightness(alignedLuma);
  if (light < darkestLuma) return 'too-dark';
  if (light > brightest) return 'too-bright';
  if (!insidePicture(landmarks, picture)) return 'not-centred';
  // Without depth on the face the median is that of its rim, or of the wall behind.
  if (depth.measuredShare < minimumMeasuredShare) return faultWithoutDepth(apparentMm(input));
  // Where the rest of the nose shows a living face the missing tip is none of a person's business.
  if (depth.distanceMm < nearestMm || (liveness !== 'live' && isNoseTooNear(depth))) return 'too-near';
  if (depth.distanceMm > farthestMm) return 'too-far';
  if (Math.abs(pose.yawDeg) > maximumYawDeg || Math.abs(pose.pitchDeg) > maximumPitchDeg) return 'turned-away';
  if (sharpness(alignedLuma) < minimumSharpness) return 'blurred';
  return undefined;
}

function faultWithoutDepth(distanceMm: number): QualityFault {
  if (distanceMm < blindMm) return 'too-near';
  return distanceMm > farthestMm ? 'too-far' : 'no-depth';
}

/** Distance of the face by the size of its picture. */
function apparentMm({ landmarks, pose, focalPx }: QualityInput): number {
  const right = landmarkPoint(landmarks, landmarkIndex.rightIris);
  const left = landmarkPoint(landmarks, landmarkIndex.leftIris);
  const acrossPx = Math.hypot(left.x - right.x, left.y - right.y);
  return (meanPupilDistanceMm * focalPx * Math.cos((pose.yawDeg * Math.PI) / 180)) / acrossPx;
}

function isNoseTooNear({ points, distanceMm }: FaceDepth): boolean {
  return distanceMm < blindMm && noseTip.every((index) => points[index] === undefined);
}

function insidePicture(landmarks: Landmarks, picture: Picture): boolean {
  let outside = 0;
  for (let i = 0; i < landmarks.points.length; i += 3) {
    const x = landmarks.points[i] as number;
    const y = landmarks.points[i + 1] as number;
    if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) outside++;
  }
  return outside === 0;
}

function meanBrightness(luma: Float32Array): number {
  return luma.reduce((sum, value) => sum + value, 0) / luma.length;
}

/** 0 for a face without any detail. */
function sharpness(luma: Float32Array): number {
  let laplacian = 0;
  let gradient = 0;
  for (let y = 1; y < alignedSizePx - 1; y++) {
    for (let x = 1; x < alignedSizePx - 1; x++) {
      const at = y * alignedSizePx + x;
      const left = luma[at - 1] as number;
      const right = luma[at + 1] as number;
      const above = luma[at - alignedSizePx] as number;
      const below = luma[at + alignedSizePx] as number;
      laplacian += Math.abs(4 * (luma[at] as number) - left - right - above - below);
      gradient += Math.abs(right - left) + Math.abs(below - above);
    }
  }
  return gradient > 0 ? laplacian / gradient : 0;
}

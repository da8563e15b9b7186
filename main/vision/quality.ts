import type { HeadPose, Quality, QualityFault } from '../contract/observation.ts';
import { alignedSizePx } from './align.ts';
import type { Detection } from './detect.ts';
import type { FaceDepth } from './face-depth.ts';
import type { Landmarks } from './landmarks.ts';
import type { Picture } from './picture.ts';

/** Kinect v2 measures from 0.5 m, nearer cameras from 0.3 m; beyond 1.3 m a face has too few depth pixels to be told from a picture. */
const nearestMm = 300;
const farthestMm = 1300;
/** Share of the face that must have a depth reading. */
const minimumMeasuredShare = 0.6;
/** Mean brightness of the aligned face, 0 to 255. */
const darkest = 28;
const brightest = 232;
/** Beyond this a face shows too little of itself; the enrolment circle stays well inside. */
const maximumYawDeg = 45;
const maximumPitchDeg = 38;
/** Another face this wide beside the nearest one is company; smaller ones are pictures on the wall. */
const companyWidthShare = 0.4;
/** Mean step between neighbouring pixels over the spread of brightness: sharp aligned faces have 0.1 and more. */
const minimumSharpness = 0.035;

/** What quality looks at. `alignedLuma`: 112 x 112 brightness values of the aligned face. */
export interface QualityInput {
  readonly picture: Picture;
  readonly detections: readonly Detection[];
  readonly face: Detection;
  readonly landmarks: Landmarks;
  readonly depth: FaceDepth;
  readonly pose: HeadPose;
  readonly alignedLuma: Float32Array;
}

/** The first fault that keeps a face from being judged, in the order in which a person can mend them. */
export function judgeQuality(input: QualityInput): Quality {
  const fault = findFault(input);
  return fault === undefined ? { kind: 'good' } : { kind: 'poor', fault };
}

function findFault({ picture, detections, face, landmarks, depth, pose, alignedLuma }: QualityInput): QualityFault | undefined {
  if (detections.some((other) => other !== face && other.width >= face.width * companyWidthShare)) return 'several-faces';
  const light = brightness(alignedLuma);
  if (light.mean < darkest) return 'too-dark';
  if (light.mean > brightest) return 'too-bright';
  if (!insidePicture(landmarks, picture)) return 'not-centred';
  if (depth.distanceMm > 0 && depth.distanceMm < nearestMm) return 'too-near';
  if (depth.distanceMm > farthestMm) return 'too-far';
  if (depth.measuredShare < minimumMeasuredShare) return 'no-depth';
  if (Math.abs(pose.yawDeg) > maximumYawDeg || Math.abs(pose.pitchDeg) > maximumPitchDeg) return 'turned-away';
  if (sharpness(alignedLuma, light.deviation) < minimumSharpness) return 'blurred';
  return undefined;
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

function brightness(luma: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const value of luma) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / luma.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / luma.length - mean * mean)) };
}

/** Mean absolute Laplacian of the aligned face over its contrast: the same for a dim and a bright picture. */
function sharpness(luma: Float32Array, deviation: number): number {
  if (deviation < 1) return 0;
  let sum = 0;
  for (let y = 1; y < alignedSizePx - 1; y++) {
    for (let x = 1; x < alignedSizePx - 1; x++) {
      const at = y * alignedSizePx + x;
      const around = (luma[at - 1] as number) + (luma[at + 1] as number) + (luma[at - alignedSizePx] as number) + (luma[at + alignedSizePx] as number);
      sum += Math.abs(4 * (luma[at] as number) - around);
    }
  }
  return sum / ((alignedSizePx - 2) ** 2 * deviation * 4);
}

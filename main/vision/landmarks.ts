import type { Affine, Point2 } from '../geometry/similarity.ts';
import type { Detection } from './detect.ts';
import type { Network } from './network.ts';
import { type Picture, warpToTensor } from './picture.ts';

/** The 478 points of one face: x and y in pixels of the picture, z in the same unit (negative: nearer to the camera). */
export interface Landmarks {
  /** 478 * 3 numbers. */
  readonly points: Float32Array;
  /** Probability that there is a face at all, 0 to 1. */
  readonly presence: number;
}

/** Indices into the 478 points (MediaPipe's face mesh). `right` and `left` are the person's own. */
export const landmarkIndex = {
  noseTip: 1,
  noseBridge: 168,
  rightEyeOuter: 33,
  rightEyeInner: 133,
  leftEyeInner: 362,
  leftEyeOuter: 263,
  rightMouth: 61,
  leftMouth: 291,
  chin: 152,
  forehead: 10,
  rightIris: 468,
  leftIris: 473,
} as const;

export const landmarkCount = 478;
const sizePx = 256;
/** How much larger than the detector's box the crop is (MediaPipe's face landmarker). */
const cropGrowth = 1.5;

/** A square of the picture, turned by `angle` (radians, clockwise in the image), that the landmark network looks at. */
export interface FaceCrop {
  readonly centre: Point2;
  readonly sidePx: number;
  readonly angle: number;
}

/** The crop around a detection, level with its eyes. */
export function cropFromDetection(face: Detection): FaceCrop {
  const [rightEye, leftEye] = face.keypoints;
  const angle = rightEye === undefined || leftEye === undefined ? 0 : Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x);
  return {
    centre: { x: face.left + face.width / 2 - 0.5, y: face.top + face.height / 2 - 0.5 },
    sidePx: Math.max(face.width, face.height) * cropGrowth,
    angle,
  };
}

/** The crop around a face whose points are known: what MediaPipe does from the second frame on. */
export function cropFromLandmarks(landmarks: Landmarks): FaceCrop {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < landmarkCount; i++) {
    const x = landmarks.points[3 * i] as number;
    const y = landmarks.points[3 * i + 1] as number;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const outer = landmarkPoint(landmarks, landmarkIndex.rightEyeOuter);
  const other = landmarkPoint(landmarks, landmarkIndex.leftEyeOuter);
  return {
    centre: { x: (left + right) / 2, y: (top + bottom) / 2 },
    sidePx: Math.max(right - left, bottom - top) * cropGrowth,
    angle: Math.atan2(other.y - outer.y, other.x - outer.x),
  };
}

/**
 * Finds the 478 points inside a crop. When the crop came from a coarse detection, a second pass on the crop the first
 * pass suggests makes them steadier: that is the caller's choice.
 */
export async function findLandmarks(network: Network, picture: Picture, crop: FaceCrop): Promise<Landmarks> {
  const scale = crop.sidePx / sizePx;
  const cos = Math.cos(crop.angle) * scale;
  const sin = Math.sin(crop.angle) * scale;
  const middle = (sizePx - 1) / 2;
  const map: Affine = {
    a: cos,
    b: -sin,
    tx: crop.centre.x - cos * middle + sin * middle,
    c: sin,
    d: cos,
    ty: crop.centre.y - sin * middle - cos * middle,
  };
  const data = new Float32Array(3 * sizePx * sizePx);
  warpToTensor(picture, map, sizePx, sizePx, { layout: 'planar', scale: 1 / 255, offset: 0 }, data);
  const outputs = await network.run({ image: { data, shape: [1, 3, sizePx, sizePx] } });
  const raw = outputs.landmarks;
  const logit = outputs.presenceLogit?.[0];
  if (raw === undefined || raw.length < 3 * landmarkCount || logit === undefined) throw new Error('the landmark network lacks an output');
  const points = new Float32Array(3 * landmarkCount);
  for (let i = 0; i < landmarkCount; i++) {
    // The network counts from the crop's corner, pixel centres at halves.
    const u = (raw[3 * i] as number) - 0.5;
    const v = (raw[3 * i + 1] as number) - 0.5;
    points[3 * i] = map.a * u + map.b * v + map.tx;
    points[3 * i + 1] = map.c * u + map.d * v + map.ty;
    points[3 * i + 2] = (raw[3 * i + 2] as number) * scale;
  }
  return { points, presence: 1 / (1 + Math.exp(-logit)) };
}

/** One point of the 478, in pixels of the picture. */
export function landmarkPoint(landmarks: Landmarks, index: number): Point2 {
  return { x: landmarks.points[3 * index] as number, y: landmarks.points[3 * index + 1] as number };
}

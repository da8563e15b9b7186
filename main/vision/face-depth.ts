import type { Intrinsics } from '../contract/frame.ts';
import { median } from '../geometry/median.ts';
import type { Point3 } from '../geometry/plane.ts';
import { type Landmarks, landmarkCount } from './landmarks.ts';

/** Depth that lies on the colour picture: one value in mm for each of its pixels, 0 where there is no reading. */
export interface RegisteredDepth {
  readonly depthMm: Uint16Array;
  readonly intrinsics: Intrinsics;
}

/** The face's points with depth measured under them. `points[i]` is `undefined` where the sensor saw nothing of the face. */
export interface FaceDepth {
  readonly points: readonly (Point3 | undefined)[];
  /** Median depth of the face in mm; 0 without any reading. */
  readonly distanceMm: number;
  /** Share of the 468 points of the face's surface with a reading on the face, 0 to 1. */
  readonly measuredShare: number;
}

/** Share of the face that must have a reading: below it depth cannot tell. */
export const minimumMeasuredShare = 0.6;
/** Half of the window around a point whose median is taken: flying pixels and single holes do not decide. */
const windowRadiusPx = 2;
/** No part of a face lies farther than this before or behind its median depth; what does is background or hair. */
const faceHalfDepthMm = 130;
/** The surface points of the 478; the last ten are irises. */
const surfacePoints = 468;

/** Reads depth under every landmark and carries it into camera millimetres. */
export function measureFaceDepth(landmarks: Landmarks, depth: RegisteredDepth): FaceDepth {
  const readings = new Float64Array(landmarkCount);
  for (let i = 0; i < landmarkCount; i++) {
    readings[i] = medianDepthMm(depth, landmarks.points[3 * i] as number, landmarks.points[3 * i + 1] as number);
  }
  const distanceMm = median([...readings.subarray(0, surfacePoints)].filter((value) => value > 0));
  let measured = 0;
  const points: (Point3 | undefined)[] = [];
  for (let i = 0; i < landmarkCount; i++) {
    const z = readings[i] as number;
    const onFace = z > 0 && Math.abs(z - distanceMm) <= faceHalfDepthMm;
    points.push(
      onFace ? backProject(landmarks.points[3 * i] as number, landmarks.points[3 * i + 1] as number, z, depth.intrinsics) : undefined,
    );
    if (onFace && i < surfacePoints) measured++;
  }
  return { points, distanceMm, measuredShare: measured / surfacePoints };
}

/** The point in camera millimetres that pixel (x, y) shows at depth `zMm`. */
export function backProject(x: number, y: number, zMm: number, intrinsics: Intrinsics): Point3 {
  return { x: ((x - intrinsics.cx) * zMm) / intrinsics.fx, y: ((y - intrinsics.cy) * zMm) / intrinsics.fy, z: zMm };
}

function medianDepthMm(depth: RegisteredDepth, x: number, y: number): number {
  const { width, height } = depth.intrinsics;
  const centreX = Math.round(x);
  const centreY = Math.round(y);
  const values: number[] = [];
  for (let py = centreY - windowRadiusPx; py <= centreY + windowRadiusPx; py++) {
    if (py < 0 || py >= height) continue;
    for (let px = centreX - windowRadiusPx; px <= centreX + windowRadiusPx; px++) {
      if (px < 0 || px >= width) continue;
      const value = depth.depthMm[py * width + px] as number;
      if (value > 0) values.push(value);
    }
  }
  return median(values);
}

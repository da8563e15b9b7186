import { median } from '../geometry/median.ts';
import { fitDepthPlane, heightAbovePlaneMm, type Point3 } from '../geometry/plane.ts';
import { heightsOverQuadricMm } from '../geometry/quadric.ts';
import type { FaceDepth } from './face-depth.ts';
import { type Landmarks, landmarkIndex } from './landmarks.ts';

/** How the measured surface of a face stands out, and how the landmark network expects this face to. NaN where it could not be measured. */
export interface FaceRelief {
  /** Root mean square distance from the best plane. */
  readonly planeResidualMm: number;
  /** The same from the best curved sheet (`heightsOverQuadricMm`): a bent print has next to none. */
  readonly bentResidualMm: number;
  /** Correlation of measured and expected relief, planes taken out of both. */
  readonly meshAgreement: number;
  /** The same with curved sheets taken out of both: eyes, nose and mouth alone. */
  readonly featureAgreement: number;
  /** Measured relief for each millimetre of expected relief. */
  readonly meshScale: number;
  /** What remains of the measured relief when the expected one, so scaled, is taken out. */
  readonly meshResidualMm: number;
  /** Angle between the measured and the expected plane of the face. */
  readonly slopeMismatchDeg: number;
  /** Heights above the measured plane, by landmark; NaN without a reading. */
  readonly heightsMm: Float64Array;
}

const surface = landmarkIndex.rightIris;

/** Compares measured depth with the mesh. `undefined` when too little was measured to lay a plane. */
export function faceRelief(landmarks: Landmarks, depth: FaceDepth, focalPx: number): FaceRelief | undefined {
  const mmPerPx = depth.distanceMm / focalPx;
  const expected: Point3[] = [];
  const measured: Point3[] = [];
  const places: number[] = [];
  for (let i = 0; i < surface; i++) {
    const point = depth.points[i];
    if (point === undefined) continue;
    measured.push(point);
    places.push(i);
    expected.push({
      x: (landmarks.points[3 * i] as number) * mmPerPx,
      y: (landmarks.points[3 * i + 1] as number) * mmPerPx,
      z: (landmarks.points[3 * i + 2] as number) * mmPerPx,
    });
  }
  const expectedPlane = fitDepthPlane(expected);
  const measuredPlane = fitDepthPlane(measured);
  if (expectedPlane === undefined || measuredPlane === undefined) return undefined;
  const p = expected.map((point) => heightAbovePlaneMm(expectedPlane, point));
  const q = measured.map((point) => heightAbovePlaneMm(measuredPlane, point));
  const scale = dot(p, q) / dot(p, p);
  const pBent = heightsOverQuadricMm(expected);
  const qBent = heightsOverQuadricMm(measured);
  const heightsMm = new Float64Array(surface).fill(Number.NaN);
  for (const [index, place] of places.entries()) heightsMm[place] = q[index] as number;
  return {
    planeResidualMm: measuredPlane.residualMm,
    bentResidualMm: qBent === undefined ? Number.NaN : rootMeanSquare(qBent),
    meshAgreement: dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q)),
    featureAgreement:
      pBent === undefined || qBent === undefined ? Number.NaN : dot(pBent, qBent) / Math.sqrt(dot(pBent, pBent) * dot(qBent, qBent)),
    meshScale: scale,
    meshResidualMm: rootMeanSquare(q.map((height, index) => height - scale * (p[index] as number))),
    slopeMismatchDeg: angleDeg(expectedPlane, measuredPlane),
    heightsMm,
  };
}

/** Median height of some landmarks; NaN when none was measured. */
export function heightAtMm(relief: FaceRelief, indices: readonly number[]): number {
  const heights = indices.map((index) => relief.heightsMm[index] as number).filter(Number.isFinite);
  return heights.length === 0 ? Number.NaN : median(heights);
}

/** Root mean square change of the relief between two frames: noise, and whatever does not move as one piece. */
export function reliefChangeMm(before: FaceRelief, now: FaceRelief): number {
  const changes: number[] = [];
  for (let i = 0; i < surface; i++) {
    const change = (now.heightsMm[i] as number) - (before.heightsMm[i] as number);
    if (Number.isFinite(change)) changes.push(change);
  }
  return changes.length === 0 ? Number.NaN : rootMeanSquare(changes);
}

function angleDeg(p: { slopeX: number; slopeY: number }, q: { slopeX: number; slopeY: number }): number {
  const along = 1 + p.slopeX * q.slopeX + p.slopeY * q.slopeY;
  const lengths = Math.sqrt((1 + p.slopeX ** 2 + p.slopeY ** 2) * (1 + q.slopeX ** 2 + q.slopeY ** 2));
  return (Math.acos(Math.min(1, along / lengths)) * 180) / Math.PI;
}

function dot(p: readonly number[], q: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += (p[i] as number) * (q[i] as number);
  return sum;
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(dot(values, values) / values.length);
}

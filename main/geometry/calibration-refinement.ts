import type { Calibration } from '../contract/frame.ts';
import type { Point3 } from './plane.ts';
import { depthToColor, project } from './projection.ts';
import type { Point2 } from './similarity.ts';

/** One point of a face, measured by both cameras: in depth-camera millimetres, and in pixels of the colour image. */
export interface Correspondence {
  readonly depthPoint: Point3;
  readonly colorPixel: Point2;
}

export type Refinement =
  | {
      readonly kind: 'refined';
      readonly calibration: Calibration;
      /** Median distance between where points appear in colour and where the calibration puts them, before and after. */
      readonly medianErrorBeforePx: number;
      readonly medianErrorPx: number;
    }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Fewer points, or points at one distance only, do not tell rotation from translation. */
const fewestPoints = 60;
const smallestDepthSpreadMm = 60;
/** Errors beyond this many pixels pull with constant force only (Huber, 1964): a landmark on the wrong place is not followed. */
const huberPx = 3;
const rounds = 30;
/** More than this off the factory-typical camera is a wrong measurement and not a camera. */
const largestTurnRad = 0.1;
const largestShiftMm = 40;
/** A median error above this means that colour and depth do not show the same face. */
const largestErrorPx = 8;

/**
 * Refines how depth lies on colour from points of a face seen by both cameras, e.g. landmarks found in the infrared image (which lies on
 * depth) and in the colour image, over frames at several distances. Gauss-Newton on rotation and translation, six parameters, with Huber
 * weights; intrinsics stay.
 */
export function refineCalibration(calibration: Calibration, correspondences: readonly Correspondence[]): Refinement {
  const depths = correspondences.map(({ depthPoint }) => depthPoint.z);
  if (correspondences.length < fewestPoints) return { kind: 'failed', sentence: 'Too few points of the face were seen by both cameras.' };
  if (Math.max(...depths) - Math.min(...depths) < smallestDepthSpreadMm) {
    return { kind: 'failed', sentence: 'Move nearer and farther while calibrating, by a hand or more.' };
  }
  const before = medianErrorPx(calibration, correspondences);
  let refined = calibration;
  for (let round = 0; round < rounds; round += 1) {
    const step = gaussNewtonStep(refined, correspondences);
    if (step === undefined) return { kind: 'failed', sentence: 'The points of the face do not determine the calibration.' };
    refined = moved(refined, step);
    if (Math.hypot(...step) < 1e-6) break;
  }
  // Where the calibration was right already, noise may only make it worse.
  if (medianErrorPx(refined, correspondences) > before) refined = calibration;
  const after = medianErrorPx(refined, correspondences);
  if (after > largestErrorPx) {
    return { kind: 'failed', sentence: 'Colour and depth do not seem to show the same face; try again in better light.' };
  }
  if (turnRad(calibration, refined) > largestTurnRad || shiftMm(calibration, refined) > largestShiftMm) {
    return { kind: 'failed', sentence: 'The measured calibration is not one a Kinect can have; try again.' };
  }
  return { kind: 'refined', calibration: refined, medianErrorBeforePx: before, medianErrorPx: after };
}

/** Median distance in colour pixels between where points appear and where the calibration puts them. */
export function medianErrorPx(calibration: Calibration, correspondences: readonly Correspondence[]): number {
  const errors = correspondences.map(({ depthPoint, colorPixel }) => {
    const seen = project(depthToColor(depthPoint, calibration), calibration.color);
    return seen === undefined ? Number.POSITIVE_INFINITY : Math.hypot(seen.x - colorPixel.x, seen.y - colorPixel.y);
  });
  errors.sort((one, other) => one - other);
  return errors[errors.length >> 1] ?? Number.POSITIVE_INFINITY;
}

/** Rotation vector (rad) and translation (mm) that lessen the weighted squared errors; nothing where the points do not determine them. */
function gaussNewtonStep(calibration: Calibration, correspondences: readonly Correspondence[]): number[] | undefined {
  const normal = Array.from({ length: 6 }, () => new Array<number>(7).fill(0));
  const { fx, fy } = calibration.color;
  for (const { depthPoint, colorPixel } of correspondences) {
    const { x, y, z } = depthToColor(depthPoint, calibration);
    const seen = project({ x, y, z }, calibration.color);
    if (seen === undefined) continue;
    const errorX = colorPixel.x - seen.x;
    const errorY = colorPixel.y - seen.y;
    const weight = Math.min(1, huberPx / Math.max(Math.hypot(errorX, errorY), 1e-9));
    // Derivatives of the pixel by a small turn about, and shift along, the colour camera's axes.
    const u = [(-fx * x * y) / (z * z), fx * (1 + (x * x) / (z * z)), (-fx * y) / z, fx / z, 0, (-fx * x) / (z * z)];
    const v = [-fy * (1 + (y * y) / (z * z)), (fy * x * y) / (z * z), (fy * x) / z, 0, fy / z, (-fy * y) / (z * z)];
    for (const [derivative, error] of [
      [u, errorX],
      [v, errorY],
    ] as const) {
      for (const [index, row] of normal.entries()) {
        const factor = weight * (derivative[index] ?? 0);
        for (let column = 0; column < 6; column += 1) row[column] = (row[column] ?? 0) + factor * (derivative[column] ?? 0);
        row[6] = (row[6] ?? 0) + factor * error;
      }
    }
  }
  return solve(normal);
}

/** Solves six equations (rows of six coefficients and the right side) by elimination with pivots. */
function solve(rows: number[][]): number[] | undefined {
  const size = rows.length;
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let pivot = 0; pivot < size; pivot += 1) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row += 1) if (Math.abs(at(row, pivot)) > Math.abs(at(best, pivot))) best = row;
    if (Math.abs(at(best, pivot)) < 1e-9) return undefined;
    const [chosen, other] = [rows[best], rows[pivot]];
    if (chosen === undefined || other === undefined) return undefined;
    rows[pivot] = chosen;
    if (best !== pivot) rows[best] = other;
    for (const [index, row] of rows.entries()) {
      if (index === pivot) continue;
      const factor = (row[pivot] ?? 0) / (chosen[pivot] ?? 1);
      for (let column = pivot; column <= size; column += 1) row[column] = (row[column] ?? 0) - factor * (chosen[column] ?? 0);
    }
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

/** The calibration turned and shifted in the colour camera's axes. */
function moved(calibration: Calibration, step: readonly number[]): Calibration {
  const [rx = 0, ry = 0, rz = 0, tx = 0, ty = 0, tz = 0] = step;
  const turn = rotationFrom(rx, ry, rz);
  const { rotation, translationMm } = calibration.depthToColor;
  const column = (index: number): readonly number[] =>
    times(turn, [rotation[index] ?? 0, rotation[index + 3] ?? 0, rotation[index + 6] ?? 0]);
  const [first, second, third] = [column(0), column(1), column(2)];
  const shifted = times(turn, translationMm);
  return {
    ...calibration,
    depthToColor: {
      rotation: [0, 1, 2].flatMap((row) => [first[row] ?? 0, second[row] ?? 0, third[row] ?? 0]),
      translationMm: [(shifted[0] ?? 0) + tx, (shifted[1] ?? 0) + ty, (shifted[2] ?? 0) + tz],
    },
  };
}

/** Rodrigues' formula: the rotation about (x, y, z) by its length in radians, row-major. */
function rotationFrom(x: number, y: number, z: number): readonly number[] {
  const angle = Math.hypot(x, y, z);
  const a = angle < 1e-9 ? 1 : Math.sin(angle) / angle;
  const b = angle < 1e-9 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle);
  return [
    1 - b * (y * y + z * z),
    b * x * y - a * z,
    b * x * z + a * y,
    b * x * y + a * z,
    1 - b * (x * x + z * z),
    b * y * z - a * x,
    b * x * z - a * y,
    b * y * z + a * x,
    1 - b * (x * x + y * y),
  ];
}

function times(matrix: readonly number[], vector: readonly number[]): readonly number[] {
  return [0, 3, 6].map((row) => [0, 1, 2].reduce((sum, column) => sum + (matrix[row + column] ?? 0) * (vector[column] ?? 0), 0));
}

/** Angle of the rotation between two calibrations. */
function turnRad(one: Calibration, other: Calibration): number {
  const trace = one.depthToColor.rotation.reduce((sum, value, index) => sum + value * (other.depthToColor.rotation[index] ?? 0), 0);
  return Math.acos(Math.max(-1, Math.min(1, (trace - 1) / 2)));
}

function shiftMm(one: Calibration, other: Calibration): number {
  return Math.hypot(...one.depthToColor.translationMm.map((value, index) => value - (other.depthToColor.translationMm[index] ?? 0)));
}

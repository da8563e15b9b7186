import { type Affine, applyAffine, type Point2 } from '../geometry/similarity.ts';
import { type FaceShape, shapeVertices } from './face-shape.ts';
import type { Landmarks } from './landmarks.ts';

/**
 * A face shape laid onto the landmarks of a picture under weak perspective: vertex `v` (mm) lies at
 * `scalePxPerMm * (rotation v).xy + translation` in the picture and `(rotation v).z` mm behind the point between the eyes.
 */
export interface FaceFit {
  /** Row-major 3x3 from the shape's axes to the camera's: x right, y down, z away. */
  readonly rotation: Float64Array;
  readonly scalePxPerMm: number;
  /** Where the shape's origin, between the eyes, lies in the picture. */
  readonly translation: Point2;
  readonly identity: Float64Array;
  readonly expression: Float64Array;
  /** Root mean square distance of the landmarks from their vertices, in pixels of the picture. */
  readonly residualPx: number;
}

/**
 * The landmarks' errors go together over large parts of a face, so they count for fewer than they are. With this share the depth of rendered
 * people never used for the correspondence came out best (models/face-shape.md).
 */
const independentShare = 0.3;
/** Standard deviation of expression weights before anything is seen: resting faces are 0, a full smile is 1. */
const expressionSpread = 0.35;
/** Gauss-Newton is there after three or four steps; a step below these (radians, weights) changes depth by less than a tenth of a millimetre. */
const mostSteps = 8;
const smallTurn = 5e-4;
const smallWeight = 0.01;
/** A fit whose landmarks lie farther off than this, in distances between the pupils, is a fit of something else than a face. */
const largestResidual = 0.2;
/** Beyond this turn of the head hardly half of the landmarks are seen at all. */
const smallestFacing = 0.35;
const poseCount = 6;

/**
 * Fits pose, scale, identity and expression to landmarks by regularised least squares (Gauss-Newton over all of them at once; weights of unit
 * variance as the model defines them are the ridge). A landmark counts by its error in the shape, less where its vertex is turned away.
 * Takes a few milliseconds. `undefined` for points that are not finite, coincide or do not make a face.
 */
export function fitFaceShape(landmarks: Landmarks, shape: FaceShape): FaceFit | undefined {
  const points = landmarkRows(landmarks, shape);
  const normals = landmarkNormals(shape);
  const start = points === undefined ? undefined : initialPose(points, shape);
  if (points === undefined || start === undefined) return undefined;

  const modes = [...shape.identityMm, ...shape.expressionMm];
  const priors = [...shape.identityMm.map(() => 1), ...shape.expressionMm.map(() => 1 / expressionSpread ** 2)];
  const unknowns = poseCount + modes.length;
  const weights = new Float64Array(modes.length);
  let pose = start;
  for (let iteration = 0; iteration < mostSteps; iteration++) {
    const matrix = new Float64Array(unknowns * unknowns);
    const right = new Float64Array(unknowns);
    const rowX = new Float64Array(unknowns);
    const rowY = new Float64Array(unknowns);
    const { rotation: r, scalePxPerMm: scale } = pose;
    const [r0, r1, r2, r3, r4, r5] = r as unknown as [number, number, number, number, number, number];
    const pupilsPx = scale * pupilDistanceMm(shape);
    for (const [i, { vertex, error }] of shape.landmarks.entries()) {
      const v = landmarkVertex(shape, modes, weights, vertex);
      const x = rotated(r, 0, v);
      const y = rotated(r, 1, v);
      const z = rotated(r, 2, v);
      rowX.set([0, scale * z, -scale * y, scale * x, 1, 0]);
      rowY.set([-scale * z, 0, scale * x, scale * y, 0, 1]);
      for (let mode = 0, k = poseCount; k < unknowns; mode++, k++) {
        const offsets = modes[mode] as Float32Array;
        const dx = offsets[3 * vertex] as number;
        const dy = offsets[3 * vertex + 1] as number;
        const dz = offsets[3 * vertex + 2] as number;
        rowX[k] = scale * (r0 * dx + r1 * dy + r2 * dz);
        rowY[k] = scale * (r3 * dx + r4 * dy + r5 * dz);
      }
      const facing = -rotated(r, 2, at3(normals, i));
      const trust = (independentShare * clamp(facing / 0.4, 0.1, 1)) / (error * pupilsPx) ** 2;
      const offX = (points[2 * i] as number) - (scale * x + pose.translation.x);
      const offY = (points[2 * i + 1] as number) - (scale * y + pose.translation.y);
      addRows(matrix, right, rowX, rowY, offX, offY, trust);
    }
    for (const [mode, prior] of priors.entries()) {
      const k = poseCount + mode;
      matrix[k * unknowns + k] = (matrix[k * unknowns + k] as number) + prior;
      right[k] = (right[k] as number) - prior * (weights[mode] as number);
    }
    const step = solveSymmetric(matrix, right);
    if (step === undefined) return undefined;
    pose = movedPose(pose, step);
    for (let mode = 0; mode < weights.length; mode++) weights[mode] = (weights[mode] as number) + (step[poseCount + mode] as number);
    const settled = step.subarray(0, 4).every((part) => Math.abs(part) < smallTurn);
    if (settled && step.subarray(poseCount).every((part) => Math.abs(part) < smallWeight)) break;
  }
  return judgedFit(points, shape, modes, pose, weights);
}

interface WeakPose {
  readonly rotation: Float64Array;
  readonly scalePxPerMm: number;
  readonly translation: Point2;
}

/** x and y of the shape's landmarks; `undefined` when one is not finite. */
function landmarkRows(landmarks: Landmarks, shape: FaceShape): Float64Array | undefined {
  const points = new Float64Array(2 * shape.landmarks.length);
  for (const [i, { landmark }] of shape.landmarks.entries()) {
    points[2 * i] = landmarks.points[3 * landmark] ?? Number.NaN;
    points[2 * i + 1] = landmarks.points[3 * landmark + 1] ?? Number.NaN;
  }
  return points.every(Number.isFinite) ? points : undefined;
}

/** Affine map of the average face onto the points in the least-squares sense, made a rotation and a scale. */
function initialPose(points: Float64Array, shape: FaceShape): WeakPose | undefined {
  const matrix = new Float64Array(16);
  const rightX = new Float64Array(4);
  const rightY = new Float64Array(4);
  const nothing = new Float64Array(4);
  for (const [i, { vertex }] of shape.landmarks.entries()) {
    const row = Float64Array.of(...at3(shape.meanMm, vertex), 1);
    addRows(matrix, rightX, row, nothing, points[2 * i] as number, 0, 1);
    for (let k = 0; k < 4; k++) rightY[k] = (rightY[k] as number) + (row[k] as number) * (points[2 * i + 1] as number);
  }
  const p = solveSymmetric(Float64Array.from(matrix), rightX);
  const q = solveSymmetric(matrix, rightY);
  if (p === undefined || q === undefined) return undefined;
  const scalePxPerMm = (Math.hypot(...p.subarray(0, 3)) + Math.hypot(...q.subarray(0, 3))) / 2;
  const rotation = rotationFromRows(p.subarray(0, 3), q.subarray(0, 3));
  if (rotation === undefined || !(scalePxPerMm > 1e-4)) return undefined;
  return { rotation, scalePxPerMm, translation: { x: p[3] as number, y: q[3] as number } };
}

/** Turns by the first three numbers of a step (radians about the camera's axes), grows by e to the fourth, shifts by the last two. */
function movedPose(pose: WeakPose, step: Float64Array): WeakPose {
  const turn = [step[0] as number, step[1] as number, step[2] as number] as const;
  const growth = Math.exp(clamp(step[3] as number, -1, 1));
  const angle = Math.hypot(...turn);
  const rotation = Float64Array.from(pose.rotation);
  if (angle > 1e-12) {
    // Rodrigues' formula, column by column.
    const axis = turn.map((part) => part / angle) as [number, number, number];
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    for (let column = 0; column < 3; column++) {
      const u = [0, 1, 2].map((row) => pose.rotation[3 * row + column] as number) as [number, number, number];
      const along = (axis[0] * u[0] + axis[1] * u[1] + axis[2] * u[2]) * (1 - cos);
      rotation[column] = u[0] * cos + (axis[1] * u[2] - axis[2] * u[1]) * sin + axis[0] * along;
      rotation[3 + column] = u[1] * cos + (axis[2] * u[0] - axis[0] * u[2]) * sin + axis[1] * along;
      rotation[6 + column] = u[2] * cos + (axis[0] * u[1] - axis[1] * u[0]) * sin + axis[2] * along;
    }
  }
  return {
    rotation,
    scalePxPerMm: pose.scalePxPerMm * growth,
    translation: { x: pose.translation.x + (step[4] as number), y: pose.translation.y + (step[5] as number) },
  };
}

function judgedFit(
  points: Float64Array,
  shape: FaceShape,
  modes: readonly Float32Array[],
  pose: WeakPose,
  weights: Float64Array,
): FaceFit | undefined {
  let squares = 0;
  for (const [i, { vertex }] of shape.landmarks.entries()) {
    const v = landmarkVertex(shape, modes, weights, vertex);
    squares += (pose.scalePxPerMm * rotated(pose.rotation, 0, v) + pose.translation.x - (points[2 * i] as number)) ** 2;
    squares += (pose.scalePxPerMm * rotated(pose.rotation, 1, v) + pose.translation.y - (points[2 * i + 1] as number)) ** 2;
  }
  const residualPx = Math.sqrt(squares / shape.landmarks.length);
  const facing = -(pose.rotation[8] as number);
  if (!(residualPx < largestResidual * pose.scalePxPerMm * pupilDistanceMm(shape)) || !(facing > smallestFacing)) return undefined;
  const identityCount = shape.identityMm.length;
  return { ...pose, identity: weights.slice(0, identityCount), expression: weights.slice(identityCount), residualPx };
}

/** Distance between the average face's pupils. */
export function pupilDistanceMm(shape: FaceShape): number {
  const right = at3(shape.meanMm, shape.rightPupil);
  const left = at3(shape.meanMm, shape.leftPupil);
  return Math.hypot(left[0] - right[0], left[1] - right[1], left[2] - right[2]);
}

/** Vertices of a fitted shape in the picture: x and y in pixels, z in mm behind the point between the eyes. */
export function fittedVertices(fit: FaceFit, shape: FaceShape): Float32Array {
  const vertices = shapeVertices(shape, fit.identity, fit.expression);
  const { rotation, scalePxPerMm, translation } = fit;
  for (let vertex = 0; vertex < shape.vertexCount; vertex++) {
    const v = at3(vertices, vertex);
    vertices[3 * vertex] = scalePxPerMm * rotated(rotation, 0, v) + translation.x;
    vertices[3 * vertex + 1] = scalePxPerMm * rotated(rotation, 1, v) + translation.y;
    vertices[3 * vertex + 2] = rotated(rotation, 2, v);
  }
  return vertices;
}

/** The same fit in another picture, to whose pixels `map`, a similarity, carries this one's. */
export function carriedFit(fit: FaceFit, map: Affine): FaceFit {
  const scale = Math.hypot(map.a, map.c);
  const [cos, sin] = [map.a / scale, map.c / scale];
  const row = (k: number): number[] => [...fit.rotation.subarray(3 * k, 3 * k + 3)];
  const [x, y] = [row(0), row(1)];
  return {
    ...fit,
    // The similarity turns the picture about the camera's axis, so it turns the head likewise.
    rotation: Float64Array.of(
      ...x.map((value, k) => cos * value - sin * (y[k] as number)),
      ...x.map((value, k) => sin * value + cos * (y[k] as number)),
      ...row(2),
    ),
    scalePxPerMm: scale * fit.scalePxPerMm,
    translation: applyAffine(map, fit.translation),
    residualPx: scale * fit.residualPx,
  };
}

type Triple = readonly [number, number, number];

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const at3 = (values: ArrayLike<number>, index: number): Triple => [
  values[3 * index] as number,
  values[3 * index + 1] as number,
  values[3 * index + 2] as number,
];

const rotated = (r: Float64Array, row: number, v: Triple): number =>
  (r[3 * row] as number) * v[0] + (r[3 * row + 1] as number) * v[1] + (r[3 * row + 2] as number) * v[2];

function landmarkVertex(shape: FaceShape, modes: readonly Float32Array[], weights: Float64Array, vertex: number): Triple {
  let [x, y, z] = at3(shape.meanMm, vertex);
  for (let mode = 0; mode < modes.length; mode++) {
    const offsets = modes[mode] as Float32Array;
    const weight = weights[mode] as number;
    x += weight * (offsets[3 * vertex] as number);
    y += weight * (offsets[3 * vertex + 1] as number);
    z += weight * (offsets[3 * vertex + 2] as number);
  }
  return [x, y, z];
}

const normalsOf = new WeakMap<FaceShape, Float64Array>();

/** Unit normals of the average face at the landmarks' vertices, three numbers each. */
function landmarkNormals(shape: FaceShape): Float64Array {
  const known = normalsOf.get(shape);
  if (known !== undefined) return known;
  const sums = new Float64Array(3 * shape.vertexCount);
  for (let t = 0; t < shape.triangles.length; t += 3) {
    const corners = [shape.triangles[t] as number, shape.triangles[t + 1] as number, shape.triangles[t + 2] as number];
    const [a, b, c] = corners.map((corner) => at3(shape.meanMm, corner)) as [Triple, Triple, Triple];
    const normal = cross([b[0] - a[0], b[1] - a[1], b[2] - a[2]], [c[0] - a[0], c[1] - a[1], c[2] - a[2]]);
    for (const corner of corners)
      for (let axis = 0; axis < 3; axis++) sums[3 * corner + axis] = (sums[3 * corner + axis] as number) + (normal[axis] as number);
  }
  const normals = new Float64Array(3 * shape.landmarks.length);
  for (const [i, { vertex }] of shape.landmarks.entries()) {
    const sum = at3(sums, vertex);
    const length = Math.hypot(...sum);
    for (let axis = 0; axis < 3; axis++) normals[3 * i + axis] = (sum[axis] as number) / (length > 0 ? length : 1);
  }
  normalsOf.set(shape, normals);
  return normals;
}

const cross = (p: Triple, q: Triple): Triple => [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];

/** Rotation whose first two rows lie along the given ones, the second made square to the first; `undefined` when they are parallel. */
function rotationFromRows(first: Float64Array, second: Float64Array): Float64Array | undefined {
  const p = unit(at3(first, 0));
  if (p === undefined) return undefined;
  const q0 = at3(second, 0);
  const along = p[0] * q0[0] + p[1] * q0[1] + p[2] * q0[2];
  const q = unit([q0[0] - along * p[0], q0[1] - along * p[1], q0[2] - along * p[2]]);
  return q === undefined ? undefined : Float64Array.of(...p, ...q, ...cross(p, q));
}

function unit(v: Triple): Triple | undefined {
  const length = Math.hypot(...v);
  return length > 1e-9 ? [v[0] / length, v[1] / length, v[2] / length] : undefined;
}

/** Adds two equally weighted rows of a least-squares problem to its normal equations (the lower triangle of `matrix`, row-major). */
function addRows(
  matrix: Float64Array,
  right: Float64Array,
  rowX: Float64Array,
  rowY: Float64Array,
  targetX: number,
  targetY: number,
  weight: number,
): void {
  const size = rowX.length;
  for (let i = 0, at = 0; i < size; i++, at = i * size) {
    const x = weight * (rowX[i] as number);
    const y = weight * (rowY[i] as number);
    right[i] = (right[i] as number) + x * targetX + y * targetY;
    for (let j = 0; j <= i; j++, at++) matrix[at] = (matrix[at] as number) + x * (rowX[j] as number) + y * (rowY[j] as number);
  }
}

/**
 * Solves a symmetric positive definite system by Cholesky's factorisation; reads and overwrites the lower triangle of `matrix`. `undefined` when it
 * is not positive definite or not finite.
 */
function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (matrix[i * size + k] as number) * (matrix[j * size + k] as number);
      if (i !== j) matrix[i * size + j] = sum / (matrix[j * size + j] as number);
      else if (sum > 1e-12 && Number.isFinite(sum)) matrix[i * size + i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  const result = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) result[i] = (result[i] as number) - (matrix[i * size + k] as number) * (result[k] as number);
    result[i] = (result[i] as number) / (matrix[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) result[i] = (result[i] as number) - (matrix[k * size + i] as number) * (result[k] as number);
    result[i] = (result[i] as number) / (matrix[i * size + i] as number);
  }
  return result.every(Number.isFinite) ? result : undefined;
}

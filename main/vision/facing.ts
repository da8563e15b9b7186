import type { FaceDepth } from './face-depth.ts';
import { type Landmarks, landmarkIndex } from './landmarks.ts';

/** The last landmarks are irises; those before them are the face's surface. */
const surface = landmarkIndex.rightIris;
/** A landmark and its nearest eight lie near enough to a plane to say which way the skin faces. */
const neighbours = 8;
/** Multiplying by the adjugate so often finds the direction in which a patch is thinnest. */
const powerSteps = 12;

/**
 * The face's depth without the landmarks whose skin faces away from the camera, by the landmark network's own mesh. On a turned head the far cheek and the far side of the
 * nose are such: no camera sees them, and what is read at their place is another part of the face or what lies behind it. The picture alone decides what is left out, never the depth.
 */
export function facingDepth(landmarks: Landmarks, face: FaceDepth): FaceDepth {
  const facing = facesCamera(landmarks.points);
  return { ...face, points: face.points.map((point, index) => (index >= surface || facing[index] ? point : undefined)) };
}

/** For each surface landmark (x, y, z in pixels, z away from the camera) whether its skin faces the camera. */
function facesCamera(points: ArrayLike<number>): boolean[] {
  const inside = insideOf(points);
  return Array.from({ length: surface }, (_, index) => {
    const normal = thinnestDirection(points, [index, ...nearest(points, index)]);
    const outward = [0, 1, 2].reduce(
      (sum, axis) => sum + (normal[axis] as number) * ((points[3 * index + axis] as number) - (inside[axis] as number)),
      0,
    );
    const towardsCamera = -(normal[2] as number);
    return outward < 0 ? towardsCamera < 0 : towardsCamera > 0;
  });
}

/** A point inside the head: the mesh's middle, moved back by half of its spread. */
function insideOf(points: ArrayLike<number>): [number, number, number] {
  const middle: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < 3 * surface; i++) middle[i % 3] = (middle[i % 3] as number) + (points[i] as number) / surface;
  let squares = 0;
  for (let i = 0; i < 3 * surface; i++) squares += ((points[i] as number) - (middle[i % 3] as number)) ** 2;
  return [middle[0], middle[1], middle[2] + 0.5 * Math.sqrt(squares / surface)];
}

function nearest(points: ArrayLike<number>, index: number): number[] {
  const [x, y, z] = [0, 1, 2].map((axis) => points[3 * index + axis] as number) as [number, number, number];
  const found: number[] = [];
  const distances: number[] = [];
  for (let other = 0; other < surface; other++) {
    if (other === index) continue;
    const distance =
      ((points[3 * other] as number) - x) ** 2 +
      ((points[3 * other + 1] as number) - y) ** 2 +
      ((points[3 * other + 2] as number) - z) ** 2;
    if (found.length === neighbours && distance >= (distances[neighbours - 1] as number)) continue;
    let at = Math.min(found.length, neighbours - 1);
    for (; at > 0 && (distances[at - 1] as number) > distance; at--) {
      distances[at] = distances[at - 1] as number;
      found[at] = found[at - 1] as number;
    }
    distances[at] = distance;
    found[at] = other;
  }
  return found;
}

/** Eigenvector of the patch's covariance with the smallest eigenvalue: the dominant one of its adjugate. Zero for a patch without extent. */
function thinnestDirection(points: ArrayLike<number>, patch: readonly number[]): [number, number, number] {
  const mean = [0, 1, 2].map((axis) => patch.reduce((sum, index) => sum + (points[3 * index + axis] as number), 0) / patch.length);
  let [xx, xy, xz, yy, yz, zz] = [0, 0, 0, 0, 0, 0];
  for (const index of patch) {
    const x = (points[3 * index] as number) - (mean[0] as number);
    const y = (points[3 * index + 1] as number) - (mean[1] as number);
    const z = (points[3 * index + 2] as number) - (mean[2] as number);
    xx += x * x;
    xy += x * y;
    xz += x * z;
    yy += y * y;
    yz += y * z;
    zz += z * z;
  }
  const a = yy * zz - yz * yz;
  const b = xz * yz - xy * zz;
  const c = xy * yz - xz * yy;
  const d = xx * zz - xz * xz;
  const e = xy * xz - xx * yz;
  const f = xx * yy - xy * xy;
  let direction: [number, number, number] = [0.3, 0.5, 0.8];
  for (let step = 0; step < powerSteps; step++) {
    const [x, y, z] = direction;
    const next = [a * x + b * y + c * z, b * x + d * y + e * z, c * x + e * y + f * z] as const;
    const length = Math.hypot(...next);
    if (!(length > 0)) return [0, 0, 0];
    direction = [next[0] / length, next[1] / length, next[2] / length];
  }
  return direction;
}

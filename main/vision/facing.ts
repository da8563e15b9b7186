import type { Point3 } from '../geometry/plane.ts';
import { scatterOf } from '../geometry/scatter.ts';
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
  const at = (index: number): number => points[index] as number;
  const mesh = Array.from({ length: surface }, (_, index): Point3 => ({ x: at(3 * index), y: at(3 * index + 1), z: at(3 * index + 2) }));
  const inside = insideOf(mesh);
  return mesh.map((point) => {
    const normal = thinnestDirection([point, ...nearest(mesh, point)]);
    const outward = normal.x * (point.x - inside.x) + normal.y * (point.y - inside.y) + normal.z * (point.z - inside.z);
    const towardsCamera = -normal.z;
    return outward < 0 ? towardsCamera < 0 : towardsCamera > 0;
  });
}

/** A point inside the head: the mesh's middle, moved back by half of its spread. */
function insideOf(mesh: readonly Point3[]): Point3 {
  const { mean, xx, yy, zz } = scatterOf(mesh);
  return { ...mean, z: mean.z + 0.5 * Math.sqrt((xx + yy + zz) / mesh.length) };
}

function nearest(mesh: readonly Point3[], point: Point3): Point3[] {
  const found: Point3[] = [];
  const distances: number[] = [];
  for (const other of mesh) {
    if (other === point) continue;
    const distance = (other.x - point.x) ** 2 + (other.y - point.y) ** 2 + (other.z - point.z) ** 2;
    if (found.length === neighbours && distance >= (distances[neighbours - 1] as number)) continue;
    let at = Math.min(found.length, neighbours - 1);
    for (; at > 0 && (distances[at - 1] as number) > distance; at--) {
      distances[at] = distances[at - 1] as number;
      found[at] = found[at - 1] as Point3;
    }
    distances[at] = distance;
    found[at] = other;
  }
  return found;
}

/** Eigenvector of the patch's scatter with the smallest eigenvalue: the dominant one of its adjugate. Zero for a patch without extent. */
function thinnestDirection(patch: readonly Point3[]): Point3 {
  const { xx, xy, xz, yy, yz, zz } = scatterOf(patch);
  const a = yy * zz - yz * yz;
  const b = xz * yz - xy * zz;
  const c = xy * yz - xz * yy;
  const d = xx * zz - xz * xz;
  const e = xy * xz - xx * yz;
  const f = xx * yy - xy * xy;
  let direction: Point3 = { x: 0.3, y: 0.5, z: 0.8 };
  for (let step = 0; step < powerSteps; step++) {
    const { x, y, z } = direction;
    const next = { x: a * x + b * y + c * z, y: b * x + d * y + e * z, z: c * x + e * y + f * z };
    const length = Math.hypot(next.x, next.y, next.z);
    if (!(length > 0)) return { x: 0, y: 0, z: 0 };
    direction = { x: next.x / length, y: next.y / length, z: next.z / length };
  }
  return direction;
}

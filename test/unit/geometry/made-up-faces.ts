import type { Calibration } from '../../../main/contract/frame.ts';
import type { FaceOverDepth } from '../../../main/geometry/face-over-depth.ts';
import { depthToColor, project, unproject } from '../../../main/geometry/projection.ts';

/** A head of simple shapes, in mm from its middle: how far the surface stands out towards the camera at (x, y); nothing beside it. */
function relief(x: number, y: number): number | undefined {
  const round = 1 - (x / 80) ** 2 - (y / 110) ** 2;
  if (round <= 0) return undefined;
  const bump = (atX: number, atY: number, wide: number, high: number, out: number): number =>
    out * Math.exp(-(((x - atX) / wide) ** 2) - ((y - atY) / high) ** 2);
  return (
    75 * Math.sqrt(round) +
    bump(0, 12, 11, 22, 24) -
    bump(-32, -22, 15, 9, 9) -
    bump(32, -22, 15, 9, 9) +
    bump(0, 50, 25, 10, 6) +
    bump(0, 85, 20, 12, 8)
  );
}

/** Where a made-up head is: its middle in the depth camera's mm and how far it is turned to the side. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yawRad: number;
}

export const claimed: Calibration = {
  color: { width: 320, height: 300, fx: 365, fy: 365, cx: 159.5, cy: 149.5 },
  depth: { width: 320, height: 300, fx: 365, fy: 365, cx: 159.5, cy: 149.5 },
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
  depthScaleMm: 1,
};

/** Heads at several places as the depth camera measures them before a wall, with the points that colour, which lies as `truth` says, shows of their faces. */
export function madeUpFaces(count: number, truth: Calibration): FaceOverDepth[] {
  return Array.from({ length: count }, (_, index) =>
    seen({ x: 60 * Math.sin(index), y: 40 * Math.cos(3 * index), z: 620 + 75 * (index % 8), yawRad: 0.35 * Math.sin(2 * index) }, truth),
  );
}

function seen(place: Place, truth: Calibration): FaceOverDepth {
  const { depth } = truth;
  const depthMm = new Uint16Array(depth.width * depth.height).fill(place.z + 900);
  const points: number[] = [];
  for (let y = -108; y <= 108; y += 0.8) {
    for (let x = -79; x <= 79; x += 0.8) {
      const out = relief(x, y);
      if (out === undefined) continue;
      const [cos, sin] = [Math.cos(place.yawRad), Math.sin(place.yawRad)];
      const point = { x: place.x + cos * x + sin * out, y: place.y + y, z: place.z + sin * x - cos * out };
      const pixel = project(point, depth);
      if (pixel === undefined) continue;
      const at = Math.round(pixel.y) * depth.width + Math.round(pixel.x);
      if (point.z < (depthMm[at] ?? 0)) depthMm[at] = Math.round(point.z);
    }
  }
  for (let y = -70; y <= 95; y += 9) {
    for (let x = -55; x <= 55; x += 7) {
      const out = relief(x, y) ?? 0;
      const [cos, sin] = [Math.cos(place.yawRad), Math.sin(place.yawRad)];
      const point = { x: place.x + cos * x + sin * out, y: place.y + y, z: place.z + sin * x - cos * out };
      const pixel = project(depthToColor(point, truth), truth.color);
      if (pixel !== undefined) points.push(pixel.x, pixel.y, point.z - place.z);
    }
  }
  return { points: Float32Array.from(points), depthMm };
}

/** Largest distance in colour pixels between where two calibrations put points of the room that faces are in. */
export function apartPx(one: Calibration, other: Calibration): number {
  const places = [600, 900, 1200].flatMap((z) => [100, 160, 220].flatMap((x) => [90, 150, 210].map((y) => ({ x, y, z }))));
  const distances = places.map(({ x, y, z }) => {
    const [p, q] = [one, other].map((calibration) =>
      project(depthToColor(unproject({ x, y }, z, calibration.depth), calibration), calibration.color),
    );
    return p === undefined || q === undefined ? Number.POSITIVE_INFINITY : Math.hypot(p.x - q.x, p.y - q.y);
  });
  return Math.max(...distances);
}

import type { Calibration, Intrinsics } from '../contract/frame.ts';
import type { Point3 } from './plane.ts';
import type { Point2 } from './similarity.ts';

/** The point, in camera millimetres, that the centre of pixel (x, y) shows at depth `zMm`. */
export function unproject(pixel: Point2, zMm: number, { fx, fy, cx, cy }: Intrinsics): Point3 {
  return { x: ((pixel.x - cx) * zMm) / fx, y: ((pixel.y - cy) * zMm) / fy, z: zMm };
}

/** Where a point in camera millimetres appears, in pixels; whole numbers are pixel centres. `undefined` behind the camera. */
export function project(point: Point3, { fx, fy, cx, cy }: Intrinsics): Point2 | undefined {
  if (!(point.z > 0)) return undefined;
  return { x: (point.x * fx) / point.z + cx, y: (point.y * fy) / point.z + cy };
}

/** Carries a point from depth-camera millimetres into colour-camera millimetres. */
export function depthToColor(point: Point3, { depthToColor: { rotation, translationMm } }: Calibration): Point3 {
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0, i = 1] = rotation;
  const [tx = 0, ty = 0, tz = 0] = translationMm;
  return {
    x: a * point.x + b * point.y + c * point.z + tx,
    y: d * point.x + e * point.y + f * point.z + ty,
    z: g * point.x + h * point.y + i * point.z + tz,
  };
}

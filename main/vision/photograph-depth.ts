import type { FaceShape } from './face-shape.ts';
import type { Landmarks } from './landmarks.ts';
import { type FaceFit, fitFaceShape, fittedVertices } from './shape-fit.ts';

/** Where the point between the eyes is put: a photograph does not say how far its face was, and a desk's camera sees faces from about here. */
export const nominalDistanceMm = 700;

/**
 * Depth for a photograph that has none: the morphable face shape fitted to its landmarks, drawn. `width * height` millimetres, 0 outside
 * the fitted face. It shows a likely relief of this face and is no measurement: nothing that judges liveness may look at it. `undefined` when the
 * landmarks make no face.
 */
export function depthOfPhotograph(landmarks: Landmarks, shape: FaceShape, width: number, height: number): Uint16Array | undefined {
  const fit = fitFaceShape(landmarks, shape);
  return fit === undefined ? undefined : depthOfFit(fit, shape, width, height);
}

/** Draws a fitted shape as depth: `width * height` millimetres, the nearest surface at each pixel's centre, 0 where there is none. */
export function depthOfFit(fit: FaceFit, shape: FaceShape, width: number, height: number): Uint16Array {
  const vertices = fittedVertices(fit, shape);
  const nearestMm = new Float32Array(width * height).fill(Infinity);
  for (let t = 0; t < shape.triangles.length; t += 3) {
    drawTriangle(
      vertices,
      shape.triangles[t] as number,
      shape.triangles[t + 1] as number,
      shape.triangles[t + 2] as number,
      nearestMm,
      width,
      height,
    );
  }
  const depthMm = new Uint16Array(width * height);
  for (let pixel = 0; pixel < depthMm.length; pixel++) {
    const z = nearestMm[pixel] as number;
    if (z !== Infinity) depthMm[pixel] = Math.round(nominalDistanceMm + z);
  }
  return depthMm;
}

function drawTriangle(v: Float32Array, a: number, b: number, c: number, nearestMm: Float32Array, width: number, height: number): void {
  const ax = v[3 * a] as number;
  const ay = v[3 * a + 1] as number;
  const bx = (v[3 * b] as number) - ax;
  const by = (v[3 * b + 1] as number) - ay;
  const cx = (v[3 * c] as number) - ax;
  const cy = (v[3 * c + 1] as number) - ay;
  // Counter-clockwise from outside is a negative area where y points down; the other side of the skin is not seen.
  const area = bx * cy - by * cx;
  if (!(area < 0)) return;
  const left = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx)));
  const right = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx)));
  const top = Math.max(0, Math.ceil(ay + Math.min(0, by, cy)));
  const bottom = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy)));
  const az = v[3 * a + 2] as number;
  const bz = (v[3 * b + 2] as number) - az;
  const cz = (v[3 * c + 2] as number) - az;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const px = x - ax;
      const py = y - ay;
      const atB = (px * cy - py * cx) / area;
      const atC = (bx * py - by * px) / area;
      if (atB < 0 || atC < 0 || atB + atC > 1) continue;
      const z = az + atB * bz + atC * cz;
      const pixel = y * width + x;
      if (z < (nearestMm[pixel] as number)) nearestMm[pixel] = z;
    }
  }
}

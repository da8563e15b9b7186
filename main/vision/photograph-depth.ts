import type { Point3 } from '../geometry/plane.ts';
import { drawTriangle } from '../geometry/triangle.ts';
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
  const behindMm = reliefOfVertices(fittedVertices(fit, shape), shape, width, height);
  return Uint16Array.from(behindMm, (z) => (Number.isNaN(z) ? 0 : Math.round(nominalDistanceMm + z)));
}

/**
 * The nearest surface of a shape whose vertices (x and y in pixels, z in mm behind the point between the eyes) lie in a grid of `width * height` pixels: z at each
 * pixel's centre, NaN where there is none.
 */
export function reliefOfVertices(vertices: Float32Array, shape: FaceShape, width: number, height: number): Float32Array {
  const nearestMm = new Float32Array(width * height).fill(Number.NaN);
  const corner = (at: number): Point3 => {
    const v = 3 * (shape.triangles[at] as number);
    return { x: vertices[v] as number, y: vertices[v + 1] as number, z: vertices[v + 2] as number };
  };
  for (let t = 0; t < shape.triangles.length; t += 3) {
    drawTriangle([corner(t), corner(t + 1), corner(t + 2)], width, height, (pixel, z) => {
      if (!(z >= (nearestMm[pixel] as number))) nearestMm[pixel] = z;
    });
  }
  return nearestMm;
}

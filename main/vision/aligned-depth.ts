import type { Affine } from '../geometry/similarity.ts';
import { alignedSizePx } from './align.ts';
import type { Picture } from './picture.ts';

/** The part of the aligned face (`align.ts`) that shows skin and no background: its depth is what the rest is measured from. Both ends belong to it. */
export const faceCore = { left: 28, right: 83, top: 36, bottom: 99 };
/** Readings this far from the core's median are background, hair or flying pixels. */
export const faceHalfDepthMm = 150;
/** Share of the core that must have a reading on the face. */
export const minimumCoreShare = 0.6;

/** Index of the picture's pixel that a pixel of a square laid over it shows; -1 beyond its edge. */
export function pixelUnder({ width, height }: Picture, map: Affine, u: number, v: number): number {
  const x = Math.round(map.a * u + map.b * v + map.tx);
  const y = Math.round(map.c * u + map.d * v + map.ty);
  return x >= 0 && y >= 0 && x < width && y < height ? y * width + x : -1;
}

/** The nearest reading, mm, under every pixel of a square of `sizePx` laid over the picture by `map`; 0 without one. */
export function depthUnder(picture: Picture, depthMm: ArrayLike<number>, map: Affine, sizePx: number): Float32Array {
  const readings = new Float32Array(sizePx * sizePx);
  for (let v = 0, at = 0; v < sizePx; v++) {
    for (let u = 0; u < sizePx; u++, at++) {
      const pixel = pixelUnder(picture, map, u, v);
      if (pixel >= 0) readings[at] = depthMm[pixel] as number;
    }
  }
  return readings;
}

/** The values of the face's core in a square of `sizePx` whose middle is the aligned face. */
export function coreOf(square: Float32Array, sizePx: number): number[] {
  const marginPx = (sizePx - alignedSizePx) / 2;
  const found: number[] = [];
  for (let v = faceCore.top; v <= faceCore.bottom; v++) {
    const row = (v + marginPx) * sizePx + marginPx;
    found.push(...square.subarray(row + faceCore.left, row + faceCore.right + 1));
  }
  return found;
}

import { median } from '../geometry/median.ts';
import type { Affine } from '../geometry/similarity.ts';
import { depthUnder, faceCore, faceHalfDepthMm, minimumCoreShare } from './aligned-depth.ts';
import type { Network } from './network.ts';
import { type Picture, warpToTensor } from './picture.ts';

/** Side of what the head network sees, in its own pixels. */
export const headSizePx = 128;
/** Pixels of the aligned face (`align.ts`) to one of the head network: 192 of them, some 345 mm, hold a head, its hair and its neck. */
const alignedPerPx = 1.5;
/** Middle of the window in the aligned face: between the eyes, a little above. */
const middle = { u: 56, v: 44 };
/** Depth is shown as a share of this, cut off beyond. */
const depthRangeMm = 150;

/** From pixel centres of a head window of `sizePx` to those of the picture; windows of every size have the same middle and scale. */
export function headToPicture(alignedToPicture: Affine, sizePx = headSizePx): Affine {
  const { a, b, c, d, tx, ty } = alignedToPicture;
  const half = ((sizePx - 1) / 2) * alignedPerPx;
  const [u, v] = [middle.u - half, middle.v - half];
  return {
    a: a * alignedPerPx,
    b: b * alignedPerPx,
    c: c * alignedPerPx,
    d: d * alignedPerPx,
    tx: a * u + b * v + tx,
    ty: c * u + d * v + ty,
  };
}

/** Distance of the face in a head window's readings, mm: the median of its faceCore. `undefined` where too little of it was measured. */
export function headReferenceMm(readings: Float32Array): number | undefined {
  const toWindow = (aligned: number, from: number): number => Math.round((aligned - from) / alignedPerPx + (headSizePx - 1) / 2);
  const found: number[] = [];
  let pixels = 0;
  for (let v = toWindow(faceCore.top, middle.v); v <= toWindow(faceCore.bottom, middle.v); v++) {
    for (let u = toWindow(faceCore.left, middle.u); u <= toWindow(faceCore.right, middle.u); u++) {
      const reading = readings[v * headSizePx + u] as number;
      pixels++;
      if (reading > 0 && Number.isFinite(reading)) found.push(reading);
    }
  }
  if (found.length < minimumCoreShare * pixels) return undefined;
  const referenceMm = median(found);
  const onFace = found.filter((reading) => Math.abs(reading - referenceMm) <= faceHalfDepthMm).length;
  return onFace < minimumCoreShare * pixels ? undefined : referenceMm;
}

/**
 * Log-odds that picture and depth of a whole head are those of somebody living and not of a print, a screen, a mask or a dummy (`models/head-liveness.md`): a small network over
 * colour `(value - 127.5) / 128` and depth `(reference - reading) / 150 mm`, cut off at 1 and -1, 0 without a reading. NaN without depth on the face, or when the network has no finite answer.
 */
export async function headLogOdds(
  network: Network,
  picture: Picture,
  depthMm: ArrayLike<number> | undefined,
  alignedToPicture: Affine,
): Promise<number> {
  if (depthMm === undefined || depthMm.length !== picture.width * picture.height) return Number.NaN;
  const map = headToPicture(alignedToPicture);
  if (!Object.values(map).every(Number.isFinite)) return Number.NaN;
  const readings = depthUnder(picture, depthMm, map, headSizePx);
  const referenceMm = headReferenceMm(readings);
  if (referenceMm === undefined) return Number.NaN;
  const plane = headSizePx * headSizePx;
  const head = new Float32Array(4 * plane);
  warpToTensor(picture, map, headSizePx, headSizePx, { layout: 'planar', scale: 1 / 128, offset: -127.5 / 128 }, head);
  for (let at = 0; at < plane; at++) {
    const reading = readings[at] as number;
    if (reading > 0) head[3 * plane + at] = Math.max(-1, Math.min(1, (referenceMm - reading) / depthRangeMm));
  }
  const { logOdds } = await network.run({ head: { data: head, shape: [1, 4, headSizePx, headSizePx] } });
  const value = logOdds?.[0];
  return value === undefined || !Number.isFinite(value) ? Number.NaN : value;
}

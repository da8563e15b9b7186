import type { Affine } from '../geometry/similarity.ts';
import { alignedSizePx } from './align.ts';
import { coreOf, depthUnder, faceHalfDepthMm, minimumCoreShare, pixelUnder } from './aligned-depth.ts';
import type { Landmarks } from './landmarks.ts';
import { type Picture, warpToTensor } from './picture.ts';

/** What an identity network may look at: the picture, depth registered to it where there is any, and where the aligned face lies in it. */
export interface AlignedFace {
  readonly picture: Picture;
  /** One value in mm for each pixel of the picture, 0 without a reading. */
  readonly depthMm: Uint16Array | Float32Array | undefined;
  readonly alignedToPicture: Affine;
  /** The face's points in the picture. */
  readonly landmarks: Landmarks;
}

/** Why a face gives no vector. */
export type NoVector = 'no-depth' | 'poor-depth' | 'outside-picture' | 'too-small' | 'not-finite';

/** What the RGB-D network is shown: everything, or one of the two with zeros in place of the other, to measure what each gives. */
export type Modality = 'both' | 'colour' | 'depth';

/** The network's input, `4 * 112 * 112` numbers in planes of red, green, blue and depth, or why there is none. */
export type RgbdInput = { readonly kind: 'tensor'; readonly tensor: Float32Array } | { readonly kind: 'none'; readonly reason: NoVector };

type AlignedDepth =
  | { readonly kind: 'depth'; readonly readings: Float32Array; readonly referenceMm: number }
  | { readonly kind: 'none'; readonly reason: NoVector };

const planeSize = alignedSizePx * alignedSizePx;
/** Depth is shown as a share of this, cut off beyond. */
const depthRangeMm = 100;
/** More than this share of the aligned square beyond the picture's edge, and too little of the face is seen. */
const maximumOutsideShare = 0.25;
/** Side of the aligned square in pixels of the picture; in a smaller one the eyes are less than eight pixels apart. */
const smallestFacePx = 24;

/**
 * Cuts the aligned face out of picture and depth as the RGB-D network was trained to see it: colour `(value - 127.5) / 128`, depth
 * `(referenceMm - depthMm) / 100` cut off at 1 and -1 (nearer is positive), 0 without a reading; `referenceMm` is the median of the core's readings.
 */
export function rgbdInput(face: AlignedFace, modality: Modality): RgbdInput {
  const fault = faultOfPlace(face);
  if (fault !== undefined) return { kind: 'none', reason: fault };
  const tensor = new Float32Array(4 * planeSize);
  if (modality !== 'depth') {
    const rule = { layout: 'planar', scale: 1 / 128, offset: -127.5 / 128 } as const;
    warpToTensor(face.picture, face.alignedToPicture, alignedSizePx, alignedSizePx, rule, tensor);
  }
  if (modality !== 'colour') {
    const depth = alignedDepth(face);
    if (depth.kind === 'none') return depth;
    for (let at = 0; at < planeSize; at++) {
      const readingMm = depth.readings[at] as number;
      if (readingMm > 0) tensor[3 * planeSize + at] = Math.max(-1, Math.min(1, (depth.referenceMm - readingMm) / depthRangeMm));
    }
  }
  return { kind: 'tensor', tensor };
}

/** What is wrong with where the face lies, before anything is read. */
function faultOfPlace({ picture, alignedToPicture: map }: AlignedFace): NoVector | undefined {
  if (!Object.values(map).every(Number.isFinite)) return 'not-finite';
  const sidePx = alignedSizePx * Math.sqrt(Math.abs(map.a * map.d - map.b * map.c));
  if (Math.min(picture.width, picture.height, sidePx) < smallestFacePx) return 'too-small';
  let outside = 0;
  for (let v = 0; v < alignedSizePx; v++) for (let u = 0; u < alignedSizePx; u++) if (pixelUnder(picture, map, u, v) < 0) outside++;
  return outside > maximumOutsideShare * planeSize ? 'outside-picture' : undefined;
}

/** Depth at the nearest pixel under each pixel of the aligned face, and the face's own distance. */
function alignedDepth({ picture, depthMm, alignedToPicture: map }: AlignedFace): AlignedDepth {
  if (depthMm === undefined || depthMm.length !== picture.width * picture.height) return { kind: 'none', reason: 'no-depth' };
  const readings = depthUnder(picture, depthMm, map, alignedSizePx);
  if (!readings.every(Number.isFinite)) return { kind: 'none', reason: 'not-finite' };
  const core = coreOf(readings, alignedSizePx);
  const inCore = Float32Array.from(core.filter((reading) => reading > 0));
  if (inCore.length === 0) return { kind: 'none', reason: 'no-depth' };
  const referenceMm = medianOf(inCore);
  const onFace = inCore.filter((reading) => Math.abs(reading - referenceMm) <= faceHalfDepthMm).length;
  return onFace < minimumCoreShare * core.length ? { kind: 'none', reason: 'poor-depth' } : { kind: 'depth', readings, referenceMm };
}

/** Middle value of a list that is not empty; the mean of the two middle ones of an even number. */
function medianOf(values: Float32Array): number {
  const sorted = Float32Array.from(values).sort();
  const upper = sorted.length >> 1;
  const high = sorted[upper] as number;
  return sorted.length % 2 === 1 ? high : ((sorted[upper - 1] as number) + high) / 2;
}

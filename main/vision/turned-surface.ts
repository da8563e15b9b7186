import { median } from '../geometry/median.ts';
import type { Affine } from '../geometry/similarity.ts';
import { localMean } from '../geometry/smooth.ts';
import { alignedSizePx } from './align.ts';
import { coreOf, depthUnder, minimumCoreShare } from './aligned-depth.ts';
import type { FaceShape } from './face-shape.ts';
import { reliefOfVertices } from './photograph-depth.ts';
import type { AlignedFace } from './rgbd-input.ts';
import { type FaceFit, fittedVertices } from './shape-fit.ts';

/** The square that is turned: the aligned one with this much around it, so that what turns in has colours. */
export const marginPx = 24;
export const squarePx = alignedSizePx + 2 * marginPx;
/** Readings farther from the fitted shape are hair, glasses or background. */
const largestErrorMm = 60;
/** What depth tells of a face beyond its fitted shape is taken in this wide; finer than this a sensor at a metre reads noise. */
const correctionSigmaPx = 8;
/** Surroundings of a face run smoothly out from it: first roughly, then nearer to its border. */
const surroundingSigmasPx = [40, 16, 6] as const;
/** With so much of the weight around a pixel its local mean counts in full. */
const fullWeight = { correction: 0.3, surrounding: 0.1 } as const;

/**
 * How far behind the face's middle its surface lies at each pixel of the square, in pixels: the shape fitted in the square, corrected by measured depth, and smoothly on from
 * there.
 * `undefined` where the shape shows nothing.
 */
export function surfaceOf(face: AlignedFace, shape: FaceShape, fit: FaceFit, squareToPicture: Affine): Float32Array | undefined {
  const fittedMm = reliefOfVertices(fittedVertices(fit, shape), shape, squarePx, squarePx);
  const known = Float32Array.from(fittedMm, (z) => (Number.isNaN(z) ? 0 : 1));
  const shown = coreOf(fittedMm, squarePx).filter((z) => !Number.isNaN(z));
  if (shown.length === 0) return undefined;
  const middleMm = median(shown);
  const reliefMm = fittedMm.map((z) => (Number.isNaN(z) ? 0 : z - middleMm));
  correct(reliefMm, known, face, squareToPicture);
  return withSurroundings(reliefMm, known).map((z) => z * fit.scalePxPerMm);
}

/** Adds what measured depth has more or less than the fitted shape, where enough of the face's core was measured. */
function correct(reliefMm: Float32Array, known: Float32Array, { picture, depthMm }: AlignedFace, squareToPicture: Affine): void {
  if (depthMm === undefined || depthMm.length !== picture.width * picture.height) return;
  const readings = depthUnder(picture, depthMm, squareToPicture, squarePx);
  const core = coreOf(readings, squarePx);
  const measured = core.filter((reading) => reading > 0);
  if (measured.length < minimumCoreShare * core.length) return;
  const middleMm = median(measured);
  const errorMm = readings.map((reading, i) => reading - middleMm - (reliefMm[i] as number));
  const trusted = known.map((there, i) =>
    there > 0 && (readings[i] as number) > 0 && Math.abs(errorMm[i] as number) < largestErrorMm ? 1 : 0,
  );
  const { mean, weight } = localMean(errorMm, trusted, squarePx, correctionSigmaPx);
  for (let i = 0; i < reliefMm.length; i++) {
    const share = Math.min(1, (weight[i] as number) / fullWeight.correction);
    if (share > 0) reliefMm[i] = (reliefMm[i] as number) + share * (mean[i] as number);
  }
}

/** The relief where it is known; elsewhere what lies around, the nearer the more. */
function withSurroundings(reliefMm: Float32Array, known: Float32Array): Float32Array {
  const around = new Float32Array(reliefMm.length);
  for (const sigmaPx of surroundingSigmasPx) {
    const { mean, weight } = localMean(reliefMm, known, squarePx, sigmaPx);
    for (let i = 0; i < around.length; i++) {
      const share = Math.min(1, (weight[i] as number) / fullWeight.surrounding);
      around[i] = (around[i] as number) + share * ((mean[i] as number) - (around[i] as number));
    }
  }
  return around.map((z, i) => ((known[i] as number) > 0 ? (reliefMm[i] as number) : z));
}

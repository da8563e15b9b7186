import { fusedVector } from '../../vision/fusion.ts';
import type { EmbeddedSample } from './comparisons.ts';
import { resamplePeople } from './people-bootstrap.ts';

/** A lock works where strangers hardly ever match: the strictest FMR of which rates are reported. */
export const strictFmr = '0.0001';
/** Weights of the RGB-D part that are tried. */
const weights = Array.from({ length: 26 }, (_, step) => (2 * step) / 100);

/** A weight of the RGB-D part, and the mean FNMR at `strictFmr` of people drawn anew. */
export interface TriedWeight {
  readonly weight: number;
  readonly fnmr: number;
}

/**
 * What each weight of the RGB-D part comes to where a lock works, and the one that refuses fewest there, the smallest of equals. A logistic regression of all pairs says how likely a pair is
 * genuine where most pairs lie, which is far from any lock's threshold. Vectors of the same samples in the same order. `undefined` for fewer than two people, or too
 * many pairs to draw people anew (`people-bootstrap.ts`).
 */
export function strictestWeight(
  rgbd: readonly EmbeddedSample[],
  colour: readonly EmbeddedSample[],
): { readonly best: TriedWeight; readonly tried: readonly TriedWeight[] } | undefined {
  const tried: TriedWeight[] = [];
  for (const weight of weights) {
    const drawn = resamplePeople(fusedSamples(rgbd, colour, weight), [strictFmr]);
    if (drawn === undefined) return undefined;
    const fnmrs = drawn.fnmrsAtFmr[strictFmr] as Float64Array;
    tried.push({ weight, fnmr: fnmrs.reduce((sum, fnmr) => sum + fnmr, 0) / fnmrs.length });
  }
  const best = tried.reduce((least, each) => (each.fnmr < least.fnmr ? each : least));
  return { best, tried };
}

/** The fused vectors of samples, from both networks' vectors of them. */
export function fusedSamples(rgbd: readonly EmbeddedSample[], colour: readonly EmbeddedSample[], weight: number): EmbeddedSample[] {
  return rgbd.map((sample, index) => ({
    ...sample,
    vector: fusedVector(sample.vector, (colour[index] as EmbeddedSample).vector, weight),
  }));
}

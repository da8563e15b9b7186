import type { EmbeddedSample } from './comparisons.ts';
import { countsOf } from './counts.ts';

/** What a network made of a sample: the vector of the face in it, or why there is none. */
export type Taken = { readonly kind: 'vector'; readonly vector: Float32Array } | { readonly kind: 'none'; readonly reason: string };

/** One picture or frame of somebody and what each network made of it, in their order. */
export interface Sample {
  readonly name: string;
  /** Which picture or frame it was. */
  readonly source: string;
  /** What recordings are for: somebody's enrolment, or a look at the lock. */
  readonly use: 'enrol' | 'probe';
  readonly taken: readonly Taken[];
}

/**
 * The samples that every network has a vector of: only on the same samples can networks be compared. What one of them could not take in is counted apart,
 * as its failures to acquire.
 */
export function comparableSamples(samples: readonly Sample[]): Sample[] {
  return samples.filter(({ taken }) => taken.every(({ kind }) => kind === 'vector'));
}

/** One network's vectors of these samples. */
export function vectorsBy(index: number, samples: readonly Sample[]): EmbeddedSample[] {
  return samples.flatMap(({ name, source, taken }) => {
    const one = taken[index];
    return one?.kind === 'vector' ? [{ name, source, vector: one.vector }] : [];
  });
}

/** In how many samples one network had no answer, by the reason. */
export function failuresOf(index: number, samples: readonly Sample[]): Readonly<Record<string, number>> {
  return countsOf(
    samples.flatMap(({ taken }) => {
      const one = taken[index];
      return one?.kind === 'none' ? [one.reason] : [];
    }),
  );
}

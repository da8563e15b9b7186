import { embeddingDistance } from '../../identity/matcher.ts';
import { seededRandom } from '../experiments/random.ts';
import type { EmbeddedSample } from './comparisons.ts';

/** Where the middle 95 % of a figure lay when other people of the same kind had been there. */
export interface PeopleInterval {
  readonly low95: number;
  readonly high95: number;
}

/** A figure for each time that people were drawn anew. */
export interface Resampled {
  readonly resamples: number;
  readonly eers: Float64Array;
  readonly fnmrsAtFmr: Readonly<Record<string, Float64Array>>;
}

const bins = 2048;
const farthest = 2;
const mostResamples = 1000;
const fewestResamples = 100;
/** Pairs looked at in all: some seconds. */
const pairBudget = 3e9;

/**
 * Draws people anew, with replacement, and takes the rates of every sample against every other of those drawn (Efron and Tibshirani, "An introduction to the
 * bootstrap", 1993; over people as Bolle and others advise, since pairs that share a person are not independent). A person drawn twice is not compared with
 * themselves as if they were two. Distances are put into 2,048 bins. The same seed draws the same people for each network, so that their figures may be
 * compared draw by draw. `undefined` where there are too many pairs to do it a hundred times, or fewer than two people.
 */
export function resamplePeople(embedded: readonly EmbeddedSample[], fmrs: readonly string[]): Resampled | undefined {
  const names = [...new Set(embedded.map(({ name }) => name))];
  const places = new Map(names.map((name, place) => [name, place]));
  const people = Uint32Array.from(embedded, ({ name }) => places.get(name) as number);
  const pairs = (embedded.length * (embedded.length - 1)) / 2;
  const resamples = Math.min(mostResamples, Math.floor(pairBudget / Math.max(1, pairs)));
  if (names.length < 2 || resamples < fewestResamples) return undefined;
  const binned = binnedDistances(embedded);
  const random = seededRandom(1);
  const eers = new Float64Array(resamples);
  const fnmrsAtFmr = Object.fromEntries(fmrs.map((fmr) => [fmr, new Float64Array(resamples)]));
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = new Float64Array(names.length);
    for (let draw = 0; draw < names.length; draw++) {
      const person = Math.floor(random.uniform() * names.length);
      drawn[person] = (drawn[person] as number) + 1;
    }
    const rates = ratesOf(weighted(binned, people, drawn));
    eers[resample] = equalError(rates);
    for (const fmr of fmrs) (fnmrsAtFmr[fmr] as Float64Array)[resample] = fnmrAt(rates, Number(fmr));
  }
  return { resamples, eers, fnmrsAtFmr };
}

/** The middle 95 % of figures, in whatever order they come. */
export function middle95(values: Float64Array): PeopleInterval {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { low95: at(0.025), high95: at(0.975) };
}

/** Bins of the distances of every sample to every later one, row by row. */
function binnedDistances(embedded: readonly EmbeddedSample[]): Uint16Array {
  const binned = new Uint16Array((embedded.length * (embedded.length - 1)) / 2);
  let at = 0;
  for (const [index, p] of embedded.entries()) {
    for (let other = index + 1; other < embedded.length; other++) {
      const distance = embeddingDistance(p.vector, (embedded[other] as EmbeddedSample).vector);
      binned[at++] = Math.min(bins - 1, Math.floor((distance / farthest) * bins));
    }
  }
  return binned;
}

interface Histograms {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

/** How much weight each bin has when people count as often as they were drawn. */
function weighted(binned: Uint16Array, people: Uint32Array, drawn: Float64Array): Histograms {
  const genuine = new Float64Array(bins);
  const impostor = new Float64Array(bins);
  let row = 0;
  for (let first = 0; first < people.length; row += people.length - 1 - first, first++) {
    const person = people[first] as number;
    const weight = drawn[person] as number;
    if (weight === 0) continue;
    for (let second = first + 1, at = row; second < people.length; second++, at++) {
      const other = people[second] as number;
      const bin = binned[at] as number;
      if (other === person) genuine[bin] = (genuine[bin] as number) + weight;
      else impostor[bin] = (impostor[bin] as number) + weight * (drawn[other] as number);
    }
  }
  return { genuine, impostor };
}

interface Rates {
  readonly fmr: Float64Array;
  readonly fnmr: Float64Array;
}

/** False match and false non-match rate when all up to a bin is taken for the owner; the first place is a threshold below everything. */
function ratesOf({ genuine, impostor }: Histograms): Rates {
  return { fmr: upTo(impostor), fnmr: upTo(genuine).map((share) => 1 - share) };
}

/** Share of the weight in the first so many bins. */
function upTo(weights: Float64Array): Float64Array {
  const shares = new Float64Array(bins + 1);
  for (let bin = 0; bin < bins; bin++) shares[bin + 1] = (shares[bin] as number) + (weights[bin] as number);
  const all = Math.max(1, shares[bins] as number);
  return shares.map((weight) => weight / all);
}

function equalError({ fmr, fnmr }: Rates): number {
  let best = 0;
  let gap = Infinity;
  for (let place = 0; place <= bins; place++) {
    const between = Math.abs((fmr[place] as number) - (fnmr[place] as number));
    if (between >= gap) continue;
    gap = between;
    best = ((fmr[place] as number) + (fnmr[place] as number)) / 2;
  }
  return best;
}

function fnmrAt({ fmr, fnmr }: Rates, limit: number): number {
  let place = 0;
  while (place < bins && (fmr[place + 1] as number) <= limit + 1e-12) place++;
  return fnmr[place] as number;
}

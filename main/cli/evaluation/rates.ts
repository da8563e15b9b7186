/** Distances of comparisons: of one person with themselves (genuine) and with others (impostor). Smaller is more alike. */
export interface Comparisons {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

/** How many values, their mean and standard deviation; mean and deviation are 0 without values. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

/** A rate with its 95 % bounds and the number of trials it rests on. */
export interface BoundedRate {
  readonly rate: number;
  readonly low95: number;
  readonly high95: number;
  readonly n: number;
}

export function summarise(values: Float64Array): Summary {
  const n = values.length;
  if (n === 0) return { n, mean: 0, sd: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  return { n, mean, sd };
}

/**
 * Rate of `errors` among `n` independent trials with its 95 % interval by Wilson (1927); with no error at all the upper bound is the rule of
 * three, 3/n. Comparisons that share people are not independent: the interval is then too narrow, which is why people are counted too.
 */
export function boundedRate(errors: number, n: number): BoundedRate {
  if (n === 0) return { rate: 0, low95: 0, high95: 1, n };
  const rate = errors / n;
  if (errors === 0) return { rate, low95: 0, high95: Math.min(1, 3 / n), n };
  const z = 1.96;
  const middle = (rate + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2));
  return { rate, low95: Math.max(0, middle - half), high95: Math.min(1, middle + half), n };
}

/** A share in per cent, to one place. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** The 95 % bounds of a rate in per cent. */
export function bounds({ low95, high95 }: BoundedRate): string {
  return `${percent(low95)} to ${percent(high95)}`;
}

/** A rate as cells of a table: of how many, the share, its 95 % bounds. */
export function rateCells(rate: BoundedRate): [number, string, string] {
  return [rate.n, percent(rate.rate), bounds(rate)];
}

/** Number of values at or under `limit` in an ascending list. */
function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One point of the trade-off: a face is taken for the owner at a distance up to `threshold`. */
export interface OperatingPoint {
  readonly threshold: number;
  readonly falseMatches: number;
  readonly falseNonMatches: number;
}

/** False matches and false non-matches at a threshold. Lists must be ascending. */
export function pointAt(genuine: Float64Array, impostor: Float64Array, threshold: number): OperatingPoint {
  return { threshold, falseMatches: countUpTo(impostor, threshold), falseNonMatches: genuine.length - countUpTo(genuine, threshold) };
}

/** Both lists in ascending order, as the functions below want them. */
export function sortComparisons({ genuine, impostor }: Comparisons): Comparisons {
  return { genuine: Float64Array.from(genuine).sort(), impostor: Float64Array.from(impostor).sort() };
}

/** The largest threshold whose false match rate does not exceed `fmr`: with few impostor pairs, the one that lets none through. */
export function pointAtFmr(sorted: Comparisons, fmr: number): OperatingPoint {
  const allowed = Math.floor(sorted.impostor.length * fmr + 1e-9);
  const next = sorted.impostor[allowed];
  // Just under the first impostor that would be one too many.
  const threshold = next === undefined ? 2 : next - 1e-9;
  return pointAt(sorted.genuine, sorted.impostor, threshold);
}

/** Equal error rate: where the false match and the false non-match rate cross, taken as the mean of both at the nearest threshold. */
export function equalErrorPoint(sorted: Comparisons): OperatingPoint & { readonly eer: number } {
  let best: (OperatingPoint & { eer: number }) | undefined;
  let smallestGap = Infinity;
  for (const threshold of candidateThresholds(sorted)) {
    const point = pointAt(sorted.genuine, sorted.impostor, threshold);
    const fmr = point.falseMatches / Math.max(1, sorted.impostor.length);
    const fnmr = point.falseNonMatches / Math.max(1, sorted.genuine.length);
    const gap = Math.abs(fmr - fnmr);
    if (gap < smallestGap) {
      smallestGap = gap;
      best = { ...point, eer: (fmr + fnmr) / 2 };
    }
  }
  return best ?? { threshold: 0, falseMatches: 0, falseNonMatches: 0, eer: 0 };
}

/** Thresholds worth trying: every distinct distance, or two thousand steps between the extremes where there are more. */
function candidateThresholds({ genuine, impostor }: Comparisons): Float64Array {
  if (genuine.length + impostor.length <= 20_000) return Float64Array.from([...genuine, ...impostor]).sort();
  const low = Math.min(genuine[0] ?? 0, impostor[0] ?? 0);
  const high = Math.max(genuine.at(-1) ?? 2, impostor.at(-1) ?? 2);
  return Float64Array.from({ length: 2001 }, (_, step) => low + ((high - low) * step) / 2000);
}

/** The threshold with the most right answers over all pairs; the middle of the best stretch. */
export function mostAccurateThreshold(sorted: Comparisons): number {
  let best = -1;
  let first = 0;
  let last = 0;
  for (const threshold of candidateThresholds(sorted)) {
    const point = pointAt(sorted.genuine, sorted.impostor, threshold);
    const right = sorted.genuine.length - point.falseNonMatches + sorted.impostor.length - point.falseMatches;
    if (right > best) {
      best = right;
      first = threshold;
      last = threshold;
    } else if (right === best) last = threshold;
  }
  return (first + last) / 2;
}

/** Right answers at a threshold, as a share of all comparisons. */
export function accuracyAt({ genuine, impostor }: Comparisons, threshold: number): number {
  const total = genuine.length + impostor.length;
  if (total === 0) return 0;
  const right = genuine.filter((distance) => distance <= threshold).length + impostor.filter((distance) => distance > threshold).length;
  return right / total;
}

const folds = 10;

/**
 * Accuracy as LFW's protocol has it: ten folds, each judged at the threshold that is best on the other nine, so that no pair helps to choose the
 * threshold it is judged by. Folds are taken in turn through the lists.
 */
export function crossValidatedAccuracy(comparisons: Comparisons): number {
  let weighted = 0;
  let total = 0;
  for (let fold = 0; fold < folds; fold++) {
    const inFold = (_: number, index: number): boolean => index % folds === fold;
    const outside = (value: number, index: number): boolean => !inFold(value, index);
    const rest = sortComparisons({ genuine: comparisons.genuine.filter(outside), impostor: comparisons.impostor.filter(outside) });
    const held = { genuine: comparisons.genuine.filter(inFold), impostor: comparisons.impostor.filter(inFold) };
    const count = held.genuine.length + held.impostor.length;
    weighted += accuracyAt(held, mostAccurateThreshold(rest)) * count;
    total += count;
  }
  return total === 0 ? 0 : weighted / total;
}

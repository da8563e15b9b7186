/** Vectors learned last that the direction of the next update is compared with. */
export const trailLength = 3;

/**
 * Cosine between the newest update and those before it, the largest of two readings; -1 while there are not two updates to compare.
 *
 * The updates are the steps along core mean, vectors learned (oldest first), candidate. A face that varies around a middle takes steps that
 * turn back: for independent vectors of equal spread their cosine is -1/2. A face led towards another one takes steps ahead: cosine near 1. That
 * difference is the detector of Lovisotto, Eberz and Martinovic, "Biometric Backdoors" (EuroS&P 2020). The second reading leaves out
 * every other vector, so that swerving from side to side does not hide the way ahead.
 */
export function steadiness(core: readonly Float32Array[], trail: readonly Float32Array[], candidate: Float32Array): number {
  const places = [meanOf(core), ...trail.slice(-trailLength), candidate];
  return Math.max(turn(places.slice(-3)), turn([places.at(-5), places.at(-3), places.at(-1)]));
}

function turn(places: readonly (Float32Array | undefined)[]): number {
  const [first, middle, last] = places;
  if (first === undefined || middle === undefined || last === undefined) return -1;
  let dot = 0;
  let before = 0;
  let after = 0;
  for (let i = 0; i < last.length; i++) {
    const stepBefore = (middle[i] as number) - (first[i] as number);
    const stepAfter = (last[i] as number) - (middle[i] as number);
    dot += stepBefore * stepAfter;
    before += stepBefore * stepBefore;
    after += stepAfter * stepAfter;
  }
  return before > 0 && after > 0 ? dot / Math.sqrt(before * after) : -1;
}

function meanOf(vectors: readonly Float32Array[]): Float32Array | undefined {
  const first = vectors[0];
  if (first === undefined) return undefined;
  return first.map((_, index) => vectors.reduce((sum, vector) => sum + (vector[index] as number), 0) / vectors.length);
}

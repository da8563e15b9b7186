import { embeddingDistance } from '../../identity/matcher.ts';
import type { PicturePair } from './pair-list.ts';
import type { Comparisons } from './rates.ts';

/** The vector of one picture or frame of somebody. `source`: which one it was. */
export interface EmbeddedSample {
  readonly name: string;
  readonly source: string;
  readonly vector: Float32Array;
}

/** Distances of the listed pairs of pictures. A pair with a picture that has no vector is left out. */
export function comparePairs(pairs: readonly PicturePair[], embedded: readonly EmbeddedSample[]): Comparisons {
  const vectors = new Map(embedded.map(({ source, vector }) => [source, vector]));
  const distances = { genuine: [] as number[], impostor: [] as number[] };
  for (const { kind, first, second } of pairs) {
    const p = vectors.get(first.file);
    const q = vectors.get(second.file);
    if (p !== undefined && q !== undefined) distances[kind].push(embeddingDistance(p, q));
  }
  return { genuine: Float64Array.from(distances.genuine), impostor: Float64Array.from(distances.impostor) };
}

/** Distances of every sample to every other, once. */
export function compareAll(embedded: readonly EmbeddedSample[]): Comparisons {
  const perPerson = new Map<string, number>();
  for (const { name } of embedded) perPerson.set(name, (perPerson.get(name) ?? 0) + 1);
  const genuineCount = [...perPerson.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const genuine = new Float64Array(genuineCount);
  const impostor = new Float64Array((embedded.length * (embedded.length - 1)) / 2 - genuineCount);
  let genuineAt = 0;
  let impostorAt = 0;
  for (const [index, p] of embedded.entries()) {
    for (let other = index + 1; other < embedded.length; other++) {
      const q = embedded[other] as EmbeddedSample;
      const distance = embeddingDistance(p.vector, q.vector);
      if (p.name === q.name) genuine[genuineAt++] = distance;
      else impostor[impostorAt++] = distance;
    }
  }
  return { genuine, impostor };
}

/** Distance of every probe to the nearest vector enrolled by each person who enrolled any. */
export function compareWithEnrolled(probes: readonly EmbeddedSample[], enrolled: readonly EmbeddedSample[]): Comparisons {
  const galleries = new Map<string, Float32Array[]>();
  for (const { name, vector } of enrolled) galleries.set(name, [...(galleries.get(name) ?? []), vector]);
  const distances = { genuine: [] as number[], impostor: [] as number[] };
  for (const { name, vector } of probes) {
    for (const [owner, gallery] of galleries) {
      const nearest = gallery.reduce((least, other) => Math.min(least, embeddingDistance(vector, other)), Infinity);
      distances[owner === name ? 'genuine' : 'impostor'].push(nearest);
    }
  }
  return { genuine: Float64Array.from(distances.genuine), impostor: Float64Array.from(distances.impostor) };
}

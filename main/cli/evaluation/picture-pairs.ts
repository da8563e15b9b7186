import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddingDistance } from '../../identity/matcher.ts';
import type { NamedPicture, PicturePair } from './pair-list.ts';
import type { Comparisons } from './rates.ts';

export interface EmbeddedPicture extends NamedPicture {
  readonly vector: Float32Array;
}

/** Every JPEG of LFW's layout (`NAME/NAME_0001.jpg`) under a folder, in the order of their names. */
export async function findPictures(folder: string): Promise<NamedPicture[]> {
  const people = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const pictures: NamedPicture[] = [];
  for (const name of people.sort()) {
    const files = (await readdir(join(folder, name))).filter((file) => /\.jpe?g$/i.test(file)).sort();
    pictures.push(...files.map((file) => ({ name, file: `${name}/${file}` })));
  }
  return pictures;
}

/** Distances of the listed pairs. A pair with a picture in which no face was made out is left out. */
export function comparePairs(pairs: readonly PicturePair[], embedded: readonly EmbeddedPicture[]): Comparisons {
  const vectors = new Map(embedded.map(({ file, vector }) => [file, vector]));
  const distances = { genuine: [] as number[], impostor: [] as number[] };
  for (const { kind, first, second } of pairs) {
    const p = vectors.get(first.file);
    const q = vectors.get(second.file);
    if (p !== undefined && q !== undefined) distances[kind].push(embeddingDistance(p, q));
  }
  return { genuine: Float64Array.from(distances.genuine), impostor: Float64Array.from(distances.impostor) };
}

/** Distances of every picture to every other, once. */
export function compareAll(embedded: readonly EmbeddedPicture[]): Comparisons {
  const perPerson = new Map<string, number>();
  for (const { name } of embedded) perPerson.set(name, (perPerson.get(name) ?? 0) + 1);
  const genuineCount = [...perPerson.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const genuine = new Float64Array(genuineCount);
  const impostor = new Float64Array((embedded.length * (embedded.length - 1)) / 2 - genuineCount);
  let genuineAt = 0;
  let impostorAt = 0;
  for (const [index, p] of embedded.entries()) {
    for (let other = index + 1; other < embedded.length; other++) {
      const q = embedded[other] as EmbeddedPicture;
      const distance = embeddingDistance(p.vector, q.vector);
      if (p.name === q.name) genuine[genuineAt++] = distance;
      else impostor[impostorAt++] = distance;
    }
  }
  return { genuine, impostor };
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '../../capture/recording/pictures.ts';
import { loadFaceShape } from '../../vision/face-shape.ts';
import { loadIdentities } from '../../vision/load-networks.ts';
import { depthOfPhotograph } from '../../vision/photograph-depth.ts';
import { Progress } from '../console.ts';
import { findModelsDir } from '../models-dir.ts';
import { compareAll, comparePairs } from './comparisons.ts';
import { type Contender, looksAtDepth } from './contenders.ts';
import { findPictures, listedPictures, readPairList } from './pair-list.ts';
import type { PeopleList } from './people-list.ts';
import { type Sample, vectorsBy } from './samples.ts';
import type { Measurement } from './tables.ts';
import { takeFace } from './take-face.ts';

export type PhotographSamples =
  | ({ readonly kind: 'embedded'; readonly samples: readonly Sample[] } & Pick<Measurement, 'compare' | 'everyPair'>)
  | { readonly kind: 'failed'; readonly sentence: string };

/** Which photographs, in LFW's layout; `pairs` is a file of pair lines, or `all`. */
export interface PhotographSet {
  readonly images: string;
  readonly pairs: string;
  readonly people: Extract<PeopleList, { kind: 'read' }>;
}

/**
 * Every photograph of the set as each network sees it, in one pass. Photographs carry no depth: the networks that look at depth are shown that of a
 * face shape fitted to the landmarks. `pairs: 'all'` compares every photograph with every other.
 */
export async function photographSamples(
  { images, pairs, people }: PhotographSet,
  contenders: readonly Contender[],
): Promise<PhotographSamples> {
  if (!(await isFolder(images))) return { kind: 'failed', sentence: `${images} is not a folder.` };
  const list = pairs === 'all' ? undefined : await readPairList(pairs);
  if (list?.kind === 'failed') return list;
  const kept = list?.pairs.filter(({ first, second }) => people.includes(first.name) && people.includes(second.name));
  const pictures = kept === undefined ? (await findPictures(images)).filter(({ name }) => people.includes(name)) : listedPictures(kept);
  if (pictures.length === 0)
    return { kind: 'failed', sentence: `${images} holds no pictures named NAME/NAME_0001.jpg of anybody asked for.` };
  const modelsDir = findModelsDir();
  const loading = await loadIdentities(modelsDir, 2, contenders);
  if (loading.kind === 'refused') return { kind: 'failed', sentence: loading.sentence };
  const shape = contenders.some(looksAtDepth) ? await loadFaceShape(modelsDir) : undefined;
  if (shape?.kind === 'refused') return { kind: 'failed', sentence: shape.sentence };

  const samples: Sample[] = [];
  const progress = new Progress('embedding', pictures.length);
  for (const { name, file } of pictures) {
    const decoded = await decodePicture(join(images, file));
    if (decoded.kind === 'failed') return decoded;
    const { picture } = decoded;
    const taken = await takeFace(loading.finders, loading.identities, picture, (landmarks) =>
      shape === undefined ? undefined : depthOfPhotograph(landmarks, shape.shape, picture.width, picture.height),
    );
    if (taken.every(({ kind }) => kind === 'none')) process.stderr.write(`no face made out in ${file}\n`);
    samples.push({ name, source: file, use: 'probe', taken });
    progress.step();
  }
  return {
    kind: 'embedded',
    samples,
    everyPair: kept === undefined,
    compare: (index, some) => (kept === undefined ? compareAll(vectorsBy(index, some)) : comparePairs(kept, vectorsBy(index, some))),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

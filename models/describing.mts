// What the commands that describe pictures for training share.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findModelsDir } from '../main/cli/models-dir.ts';
import type { Affine } from '../main/geometry/similarity.ts';
import { loadNetwork, type Network } from '../main/vision/network.ts';
import { type Picture, warpToTensor } from '../main/vision/picture.ts';

/** Says why the command ends; its exit code. */
export function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}

export type NetworksOpening = { readonly kind: 'loaded'; readonly networks: readonly Network[] } | { readonly kind: 'refused'; readonly sentence: string };

/** Networks of these files, one thread each, in their order. The first that is missing or wrong is refused by name. */
export async function openNetworks(files: readonly string[], modelsDir = findModelsDir()): Promise<NetworksOpening> {
  const networks: Network[] = [];
  for (const file of files) {
    const loading = await loadNetwork(modelsDir, file, 1);
    if (loading.kind === 'refused') return loading;
    networks.push(loading.network);
  }
  return { kind: 'loaded', networks };
}

/** RGB bytes of a window of a picture, row by row; black beyond it. `toPicture`: from the window's pixel centres to the picture's. */
export function coloursUnder(picture: Picture, toPicture: Affine, width: number, height: number): Uint8Array {
  const pixels = new Float32Array(3 * width * height);
  warpToTensor(picture, toPicture, width, height, { layout: 'interleaved', scale: 1, offset: 0 }, pixels);
  return Uint8Array.from(pixels, (value) => Math.round(value));
}

/** The values of options that are all needed and each given once; undefined where one is missing, or there are others. */
export function readPaths<Name extends string>(...names: readonly Name[]): Record<Name, string> | undefined {
  try {
    const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])) });
    return names.every((name) => typeof values[name] === 'string') ? (values as Record<Name, string>) : undefined;
  } catch {
    return undefined;
  }
}

export interface Photograph {
  readonly person: string;
  readonly file: string;
  readonly path: string;
}

/** JPEG pictures in DIR/NAME/ (the person is NAME) and in DIR (the person is the name up to the first underscore), in the order of names. Rejects where a folder cannot be read. */
export async function findPhotographs(folder: string): Promise<Photograph[]> {
  const isJpeg = (name: string): boolean => /\.jpe?g$/i.test(name);
  const photographs: Photograph[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((p, q) => (p.name < q.name ? -1 : 1))) {
    const { name } = entry;
    if (entry.isDirectory()) {
      const files = (await readdir(join(folder, name))).filter(isJpeg).sort();
      photographs.push(...files.map((file) => ({ person: name, file: `${name}/${file}`, path: join(folder, name, file) })));
    } else if (isJpeg(name)) {
      photographs.push({ person: name.split('_')[0] ?? name, file: `${basename(folder)}/${name}`, path: join(folder, name) });
    }
  }
  return photographs;
}

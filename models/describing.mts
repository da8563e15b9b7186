// What the commands that describe pictures for training share.
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

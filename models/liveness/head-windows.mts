// The files of head windows that training reads (`stored_heads.py`): heads.bin (uint8 RGB), depth-mm.bin (uint16, 0 without a reading) and index.json, one entry a head.
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Affine } from '../../main/geometry/similarity.ts';
import { depthUnder } from '../../main/vision/aligned-depth.ts';
import type { Picture } from '../../main/vision/picture.ts';
import { coloursUnder } from '../describing.mts';
import { endAll, writeArray } from '../write-array.mts';

/** Side of a stored window, px: what the head network sees and a margin to move it in. */
export const storedPx = 144;

export interface HeadWindows {
  /** One more head. `toPicture`: `headToPicture` for a window of `storedPx`. */
  readonly write: (picture: Picture, depthMm: ArrayLike<number>, toPicture: Affine) => Promise<void>;
  /** Ends the files and writes what is known of each head. */
  readonly end: (heads: readonly object[]) => Promise<void>;
}

export async function openHeadWindows(folder: string): Promise<HeadWindows> {
  await mkdir(folder, { recursive: true });
  const colours = createWriteStream(join(folder, 'heads.bin'));
  const depths = createWriteStream(join(folder, 'depth-mm.bin'));
  return {
    write: async (picture, depthMm, toPicture) => {
      await writeArray(colours, coloursUnder(picture, toPicture, storedPx, storedPx));
      await writeArray(depths, Uint16Array.from(depthUnder(picture, depthMm, toPicture, storedPx), (value) => Math.round(value)));
    },
    end: async (heads) => {
      await endAll([colours, depths]);
      await writeFile(join(folder, 'index.json'), `${JSON.stringify({ sidePx: storedPx, heads })}\n`);
    },
  };
}

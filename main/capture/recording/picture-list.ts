import { isAbsolute, normalize, sep } from 'node:path';

/** One line of `rgb.txt`, `depth.txt` or `infrared.txt`. `path` is relative to the recording's folder and stays inside it. */
export interface ListedPicture {
  readonly timestampS: number;
  readonly path: string;
}

export type PictureList =
  | { readonly kind: 'list'; readonly pictures: readonly ListedPicture[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Reads a TUM RGB-D picture list: lines `timestamp_s path`, `#` comments. `file` is the name used in the sentence. */
export function parsePictureList(text: string, file: string): PictureList {
  const pictures: ListedPicture[] = [];
  for (const [index, rawLine] of text.split('\n').entries()) {
    const line = rawLine.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = /^(\d+(?:\.\d+)?)\s+(\S.*)$/.exec(line);
    const timestampS = Number(match?.[1]);
    const path = match?.[2];
    if (path === undefined || !Number.isFinite(timestampS)) {
      return { kind: 'failed', sentence: `${file}, line ${index + 1}: expected a timestamp in seconds and a path.` };
    }
    if (isAbsolute(path) || normalize(path).split(sep).includes('..') || path.includes('\0')) {
      return { kind: 'failed', sentence: `${file}, line ${index + 1}: the path leads out of the recording's folder.` };
    }
    const previous = pictures.at(-1);
    if (previous !== undefined && timestampS <= previous.timestampS) {
      return { kind: 'failed', sentence: `${file}, line ${index + 1}: the timestamps go backwards.` };
    }
    pictures.push({ timestampS, path });
  }
  if (pictures.length === 0) return { kind: 'failed', sentence: `${file} lists no pictures.` };
  return { kind: 'list', pictures };
}

/** Colour and depth of one instant, and infrared where there is one. */
export interface PicturePair {
  readonly timestampS: number;
  readonly colorPath: string;
  readonly depthPath: string;
  readonly infraredPath?: string;
}

/**
 * Joins colour with the depth picture nearest in time, no further off than `toleranceS`, each depth picture used once. Closest pairs are
 * made first, as in `associate.py` of the TUM RGB-D benchmark (Sturm and others, 2012), whose 20 ms is the default.
 */
export function associate(
  colors: readonly ListedPicture[],
  depths: readonly ListedPicture[],
  toleranceS = 0.02,
): readonly (readonly [color: ListedPicture, depth: ListedPicture])[] {
  const candidates: { color: number; depth: number; apartS: number }[] = [];
  let first = 0;
  for (const [color, { timestampS }] of colors.entries()) {
    while (first < depths.length && timestampS - (depths[first]?.timestampS ?? 0) > toleranceS) first += 1;
    for (let depth = first; depth < depths.length; depth += 1) {
      const laterS = (depths[depth]?.timestampS ?? 0) - timestampS;
      if (laterS > toleranceS) break;
      candidates.push({ color, depth, apartS: Math.abs(laterS) });
    }
  }
  candidates.sort((one, other) => one.apartS - other.apartS || one.color - other.color || one.depth - other.depth);
  const partnerOf = new Map<number, number>();
  const usedDepths = new Set<number>();
  for (const { color, depth } of candidates) {
    if (partnerOf.has(color) || usedDepths.has(depth)) continue;
    partnerOf.set(color, depth);
    usedDepths.add(depth);
  }
  return colors.flatMap((color, index) => {
    const depth = depths[partnerOf.get(index) ?? -1];
    return depth === undefined ? [] : [[color, depth] as const];
  });
}

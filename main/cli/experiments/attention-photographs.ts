import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '../../capture/recording/pictures.ts';
import type { Attention } from '../../contract/observation.ts';
import { judgeAttention } from '../../vision/attention.ts';
import { shutLogOdds } from '../../vision/eyes-network.ts';
import { backProject } from '../../vision/face-depth.ts';
import { headPose } from '../../vision/pose.ts';
import { type FaceFinders, findCentralFace } from '../../vision/recognise.ts';
import { Progress } from '../console.ts';

/** What attention says of photographs of people who look into the lens. */
export interface PhotographAttention {
  readonly photographs: number;
  readonly withoutFace: number;
  readonly kinds: Readonly<Record<Attention['kind'], number>>;
  readonly gazeDeg: { readonly median: number; readonly largest: number };
}

export type PhotographReading =
  | { readonly kind: 'read'; readonly attention: PhotographAttention }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Nothing is known of the lens: that of a portrait, in widths of the picture. */
const focalWidths = 1.3;
/** Only the direction to the face counts. */
const anywhereMm = 600;

/** Judges every JPEG directly in the folders. Photographs have no depth: the head's pose is then the landmark network's. */
export async function readPhotographs(finders: FaceFinders, folders: readonly string[]): Promise<PhotographReading> {
  const files: string[] = [];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => undefined);
    if (names === undefined) return { kind: 'failed', sentence: `${folder} is not a folder.` };
    files.push(...names.filter((name) => /\.jpe?g$/i.test(name)).map((name) => join(folder, name)));
  }
  if (files.length === 0) return { kind: 'failed', sentence: `${folders.join(', ')}: no JPEG picture.` };
  const progress = new Progress('looking', files.length);
  const kinds: Record<Attention['kind'], number> = { attentive: 0, 'eyes-closed': 0, 'looking-away': 0, unknown: 0 };
  const gazes: number[] = [];
  for (const file of files.sort()) {
    const decoded = await decodePicture(file);
    if (decoded.kind === 'failed') return decoded;
    const { picture } = decoded;
    progress.step();
    const found = await findCentralFace(finders, picture);
    if (found === undefined) continue;
    const { width, height } = picture;
    const intrinsics = { width, height, fx: focalWidths * width, fy: focalWidths * width, cx: width / 2, cy: height / 2 };
    const pose = headPose(found.landmarks, undefined, intrinsics.fx);
    if (pose === undefined) continue;
    const { left, top, width: wide, height: high } = found.detection;
    const head = backProject(left + wide / 2, top + high / 2, anywhereMm, intrinsics);
    const shut = await shutLogOdds(finders.eyes, picture, found.landmarks);
    const attention = await judgeAttention(finders.blendshapes, picture, found.landmarks, shut, pose, head);
    kinds[attention.kind]++;
    gazes.push(attention.gazeDeg);
  }
  gazes.sort((p, q) => p - q);
  const gazeDeg = { median: gazes[gazes.length >> 1] ?? 0, largest: gazes.at(-1) ?? 0 };
  return { kind: 'read', attention: { photographs: files.length, withoutFace: files.length - gazes.length, kinds, gazeDeg } };
}

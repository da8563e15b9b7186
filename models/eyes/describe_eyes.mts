// Cuts the eyes out of pictures whose lids are known, and measures them as attention does, for training the network of shut eyes and fitting attention's weights.
//
//   node scripts/runtime.mjs models/eyes/describe_eyes.mts (--pictures DIR | --photographs DIR...) --out FOLDER
//
// --pictures: people rendered by models/render/eyes_set.py. --photographs: JPEG pictures of people with open eyes (London set: ID_NN.jpg); whose they are is what their names begin with.
// Writes eyes.bin (uint8 RGB 64x48, right eye and mirrored left eye of each face) and index.json (person, blink, measures, lids in pixels of the window, of every eye). A picture without a face is left out and counted.
// Exit 0: done. 2: wrong usage or nothing there.
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { decodePicture } from '../../main/capture/recording/pictures.ts';
import { parseJson } from '../../main/contract/json.ts';
import { applyAffine, invertAffine } from '../../main/geometry/similarity.ts';
import { readBlinks } from '../../main/vision/attention.ts';
import { measureEyes } from '../../main/vision/eyes.ts';
import { type EyeWindow, eyesToPicture } from '../../main/vision/eyes-network.ts';
import { networkFiles } from '../../main/vision/load-networks.ts';
import { landmarkPoint } from '../../main/vision/landmarks.ts';
import type { Network } from '../../main/vision/network.ts';
import { findCentralFace } from '../../main/vision/recognise.ts';
import { coloursUnder, openNetworks, refuse } from '../describing.mts';
import { endAll, writeArray } from '../write-array.mts';

const stored: EyeWindow = { width: 64, height: 48 };
/** Each eye's lids from outer to inner corner, indices into the 478 points. */
const lidPoints = {
  right: { upper: [33, 246, 161, 160, 159, 158, 157, 173, 133], lower: [33, 7, 163, 144, 145, 153, 154, 155, 133] },
  left: { upper: [263, 466, 388, 387, 386, 385, 384, 398, 362], lower: [263, 249, 390, 373, 374, 380, 381, 382, 362] },
};
/** What models/render/eyes_set.py writes of each picture. */
const pictureFacts = v.array(v.object({ file: v.string(), blink: v.number(), gaze: v.string(), glasses: v.boolean() }));

interface Shown {
  readonly file: string;
  readonly person: string;
  readonly blink: number;
  readonly gaze: string;
  readonly glasses: boolean | null;
}

type Finding = { readonly kind: 'found'; readonly shown: readonly Shown[] } | { readonly kind: 'refused'; readonly sentence: string };

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return refuse('usage: describe_eyes.mts (--pictures DIR | --photographs DIR...) --out FOLDER');
  const finding = await rendered(options.pictures);
  if (finding.kind === 'refused') return refuse(finding.sentence);
  const shown = [...finding.shown, ...(await photographs(options.photographs))];
  if (shown.length === 0) return refuse('no pictures whose lids are known');
  const opening = await openNetworks([networkFiles.detector, networkFiles.landmarks, networkFiles.blendshapes]);
  if (opening.kind === 'refused') return refuse(opening.sentence);
  const [detector, landmarks, blendshapes] = opening.networks as [Network, Network, Network];
  await mkdir(options.out, { recursive: true });
  const eyes = createWriteStream(join(options.out, 'eyes.bin'));
  const entries: object[] = [];
  let left = 0;
  for (const [number, { file, ...facts }] of shown.entries()) {
    const decoded = await decodePicture(file);
    if (decoded.kind === 'failed') return refuse(decoded.sentence);
    const { picture } = decoded;
    const found = await findCentralFace({ detector, landmarks }, picture);
    if (found === undefined) {
      left++;
      continue;
    }
    const maps = eyesToPicture(found.landmarks, stored);
    const measured = measureEyes(picture, found.landmarks);
    const blinks = await readBlinks(blendshapes, found.landmarks);
    for (const side of ['right', 'left'] as const) {
      await writeArray(eyes, coloursUnder(picture, maps[side], stored.width, stored.height));
      const { opening, contrast } = measured[side];
      const toWindow = invertAffine(maps[side]);
      if (toWindow === undefined) return refuse(`${file}: the landmarks collapse`);
      const inWindow = (indices: readonly number[]): number[][] =>
        indices.map((index) => {
          const { x, y } = applyAffine(toWindow, landmarkPoint(found.landmarks, index));
          return [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
        });
      const lids = { upper: inWindow(lidPoints[side].upper), lower: inWindow(lidPoints[side].lower) };
      entries.push({ ...facts, face: number, side, measures: { blink: blinks[side], opening, contrast }, lids });
    }
    if ((number + 1) % 500 === 0) process.stderr.write(`${number + 1} of ${shown.length}\n`);
  }
  await endAll([eyes]);
  await writeFile(join(options.out, 'index.json'), `${JSON.stringify({ ...stored, eyes: entries })}\n`);
  process.stdout.write(`${entries.length} eyes of ${shown.length} pictures, ${left} pictures left out\n`);
  return 0;
}

function readOptions(): { pictures: string | undefined; photographs: readonly string[]; out: string } | undefined {
  try {
    const { values } = parseArgs({
      options: { pictures: { type: 'string' }, photographs: { type: 'string', multiple: true }, out: { type: 'string' } },
    });
    const { pictures, photographs: folders = [], out } = values;
    return out === undefined || (pictures === undefined) === (folders.length === 0) ? undefined : { pictures, photographs: folders, out };
  } catch {
    return undefined;
  }
}

/** Pictures of finished people. The first whose facts cannot be read is refused by name. */
async function rendered(dir: string | undefined): Promise<Finding> {
  if (dir === undefined) return { kind: 'found', shown: [] };
  const shown: Shown[] = [];
  for (const person of (await readdir(dir).catch(() => [])).sort()) {
    const path = join(dir, person, 'eyes.json');
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const facts = parseJson(text, pictureFacts);
    if (facts === undefined) return { kind: 'refused', sentence: `${path} is not what eyes_set.py writes.` };
    shown.push(...facts.map((each) => ({ ...each, person, file: join(dir, person, each.file) })));
  }
  return { kind: 'found', shown };
}

/** Of people whose eyes are open. Whether they wear glasses is not said. */
async function photographs(folders: readonly string[]): Promise<Shown[]> {
  const all = folders.map(async (folder): Promise<Shown[]> => {
    const names = (await readdir(folder).catch(() => [])).filter((name) => /\.jpe?g$/i.test(name)).sort();
    return names.map((name) => ({
      file: join(folder, name),
      person: basename(name).split('_')[0] as string,
      blink: 0,
      gaze: 'screen',
      glasses: null,
    }));
  });
  return (await Promise.all(all)).flat();
}

// Cuts the heads out of photographs of real people, with what a face shape fitted to them says of the face's depth. `photographed_heads.py` makes heads to train on from it.
//
//   node scripts/runtime.mjs models/liveness/describe_photographed.mts --images DIR --out FOLDER
//
// DIR holds DIR/NAME/PICTURE.jpg. Writes heads.bin (uint8 RGB 144x144), depth-mm.bin (uint16 144x144 of the fitted face, the point between the eyes at 700 mm, 0 elsewhere), landmarks.bin
// (float32 478x2, pixels of the head window) and index.json (person and picture of every head). Photographs without a face that can be fitted are left out and counted. Exit 0: done. 2: wrong usage or nothing there.
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodePicture } from '../../main/capture/recording/pictures.ts';
import { findModelsDir } from '../../main/cli/models-dir.ts';
import { applyAffine, invertAffine } from '../../main/geometry/similarity.ts';
import { depthUnder } from '../../main/vision/aligned-depth.ts';
import { loadFaceShape } from '../../main/vision/face-shape.ts';
import { headToPicture } from '../../main/vision/head-network.ts';
import { landmarkCount } from '../../main/vision/landmarks.ts';
import { networkFiles } from '../../main/vision/load-networks.ts';
import type { Network } from '../../main/vision/network.ts';
import { depthOfPhotograph } from '../../main/vision/photograph-depth.ts';
import { findCentralFace } from '../../main/vision/recognise.ts';
import { coloursUnder, openNetworks, refuse } from '../describing.mts';
import { endAll, writeArray } from '../write-array.mts';

const storedPx = 144;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return refuse('usage: describe_photographed.mts --images DIR --out FOLDER');
  const photographs = await findPhotographs(options.images);
  if (photographs.length === 0) return refuse(`${options.images} holds no folders of JPEG pictures.`);
  const opening = await openNetworks([networkFiles.detector, networkFiles.landmarks]);
  if (opening.kind === 'refused') return refuse(opening.sentence);
  const [detector, landmarks] = opening.networks as [Network, Network];
  const reading = await loadFaceShape(findModelsDir());
  if (reading.kind === 'refused') return refuse(reading.sentence);
  await mkdir(options.out, { recursive: true });
  const streams = ['heads.bin', 'depth-mm.bin', 'landmarks.bin'].map((name) => createWriteStream(join(options.out, name)));
  const [heads, depths, points] = streams as [(typeof streams)[0], (typeof streams)[0], (typeof streams)[0]];
  const entries: { person: string; picture: string }[] = [];
  for (const [number, { person, file }] of photographs.entries()) {
    const decoded = await decodePicture(join(options.images, person, file));
    if (decoded.kind === 'failed') return refuse(decoded.sentence);
    const { picture } = decoded;
    const found = await findCentralFace({ detector, landmarks }, picture);
    const map = found === undefined ? undefined : headToPicture(found.alignedToPicture, storedPx);
    const toWindow = map === undefined ? undefined : invertAffine(map);
    const depthMm = found === undefined ? undefined : depthOfPhotograph(found.landmarks, reading.shape, picture.width, picture.height);
    if (found === undefined || map === undefined || toWindow === undefined || depthMm === undefined) continue;
    await writeArray(heads, coloursUnder(picture, map, storedPx, storedPx));
    await writeArray(depths, Uint16Array.from(depthUnder(picture, depthMm, map, storedPx), (value) => Math.round(value)));
    const places = new Float32Array(2 * landmarkCount);
    for (let i = 0; i < landmarkCount; i++) {
      const place = applyAffine(toWindow, { x: found.landmarks.points[3 * i] as number, y: found.landmarks.points[3 * i + 1] as number });
      places.set([place.x, place.y], 2 * i);
    }
    await writeArray(points, places);
    entries.push({ person, picture: file });
    if ((number + 1) % 500 === 0) process.stderr.write(`${number + 1} of ${photographs.length}\n`);
  }
  await endAll(streams);
  await writeFile(join(options.out, 'index.json'), `${JSON.stringify({ sidePx: storedPx, heads: entries })}\n`);
  process.stdout.write(`${entries.length} heads of ${photographs.length} photographs\n`);
  return 0;
}

function readOptions(): { images: string; out: string } | undefined {
  try {
    const { images, out } = parseArgs({ options: { images: { type: 'string' }, out: { type: 'string' } } }).values;
    return images === undefined || out === undefined ? undefined : { images, out };
  } catch {
    return undefined;
  }
}

async function findPhotographs(dir: string): Promise<{ person: string; file: string }[]> {
  const photographs: { person: string; file: string }[] = [];
  for (const person of (await readdir(dir).catch(() => [])).sort()) {
    const files = (await readdir(join(dir, person)).catch(() => [])).filter((name) => /\.jpe?g$/i.test(name)).sort();
    photographs.push(...files.map((file) => ({ person, file })));
  }
  return photographs;
}

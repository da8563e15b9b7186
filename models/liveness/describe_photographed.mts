// Cuts the heads out of photographs of real people, with what a face shape fitted to them says of the face's depth. `photographed_heads.py` makes heads to train on from it.
//
//   node scripts/runtime.mjs models/liveness/describe_photographed.mts --images DIR --out FOLDER
//
// DIR holds DIR/NAME/PICTURE.jpg. Writes the files of `head-windows.mts`, depth of the fitted face alone with the point between the eyes at 700 mm, and landmarks.bin
// (float32 478x2, pixels of the head window). Photographs without a face that can be fitted are left out and counted. Exit 0: done. 2: wrong usage or nothing there.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { decodePicture } from '../../main/capture/recording/pictures.ts';
import { findModelsDir } from '../../main/cli/models-dir.ts';
import { applyAffine, invertAffine } from '../../main/geometry/similarity.ts';
import { loadFaceShape } from '../../main/vision/face-shape.ts';
import { headToPicture } from '../../main/vision/head-network.ts';
import { landmarkCount } from '../../main/vision/landmarks.ts';
import { networkFiles } from '../../main/vision/load-networks.ts';
import type { Network } from '../../main/vision/network.ts';
import { depthOfPhotograph } from '../../main/vision/photograph-depth.ts';
import { findCentralFace } from '../../main/vision/recognise.ts';
import { findPhotographs, openNetworks, readPaths, refuse } from '../describing.mts';
import { endAll, writeArray } from '../write-array.mts';
import { openHeadWindows, storedPx } from './head-windows.mts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readPaths('images', 'out');
  if (options === undefined) return refuse('usage: describe_photographed.mts --images DIR --out FOLDER');
  const photographs = await findPhotographs(options.images).catch(() => []);
  if (photographs.length === 0) return refuse(`${options.images} holds no JPEG pictures that can be read.`);
  const opening = await openNetworks([networkFiles.detector, networkFiles.landmarks]);
  if (opening.kind === 'refused') return refuse(opening.sentence);
  const [detector, landmarks] = opening.networks as [Network, Network];
  const reading = await loadFaceShape(findModelsDir());
  if (reading.kind === 'refused') return refuse(reading.sentence);
  const windows = await openHeadWindows(options.out);
  const points = createWriteStream(join(options.out, 'landmarks.bin'));
  const entries: { person: string; picture: string }[] = [];
  for (const [number, { person, file, path }] of photographs.entries()) {
    const decoded = await decodePicture(path);
    if (decoded.kind === 'failed') return refuse(decoded.sentence);
    const { picture } = decoded;
    const found = await findCentralFace({ detector, landmarks }, picture);
    const map = found === undefined ? undefined : headToPicture(found.alignedToPicture, storedPx);
    const toWindow = map === undefined ? undefined : invertAffine(map);
    const depthMm = found === undefined ? undefined : depthOfPhotograph(found.landmarks, reading.shape, picture.width, picture.height);
    if (found === undefined || map === undefined || toWindow === undefined || depthMm === undefined) continue;
    await windows.write(picture, depthMm, map);
    const places = new Float32Array(2 * landmarkCount);
    for (let i = 0; i < landmarkCount; i++) {
      const place = applyAffine(toWindow, { x: found.landmarks.points[3 * i] as number, y: found.landmarks.points[3 * i + 1] as number });
      places.set([place.x, place.y], 2 * i);
    }
    await writeArray(points, places);
    entries.push({ person, picture: file });
    if ((number + 1) % 500 === 0) process.stderr.write(`${number + 1} of ${photographs.length}\n`);
  }
  await endAll([points]);
  await windows.end(entries);
  process.stdout.write(`${entries.length} heads of ${photographs.length} photographs\n`);
  return 0;
}

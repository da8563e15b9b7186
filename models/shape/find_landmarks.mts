// The 478 landmarks of every picture `DIR/NNN.png`, written to `DIR/landmarks.json`: a list of [[x, y], …], null where no face was found.
//   node scripts/runtime.mjs models/shape/find_landmarks.mts DIR
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '../../main/capture/recording/pictures.ts';
import { findModelsDir } from '../../main/cli/models-dir.ts';
import { detectFaces } from '../../main/vision/detect.ts';
import { loadFaceNetworks } from '../../main/vision/load-networks.ts';
import { locateFace, mostCentral } from '../../main/vision/recognise.ts';
import { refuse } from '../describing.mts';

const [folder] = process.argv.slice(2);
if (folder === undefined) process.exit(refuse('usage: node scripts/runtime.mjs models/shape/find_landmarks.mts DIR'));
const names = await readdir(folder).catch(() => undefined);
if (names === undefined) process.exit(refuse(`${folder} is not a folder that can be read.`));
const loading = await loadFaceNetworks(findModelsDir(), 1);
if (loading.kind === 'refused') process.exit(refuse(loading.sentence));
const found: (number[][] | null)[] = [];
for (const file of names.filter((name) => name.endsWith('.png')).sort()) {
  const decoded = await decodePicture(join(folder, file));
  if (decoded.kind === 'failed') process.exit(refuse(decoded.sentence));
  const detection = mostCentral(await detectFaces(loading.networks.detector, decoded.picture), decoded.picture);
  const face = detection === undefined ? undefined : await locateFace(loading.networks, decoded.picture, detection);
  const points = face?.landmarks.points;
  found.push(points === undefined ? null : Array.from({ length: points.length / 3 }, (_, i) => [...points.slice(3 * i, 3 * i + 2)]));
}
await writeFile(join(folder, 'landmarks.json'), JSON.stringify(found));
process.stdout.write(`${found.filter((points) => points !== null).length} of ${found.length} pictures with a face\n`);

import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodePicture } from '../capture/recording/pictures.ts';
import { thresholdsOf } from '../identity/thresholds.ts';
import { loadFaceNetworks } from '../vision/load-networks.ts';
import { exitCode, Progress, printJson, refuse } from './console.ts';
import { detCurveSvg } from './evaluation/det-curve.ts';
import { faceVectors } from './evaluation/face-vectors.ts';
import { listedPictures, readPairList } from './evaluation/pair-list.ts';
import { compareAll, comparePairs, type EmbeddedPicture, findPictures } from './evaluation/picture-pairs.ts';
import { sortComparisons } from './evaluation/rates.ts';
import { evaluationReport, printEvaluation } from './evaluation/report.ts';
import { findModelsDir } from './models-dir.ts';

export const evaluatePairsUsage = 'facelatch evaluate pairs --images DIR --pairs FILE|all [--model sface] [--det FILE.svg] [--json]';

/**
 * Compares pairs of photographs in LFW's layout. `--pairs all` compares every picture under DIR with every other. Colour photographs carry no
 * depth, so this measures recognition by colour alone. Exits with 0 when done, 2 for bad input.
 */
export async function evaluatePairs(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      images: { type: 'string' },
      pairs: { type: 'string' },
      model: { type: 'string', default: 'sface' },
      det: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { images, pairs: pairsFile, model } = values;
  if (images === undefined || pairsFile === undefined) return refuse(`usage: ${evaluatePairsUsage}`);
  if (model !== 'sface') return refuse(`there is no model "${model}" in this version: it has sface.`);
  if (!(await isFolder(images))) return refuse(`${images} is not a folder.`);
  const list = pairsFile === 'all' ? undefined : await readPairList(pairsFile);
  if (list?.kind === 'failed') return refuse(list.sentence);
  const pictures = list === undefined ? await findPictures(images) : listedPictures(list.pairs);
  if (pictures.length === 0) return refuse(`${images} holds no pictures named NAME/NAME_0001.jpg.`);
  const loading = await loadFaceNetworks(findModelsDir(), 2);
  if (loading.kind === 'refused') return refuse(loading.sentence);

  const embedded: EmbeddedPicture[] = [];
  const progress = new Progress('embedding', pictures.length);
  for (const picture of pictures) {
    const decoded = await decodePicture(join(images, picture.file));
    if (decoded.kind === 'failed') return refuse(decoded.sentence);
    const { identity } = loading.networks;
    const [vector] = await faceVectors(loading.networks, [identity], decoded.picture, () => undefined);
    if (vector !== undefined) embedded.push({ ...picture, vector });
    else process.stderr.write(`no face made out in ${picture.file}\n`);
    progress.step();
  }
  const comparisons = list === undefined ? compareAll(embedded) : comparePairs(list.pairs, embedded);
  const report = evaluationReport(comparisons, {
    command: 'evaluate pairs',
    model,
    people: new Set(pictures.map(({ name }) => name)).size,
    samples: pictures.length,
    failuresToAcquire: pictures.length - embedded.length,
    lockThreshold: thresholdsOf(model)?.unlock,
  });
  if (values.det !== undefined) await writeFile(values.det, detCurveSvg(sortComparisons(comparisons), `${model}, ${report.people} people`));
  if (values.json) printJson(report);
  else printEvaluation(report);
  return exitCode.positive;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

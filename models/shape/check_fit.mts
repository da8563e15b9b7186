// How far the fitted shape's depth lies from the truth on rendered people (`correspondence.py render DIR --first 100`, then `find_landmarks.mts DIR`).
//   node scripts/runtime.mjs models/shape/check_fit.mts DIR
// For each person the depth of every vertex seen from the front, relative to its median over the face: a photograph says nothing of distance.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { findModelsDir } from '../../main/cli/models-dir.ts';
import { parseJson } from '../../main/contract/json.ts';
import { loadFaceShape } from '../../main/vision/face-shape.ts';
import { fitFaceShape, fittedVertices } from '../../main/vision/shape-fit.ts';
import { refuse } from '../describing.mts';

/** What find_landmarks.mts writes. */
const foundShape = v.array(v.nullable(v.array(v.tuple([v.number(), v.number()]))));

const [folder] = process.argv.slice(2);
const reading = await loadFaceShape(findModelsDir());
if (folder === undefined) process.exit(refuse('usage: node scripts/runtime.mjs models/shape/check_fit.mts DIR'));
if (reading.kind === 'refused') process.exit(refuse(reading.sentence));
const { shape } = reading;
const [landmarksFile, verticesFile] = [join(folder, 'landmarks.json'), join(folder, 'vertices_mm.bin')];
const found = parseJson(await readFile(landmarksFile, 'utf8').catch(() => undefined), foundShape);
if (found === undefined) process.exit(refuse(`${landmarksFile} is missing or not what find_landmarks.mts writes.`));
const truthBytes = await readFile(verticesFile).catch(() => undefined);
if (truthBytes === undefined) process.exit(refuse(`${verticesFile} is missing or cannot be read.`));
const narrow = truthBytes.length / 12 / found.length;
if (!Number.isInteger(narrow)) process.exit(refuse(`${verticesFile} does not hold equally many vertices of each of the ${found.length} people of ${landmarksFile}.`));
const truthMm = new Float32Array(truthBytes.buffer, truthBytes.byteOffset, truthBytes.length / 4);

const median = (values: number[]): number => [...values].sort((p, q) => p - q)[values.length >> 1] ?? Number.NaN;
const errors: number[] = [];
const meanErrors: number[] = [];
const times: number[] = [];
for (const [person, marks] of found.entries()) {
  if (marks === null) continue;
  const points = Float32Array.from(marks.flatMap(([x, y]) => [x, y, 0]));
  const startedMs = performance.now();
  const fit = fitFaceShape({ points, presence: 1 }, shape);
  times.push(performance.now() - startedMs);
  if (fit === undefined) {
    process.stdout.write(`person ${person}: no fit\n`);
    continue;
  }
  const rms = (fitted: Float32Array): number => {
    const off: number[] = [];
    for (const { vertex } of shape.landmarks) {
      if (vertex < narrow) off.push((fitted[3 * vertex + 2] as number) - (truthMm[3 * (person * narrow + vertex) + 2] as number));
    }
    const middle = median(off);
    return Math.sqrt(off.reduce((sum, value) => sum + (value - middle) ** 2, 0) / off.length);
  };
  errors.push(rms(fittedVertices(fit, shape)));
  meanErrors.push(rms(fittedVertices({ ...fit, identity: new Float64Array(24), expression: new Float64Array(10) }, shape)));
}
const mean = (values: number[]): string => (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2);
process.stdout.write(
  `${errors.length} rendered people: depth error rms ${mean(errors)} mm (the average face in the same pose: ${mean(meanErrors)} mm), ` +
    `largest ${Math.max(...errors).toFixed(2)} mm; ${median(times).toFixed(1)} ms a fit\n`,
);

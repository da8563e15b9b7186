// Describes photographs for training: aligned faces with depth from the fitted face shape, landmarks, SFace's vectors and the fits.
//   node scripts/runtime.mjs models/training/describe_photographs.mts --images DIR --out FOLDER [--every N] [--threads N]
// DIR holds people (DIR/NAME/NAME_0001.jpg, as in LFW) or pictures (DIR/001_03.jpg: the person is the name up to the first underscore). --images may
// be given several times. FOLDER gets one file of fixed-size little-endian records for each array and index.json, which says how to read them:
//   np.memmap(folder / a["file"], a["dtype"], "r", shape=(index["count"], *a["shape"])) for a in index["arrays"].values()
// A photograph without a describable face is listed under "failed" and has no record. The order is that of the names, whatever the threads do.
// Exit 0: done. 2: wrong usage or nothing to describe.
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { findModelsDir } from '../../main/cli/models-dir.ts';
import { nominalDistanceMm } from '../../main/vision/photograph-depth.ts';
import { findPhotographs, type Photograph, refuse } from '../describing.mts';
import { endAll, writeArray } from '../write-array.mts';
import { alignedOffsetPx, arrayLayouts, type Described, type Description, loadTools } from './description.mts';

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    return refuse('usage: describe_photographs.mts --images DIR [--images DIR] --out FOLDER [--every N] [--threads N], N from 1 on');
  }
  const photographs: Photograph[] = [];
  for (const folder of options.images) {
    const found = await findPhotographs(folder).catch(() => undefined);
    if (found === undefined) return refuse(`${folder} is not a folder that can be read.`);
    photographs.push(...found.filter((_, i) => i % options.every === 0));
  }
  if (photographs.length === 0) return refuse(`${options.images.join(', ')}: there are no JPEG pictures there.`);
  const loading = await loadTools(findModelsDir());
  if (loading.kind === 'refused') return refuse(loading.sentence);
  const { shape } = loading.tools;

  await mkdir(options.out, { recursive: true });
  const arrays = arrayLayouts(shape);
  const keys = Object.keys(arrays) as (keyof Description)[];
  const streams = keys.map((key) => [key, createWriteStream(join(options.out, arrays[key].file))] as const);
  const described: Photograph[] = [];
  const failed: { file: string; why: string }[] = [];
  const residuals: number[] = [];
  const startedMs = performance.now();
  await describeAll(photographs, options.threads, async (photograph, answer, done) => {
    if (answer.kind === 'failed') {
      failed.push({ file: photograph.file, why: answer.sentence });
      return;
    }
    described.push(photograph);
    residuals.push(answer.description.fit.at(-1) ?? Number.NaN);
    for (const [key, stream] of streams) await writeArray(stream, answer.description[key]);
    if (done % 200 === 0) process.stderr.write(`${done} of ${photographs.length}, ${((performance.now() - startedMs) / done).toFixed(0)} ms each\n`);
  });
  await endAll(streams.map(([, stream]) => stream));

  const people = [...new Set(described.map(({ person }) => person))];
  const number = new Map(people.map((person, i) => [person, i]));
  const index = {
    version: 1,
    count: described.length,
    people,
    pictures: described.map(({ file, person }) => ({ file, person: number.get(person) })),
    failed,
    alignedOffsetPx,
    nominalDistanceMm,
    expressions: shape.expressionNames,
    identityCount: shape.identityMm.length,
    fitFields: ['rotation 9', 'px per mm', 'x', 'y', 'identity', 'expression', 'residual px'],
    arrays,
  };
  await writeFile(join(options.out, 'index.json'), `${JSON.stringify(index, null, 1)}\n`);
  const median = residuals.sort((p, q) => p - q)[residuals.length >> 1] ?? Number.NaN;
  process.stdout.write(
    `${described.length} photographs of ${people.length} people described, ${failed.length} failed, ` +
      `median fit residual ${median.toFixed(2)} px of the aligned face, ${((performance.now() - startedMs) / 1000).toFixed(0)} s\n`,
  );
  return 0;
}

function readOptions(): { images: string[]; out: string; every: number; threads: number } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        images: { type: 'string', multiple: true },
        out: { type: 'string' },
        every: { type: 'string', default: '1' },
        threads: { type: 'string', default: '2' },
      },
    });
    const { images, out } = values;
    const [every, threads] = [Number(values.every), Number(values.threads)];
    if (images === undefined || out === undefined || !(Number.isInteger(every) && every >= 1)) return undefined;
    return Number.isInteger(threads) && threads >= 1 ? { images, out, every, threads } : undefined;
  } catch {
    return undefined;
  }
}

/** Spreads photographs over threads and takes the answers in the photographs' order. */
async function describeAll(
  photographs: readonly Photograph[],
  threads: number,
  take: (photograph: Photograph, answer: Described, done: number) => Promise<void>,
): Promise<void> {
  const workers = Array.from({ length: threads }, () => new Worker(new URL('describe_worker.mts', import.meta.url), { workerData: { modelsDir: findModelsDir() } }));
  const answers = new Map<number, Described>();
  let next = 0;
  let taken = 0;
  let taking = Promise.resolve();
  const takeReady = async (): Promise<void> => {
    for (let answer = answers.get(taken); answer !== undefined; answer = answers.get(taken)) {
      answers.delete(taken);
      await take(photographs[taken] as Photograph, answer, ++taken);
    }
  };
  const run = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let current = -1;
      const ask = (): void => {
        if (next >= photographs.length) return resolve();
        current = next++;
        worker.postMessage((photographs[current] as Photograph).path);
      };
      worker.on('error', reject);
      worker.on('message', (answer: Described) => {
        answers.set(current, answer);
        taking = taking.then(takeReady);
        taking.catch(reject);
        ask();
      });
      ask();
    });
  await Promise.all(workers.map(run));
  await taking;
  await Promise.all(workers.map((worker) => worker.terminate()));
}

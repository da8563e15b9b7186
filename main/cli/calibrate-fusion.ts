import { parseArgs } from 'node:util';
import { fusionWeight } from '../vision/fusion.ts';
import { loadIdentities } from '../vision/load-networks.ts';
import { exitCode, printJson, printLine, printTable, refuse } from './console.ts';
import { compareAll } from './evaluation/comparisons.ts';
import { type Contender, readContenders } from './evaluation/contenders.ts';
import { type FusionFit, fitFusion, fitScore } from './evaluation/logistic-fusion.ts';
import { type PeopleList, readPeopleList } from './evaluation/people-list.ts';
import { photographSamples } from './evaluation/photograph-samples.ts';
import { type Comparisons, equalErrorPoint, sortComparisons } from './evaluation/rates.ts';
import { framesAlone } from './evaluation/recording-samples.ts';
import { comparableSamples, type Sample, vectorsBy } from './evaluation/samples.ts';
import { findSessions, keepPeople } from './evaluation/sessions.ts';
import { fusedSamples, strictestWeight, strictFmr, type TriedWeight } from './evaluation/strict-weight.ts';
import { findModelsDir } from './models-dir.ts';

export const calibrateFusionUsage =
  'facelatch evaluate calibrate-fusion (DIR | --images DIR) [--people FILE] [--json], with recordings under DIR or photographs in the layout of LFW';

type Samples = { readonly kind: 'embedded'; readonly samples: readonly Sample[] } | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Finds how the fused score weighs the RGB-D network and SFace of turned faces (`turned`), on every pair of the samples of validation people: people that no network was
 * trained on and no figure is reported of. The weight is the one that refuses fewest where a lock works (`evaluation/strict-weight.ts`), scale and offset make a likelihood of the
 * score; what a logistic regression would weigh is printed beside it. The weight's place is `main/vision/fusion.ts`. Exits with 0 when done, 2 for bad input.
 */
export async function calibrateFusion(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { images: { type: 'string' }, people: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [recordings] = positionals;
  const { images } = values;
  if (positionals.length > 1 || (recordings === undefined) === (images === undefined)) return refuse(`usage: ${calibrateFusionUsage}`);
  const people = await readPeopleList(values.people);
  if (people.kind === 'failed') return refuse(people.sentence);
  const list = readContenders(['rgbd', 'turned'], 'both');
  if (list.kind === 'failed') return refuse(list.sentence);
  const seen =
    images === undefined
      ? await recordedSamples(recordings as string, people, list.contenders)
      : await photographSamples({ images, pairs: 'all', people }, list.contenders);
  if (seen.kind === 'failed') return refuse(seen.sentence);

  const samples = comparableSamples(seen.samples);
  const [rgbdVectors, colourVectors] = [vectorsBy(0, samples), vectorsBy(1, samples)];
  const [rgbd, colour] = [compareAll(rgbdVectors), compareAll(colourVectors)];
  const regression = fitFusion({ rgbd: rgbd.genuine, colour: colour.genuine }, { rgbd: rgbd.impostor, colour: colour.impostor });
  if (regression.kind === 'failed') return refuse(regression.sentence);
  const strict = strictestWeight(rgbdVectors, colourVectors);
  if (strict === undefined) return refuse('these are too many samples to draw people anew: give fewer people.');
  const { weight } = strict.best;
  const fused = compareAll(fusedSamples(rgbdVectors, colourVectors, weight));
  const fitting = fitScore(fused.genuine, fused.impostor);
  if (fitting.kind === 'failed') return refuse(fitting.sentence);
  const counts = {
    people: new Set(samples.map(({ name }) => name)).size,
    samples: samples.length,
    failuresToAcquire: seen.samples.length - samples.length,
    genuinePairs: rgbd.genuine.length,
    impostorPairs: rgbd.impostor.length,
  };
  const eers = {
    rgbd: eerOf(rgbd),
    turned: eerOf(colour),
    fused: eerOf(fused),
  };
  const report = {
    command: 'evaluate calibrate-fusion',
    ...counts,
    weight,
    ...fitting.fit,
    weightInUse: fusionWeight,
    regressionWeight: regression.fit.weight,
    strictFmr: Number(strictFmr),
    tried: strict.tried,
    eers,
  };
  if (values.json) printJson(report);
  else printFit(report);
  return exitCode.positive;
}

async function recordedSamples(
  folder: string,
  people: Extract<PeopleList, { kind: 'read' }>,
  contenders: readonly Contender[],
): Promise<Samples> {
  const modelsDir = findModelsDir();
  const found = await findSessions(folder, modelsDir);
  if (found.kind === 'failed') return found;
  const set = keepPeople(found.set, people.includes);
  if (set.people.length === 0) return { kind: 'failed', sentence: `${folder} holds nobody of the list.` };
  const loading = await loadIdentities(modelsDir, 2, contenders);
  if (loading.kind === 'refused') return { kind: 'failed', sentence: loading.sentence };
  return framesAlone(loading.finders, loading.identities, set);
}

function eerOf(comparisons: Comparisons): number {
  return equalErrorPoint(sortComparisons(comparisons)).eer;
}

interface Fitted extends FusionFit {
  readonly people: number;
  readonly samples: number;
  readonly failuresToAcquire: number;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  readonly weightInUse: number;
  readonly regressionWeight: number;
  readonly tried: readonly TriedWeight[];
  readonly eers: Readonly<Record<string, number>>;
}

function printFit(fitted: Fitted): void {
  const { weight, scale, offset, weightInUse, regressionWeight, tried } = fitted;
  printLine(
    `${fitted.people} people, ${fitted.samples} samples (${fitted.failuresToAcquire} more not acquired), ${fitted.genuinePairs} genuine and ${fitted.impostorPairs} impostor pairs`,
  );
  printLine(`weight ${weight.toFixed(4)} of rgbd (in use: ${weightInUse}), scale ${scale.toFixed(3)}, offset ${offset.toFixed(3)}`);
  printLine('score = offset - scale * (weight * d_rgbd^2 + (1 - weight) * d_turned^2), the log likelihood ratio of a genuine pair');
  printLine(
    `FNMR at FMR ${strictFmr}, mean of people drawn anew, by weight: ${tried.map((each) => `${each.weight} ${(each.fnmr * 100).toFixed(2)} %`).join(', ')}`,
  );
  printLine(`A logistic regression of all pairs would weigh rgbd with ${regressionWeight.toFixed(4)}.`);
  printTable(
    ['network', 'EER on these pairs'],
    Object.entries(fitted.eers).map(([name, eer]) => [name, `${(eer * 100).toFixed(2)} %`]),
  );
  printLine('The weight was fitted to these very pairs: they show that it works, not how well.');
}

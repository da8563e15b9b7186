import { writeFile } from 'node:fs/promises';
import { thresholdsOf } from '../../identity/thresholds.ts';
import { printJson, printLine } from '../console.ts';
import { type Contender, looksAtDepth } from './contenders.ts';
import { type DetCurve, detCurve, detCurveSvg } from './det-curve.ts';
import { middle95, type Resampled, resamplePeople } from './people-bootstrap.ts';
import { type Comparisons, sortComparisons } from './rates.ts';
import { type Registration, registrationSentence } from './registration.ts';
import { type DepthOrigin, type EvaluationReport, evaluationReport, type PeopleBounds, printEvaluation, reportedFmrs } from './report.ts';
import { comparableSamples, failuresOf, type Sample, vectorsBy } from './samples.ts';

/** One network's report and curve. */
export interface Table {
  readonly report: EvaluationReport;
  readonly curve: DetCurve;
}

/** What tables are made of. */
export interface Measurement {
  readonly command: string;
  readonly contenders: readonly Contender[];
  readonly samples: readonly Sample[];
  /** Where depth came from, for the networks that look at it. */
  readonly depth: DepthOrigin;
  /** The comparisons of one network, out of samples that all have a vector. */
  readonly compare: (index: number, samples: readonly Sample[]) => Comparisons;
  /** Every sample is compared with every other, so people may be drawn anew for bounds. */
  readonly everyPair: boolean;
}

/** A table for each network, one after another: the distances of one may fill the memory. */
export function tabulate({ command, contenders, samples, depth, compare, everyPair }: Measurement): Table[] {
  const compared = comparableSamples(samples);
  const resampled = contenders.map((_, index) => (everyPair ? resamplePeople(vectorsBy(index, compared), reportedFmrs) : undefined));
  const ofSface = resampled[contenders.findIndex(({ model }) => model === 'sface')];
  return contenders.map((contender, index) => {
    const { name, model, modality } = contender;
    const comparisons = compare(index, compared);
    const failureReasons = failuresOf(index, samples);
    const counts = {
      command,
      model,
      modality,
      depth: looksAtDepth(contender) ? depth : 'none',
      people: new Set(samples.map((sample) => sample.name)).size,
      samples: samples.length,
      compared: compared.length,
      failuresToAcquire: Object.values(failureReasons).reduce((sum, count) => sum + count, 0),
      failureReasons,
      lockThreshold: modality === 'both' ? thresholdsOf(model)?.unlock : undefined,
    } as const;
    const people = peopleBounds(resampled[index], model === 'sface' ? undefined : ofSface);
    return { report: evaluationReport(comparisons, counts, people), curve: detCurve(name, sortComparisons(comparisons)) };
  });
}

/**
 * Prints the reports, one network's as an object of its own, several under `models`, each with how depth was put onto colour where it was a sensor's; draws their
 * curves into one picture where asked.
 */
export async function publish(
  command: string,
  tables: readonly Table[],
  options: { det: string | undefined; json: boolean; registration?: Registration },
): Promise<void> {
  const { registration } = options;
  const reports = tables.map(({ report }) => (registration === undefined ? report : { ...report, registration }));
  const [only] = reports;
  if (options.det !== undefined && only !== undefined) {
    const title =
      tables.length === 1 ? `${tables[0]?.curve.name}, ${only.people} people` : `${only.people} people, ${only.compared} samples`;
    await writeFile(
      options.det,
      detCurveSvg(
        tables.map(({ curve }) => curve),
        title,
      ),
    );
  }
  if (options.json) return printJson(reports.length === 1 ? only : { command, models: reports });
  if (registration !== undefined) printLine(registrationSentence(registration));
  for (const [index, report] of reports.entries()) {
    if (index > 0) printLine();
    printEvaluation(report);
  }
}

function peopleBounds(resampled: Resampled | undefined, ofSface: Resampled | undefined): PeopleBounds | null {
  if (resampled === undefined) return null;
  const { resamples, eers, fnmrsAtFmr } = resampled;
  return {
    resamples,
    eer: middle95(eers),
    fnmrAtFmr: Object.fromEntries(Object.entries(fnmrsAtFmr).map(([fmr, fnmrs]) => [fmr, middle95(fnmrs)])),
    eerOverSface: ofSface === undefined ? null : ratioOf(eers, ofSface.eers),
  };
}

/** Of one network's figures over another's, draw by draw; `null` when the other made no error in one of them. */
function ratioOf(eers: Float64Array, others: Float64Array): PeopleBounds['eerOverSface'] {
  if (others.some((eer) => eer === 0)) return null;
  const ratios = eers.map((eer, index) => eer / (others[index] as number)).sort();
  return { median: ratios[ratios.length >> 1] as number, ...middle95(ratios) };
}

import type { Modality } from '../../vision/rgbd-input.ts';
import { printLine, printTable } from '../console.ts';
import type { PeopleInterval } from './people-bootstrap.ts';
import {
  accuracyAt,
  type BoundedRate,
  boundedRate,
  type Comparisons,
  crossValidatedAccuracy,
  equalErrorPoint,
  mostAccurateThreshold,
  pointAt,
  pointAtFmr,
  type Summary,
  sortComparisons,
  summarise,
} from './rates.ts';

/** False match rates every evaluation reports the false non-match rate at. */
export const reportedFmrs = ['0.01', '0.001', '0.0001'] as const;

/** What `evaluate` prints as JSON. `bounds` holds the 95 % intervals of the rates beside them. */
export interface EvaluationReport {
  readonly command: string;
  readonly model: string;
  readonly people: number;
  readonly genuine: Summary;
  readonly impostor: Summary;
  readonly threshold: number;
  readonly accuracy: number;
  readonly eer: number;
  readonly fnmrAtFmr: Readonly<Record<string, number>>;
  readonly failuresToAcquire: number;
  readonly attacks: Readonly<Record<string, { readonly n: number; readonly accepted: number }>>;
  readonly samples: number;
  /** Samples that were compared: in a table of several networks only those that each of them has a vector of. */
  readonly compared: number;
  /** How many of the failures to acquire for which reason. */
  readonly failureReasons: Readonly<Record<string, number>>;
  readonly modality: Modality;
  readonly depth: DepthOrigin;
  /** What the threshold that the lock unlocks at does to these comparisons. */
  readonly atLock: { readonly threshold: number; readonly fmr: BoundedRate; readonly fnmr: BoundedRate } | null;
  readonly bounds: {
    readonly accuracy: BoundedRate;
    readonly accuracyCrossValidated: number;
    readonly fnmrAtFmr: Readonly<Record<string, BoundedRate & { readonly threshold: number; readonly falseMatches: number }>>;
    readonly failuresToAcquire: BoundedRate;
    /** The same figures had other people been there; `null` where nobody was drawn anew. */
    readonly people: PeopleBounds | null;
  };
}

/** Bounds from drawing people anew (`people-bootstrap.ts`). */
export interface PeopleBounds {
  readonly resamples: number;
  readonly eer: PeopleInterval;
  readonly fnmrAtFmr: Readonly<Record<string, PeopleInterval>>;
  /** This network's equal error rate over that of SFace, the same people drawn for both; `null` where SFace is not in the table or made no error. */
  readonly eerOverSface: (PeopleInterval & { readonly median: number }) | null;
}

/** Where the depth came from that a network saw: a camera, or a shape fitted to a photograph, which is no measurement. */
export type DepthOrigin = 'none' | 'sensor' | 'fitted mesh';

/** What the report is made of, besides the comparisons. */
export interface EvaluationCounts {
  readonly command: string;
  readonly model: string;
  readonly people: number;
  /** Pictures or looks that were tried. */
  readonly samples: number;
  /** Those of them in which no face could be made out; their pairs are not compared. */
  readonly failuresToAcquire: number;
  /** How many of them for which reason. */
  readonly failureReasons: Readonly<Record<string, number>>;
  readonly compared: number;
  readonly modality: Modality;
  readonly depth: DepthOrigin;
  /** The distance up to which the lock takes a face for its owner; absent for a network without a calibrated one. */
  readonly lockThreshold: number | undefined;
}

/** Sums up an evaluation. Accuracy is taken at the threshold that is best over all pairs; `bounds` has it cross-validated too. */
export function evaluationReport(comparisons: Comparisons, counts: EvaluationCounts, people: PeopleBounds | null = null): EvaluationReport {
  const sorted = sortComparisons(comparisons);
  const threshold = mostAccurateThreshold(sorted);
  const accuracy = accuracyAt(sorted, threshold);
  const total = sorted.genuine.length + sorted.impostor.length;
  const { lockThreshold, ...named } = counts;
  const points = reportedFmrs.map((fmr) => [fmr, pointAtFmr(sorted, Number(fmr))] as const);
  return {
    ...named,
    genuine: summarise(sorted.genuine),
    impostor: summarise(sorted.impostor),
    threshold,
    accuracy,
    eer: equalErrorPoint(sorted).eer,
    fnmrAtFmr: Object.fromEntries(points.map(([fmr, point]) => [fmr, point.falseNonMatches / Math.max(1, sorted.genuine.length)])),
    attacks: {},
    atLock: lockThreshold === undefined ? null : atThreshold(sorted, lockThreshold),
    bounds: {
      accuracy: boundedRate(Math.round(accuracy * total), total),
      accuracyCrossValidated: crossValidatedAccuracy(comparisons),
      fnmrAtFmr: Object.fromEntries(
        points.map(([fmr, point]) => [
          fmr,
          { ...boundedRate(point.falseNonMatches, sorted.genuine.length), threshold: point.threshold, falseMatches: point.falseMatches },
        ]),
      ),
      failuresToAcquire: boundedRate(counts.failuresToAcquire, counts.samples),
      people,
    },
  };
}

function atThreshold(sorted: Comparisons, threshold: number): NonNullable<EvaluationReport['atLock']> {
  const point = pointAt(sorted.genuine, sorted.impostor, threshold);
  return {
    threshold,
    fmr: boundedRate(point.falseMatches, sorted.impostor.length),
    fnmr: boundedRate(point.falseNonMatches, sorted.genuine.length),
  };
}

/** The same report for a reader. */
export function printEvaluation(report: EvaluationReport): void {
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const interval = ({ low95, high95 }: BoundedRate): string => `95 %: ${percent(low95)} to ${percent(high95)}`;
  const shown = report.modality === 'both' ? '' : `, ${report.modality} only`;
  printLine(`${report.command}, model ${report.model}${shown}: ${report.people} people, ${report.samples} samples, depth: ${report.depth}`);
  if (report.compared < report.samples - report.failuresToAcquire)
    printLine(`compared: the ${report.compared} samples that every network of this table has a vector of`);
  printTable(
    ['pairs', 'n', 'mean distance', 'sd'],
    (['genuine', 'impostor'] as const).map((kind) => [kind, report[kind].n, report[kind].mean.toFixed(3), report[kind].sd.toFixed(3)]),
  );
  printLine(`accuracy at threshold ${report.threshold.toFixed(3)}: ${percent(report.accuracy)} (${interval(report.bounds.accuracy)})`);
  printLine(`accuracy, ten folds: ${percent(report.bounds.accuracyCrossValidated)}`);
  printLine(`EER: ${percent(report.eer)}`);
  for (const [fmr, bound] of Object.entries(report.bounds.fnmrAtFmr)) {
    const resolved = report.impostor.n * Number(fmr) >= 1 ? '' : `; too few impostor pairs for this rate, so none is let through`;
    printLine(`FNMR at FMR ${fmr}: ${percent(bound.rate)} (${interval(bound)}; threshold ${bound.threshold.toFixed(3)}${resolved})`);
  }
  if (report.bounds.people !== null) printPeopleBounds(report.bounds.people);
  if (report.atLock !== null) {
    const { threshold, fmr, fnmr } = report.atLock;
    const small = ({ rate, low95, high95 }: BoundedRate): string =>
      `${rate.toExponential(1)} (95 %: ${low95.toExponential(1)} to ${high95.toExponential(1)})`;
    printLine(`at the lock's threshold ${threshold}: FMR ${small(fmr)}, FNMR ${percent(fnmr.rate)} (${interval(fnmr)})`);
  }
  const reasons = Object.entries(report.failureReasons).map(([reason, count]) => `; ${reason}: ${count}`);
  printLine(
    `failures to acquire: ${report.failuresToAcquire} of ${report.samples} (${interval(report.bounds.failuresToAcquire)}${reasons.join('')})`,
  );
  for (const [species, { n, accepted }] of Object.entries(report.attacks)) {
    const apcer = boundedRate(accepted, n);
    printLine(`attack ${species}: ${accepted} of ${n} accepted (APCER ${percent(apcer.rate)}, ${interval(apcer)})`);
  }
}

function printPeopleBounds({ resamples, eer, fnmrAtFmr, eerOverSface }: PeopleBounds): void {
  const percent = ({ low95, high95 }: PeopleInterval): string => `${(low95 * 100).toFixed(2)} to ${(high95 * 100).toFixed(2)} %`;
  const rates = Object.entries(fnmrAtFmr).map(([fmr, interval]) => `FNMR at FMR ${fmr} ${percent(interval)}`);
  printLine(`95 % with people drawn anew ${resamples} times: EER ${percent(eer)}; ${rates.join('; ')}`);
  if (eerOverSface === null) return;
  const { median, low95, high95 } = eerOverSface;
  printLine(`EER over that of sface, same people drawn: ${median.toFixed(2)} (95 %: ${low95.toFixed(2)} to ${high95.toFixed(2)})`);
}

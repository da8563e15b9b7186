import { parseArgs } from 'node:util';
import { adaptationRulesOf } from '../../identity/adaptation-rules.ts';
import { exitCode, Progress, printJson, printLine, printTable, refuse } from '../console.ts';
import { countsOf, mostFrequentFirst } from '../evaluation/counts.ts';
import { type NotEnrolled, notEnrolledLines } from '../evaluation/enrolment-stop.ts';
import { type BoundedRate, boundedRate } from '../evaluation/rates.ts';
import { findSessions } from '../evaluation/sessions.ts';
import { findModelsDir } from '../models-dir.ts';
import { observePeople } from './observed-people.ts';
import { openVision } from './open-vision.ts';
import { livePersonYear, type PersonYear, probeOutcome } from './year-trial.ts';

export const yearUsage = 'facelatch experiment year --recordings DIR [--observations FILE] [--json]';

/** How a month's looks came out. */
export interface MonthRow {
  readonly month: number;
  readonly looks: number;
  /** Looks in which nothing could be judged by recognition. */
  readonly notAcquired: number;
  /** False non-matches of the looks that could be judged. */
  readonly withAdaptation: BoundedRate;
  readonly enrolmentAlone: BoundedRate;
  /** Unlocked looks of all, those among them in which nothing could be judged. */
  readonly unlocked: { readonly withAdaptation: BoundedRate; readonly enrolmentAlone: BoundedRate };
  /** Why looks could not be judged, with adaptation: the reason of the refusal and how many had it. */
  readonly notAcquiredFor: Readonly<Record<string, number>>;
}

/** What the command prints as JSON. */
export interface YearReport {
  readonly command: 'experiment year';
  readonly model: string;
  readonly people: number;
  readonly notEnrolled: readonly NotEnrolled[];
  readonly months: readonly MonthRow[];
  /** Other people's looks of the last month at everybody's lock. */
  readonly impostor: { readonly withAdaptation: BoundedRate; readonly enrolmentAlone: BoundedRate };
  readonly learned: {
    readonly bySuccess: number;
    readonly byNearMiss: number;
    readonly inServiceAtTheEnd: number;
    readonly keptOutByDirection: number;
  };
}

/** Most that the false non-match rate of the last month may be against that of day one. */
const allowedGrowth = 1.5;

/**
 * A simulated year: rendered people look at their own lock every day while they age, and the rules learn from it. Prints how many are no longer recognised month by month,
 * with what was learned and with the enrolment alone, and whom it lets in. Exits with 0 when the last month's false non-match rate with adaptation is at most 1.5 times
 * that of day one, 1 otherwise, 2 for bad input.
 */
export async function year(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { recordings: { type: 'string' }, observations: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (values.recordings === undefined) return refuse(`usage: ${yearUsage}`);
  const found = await findSessions(values.recordings, findModelsDir());
  if (found.kind === 'failed') return refuse(found.sentence);
  const vision = await openVision(values.observations);
  if (vision.kind === 'failed') return refuse(vision.sentence);
  const { networks, model, file } = vision;
  const rules = adaptationRulesOf(model);
  if (rules === undefined) return refuse(`there are no rules of adaptation for ${model}.`);
  const observed = await observePeople(networks, found.set.people, file);
  if (observed.kind === 'failed') return refuse(observed.sentence);
  const years = observed.people.map((person) => livePersonYear(person, model, rules));
  const report = yearReport(
    years.filter((each) => each.kind === 'lived'),
    model,
    years.filter((each) => each.kind === 'not-enrolled'),
  );
  if (values.json) printJson(report);
  else printYear(report);
  const first = report.months[0];
  const last = report.months.at(-1);
  if (first === undefined || last === undefined || last.withAdaptation.n === 0) return exitCode.negative;
  return last.withAdaptation.rate <= allowedGrowth * first.withAdaptation.rate ? exitCode.positive : exitCode.negative;
}

/** Counts, and everybody's last looks at everybody else's lock. */
export function yearReport(years: readonly PersonYear[], model: string, notEnrolled: readonly NotEnrolled[]): YearReport {
  const probes = years.flatMap((each) => each.probes);
  const months = [...new Set(probes.map(({ month }) => month))].sort((p, q) => p - q);
  const sum = (count: (each: PersonYear) => number): number => years.reduce((total, each) => total + count(each), 0);
  return {
    command: 'experiment year',
    model,
    people: years.length,
    notEnrolled,
    months: months.map((month): MonthRow => {
      const looks = probes.filter((probe) => probe.month === month);
      const adapted = looks.map(({ withAdaptation }) => withAdaptation);
      const alone = looks.map(({ enrolmentAlone }) => enrolmentAlone);
      return {
        month,
        looks: looks.length,
        notAcquired: adapted.filter((outcome) => outcome === 'not-acquired').length,
        withAdaptation: nonMatches(adapted),
        enrolmentAlone: nonMatches(alone),
        unlocked: { withAdaptation: matches(adapted), enrolmentAlone: matches(alone) },
        notAcquiredFor: countsOf(looks.flatMap(({ withAdaptation, reason }) => (withAdaptation === 'not-acquired' ? [reason] : []))),
      };
    }),
    impostor: strangers(years, model),
    learned: {
      bySuccess: sum((each) => each.learnedBySuccess),
      byNearMiss: sum((each) => each.learnedByNearMiss),
      inServiceAtTheEnd: sum((each) => each.learnedInService),
      keptOutByDirection: sum((each) => each.refusedForDirection),
    },
  };
}

function nonMatches(outcomes: readonly string[]): BoundedRate {
  const judged = outcomes.filter((outcome) => outcome !== 'not-acquired');
  return boundedRate(judged.filter((outcome) => outcome === 'non-match').length, judged.length);
}

function matches(outcomes: readonly string[]): BoundedRate {
  return boundedRate(outcomes.filter((outcome) => outcome === 'match').length, outcomes.length);
}

/** "3 not-live, 1 too-near", the most frequent first. */
function counted(counts: Readonly<Record<string, number>>): string {
  return (
    mostFrequentFirst(counts)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ') || 'none'
  );
}

function strangers(years: readonly PersonYear[], model: string): YearReport['impostor'] {
  const progress = new Progress('strangers look', years.length);
  const counts = { tried: 0, adapted: 0, core: 0 };
  for (const owner of years) {
    for (const stranger of years) {
      if (stranger === owner) continue;
      for (const probe of stranger.lastProbes) {
        const adapted = probeOutcome(probe, owner.adapted, model).outcome;
        // A look that nothing can be judged by is no attempt.
        if (adapted === 'not-acquired') continue;
        counts.tried++;
        if (adapted === 'match') counts.adapted++;
        if (probeOutcome(probe, owner.core, model).outcome === 'match') counts.core++;
      }
    }
    progress.step();
  }
  return { withAdaptation: boundedRate(counts.adapted, counts.tried), enrolmentAlone: boundedRate(counts.core, counts.tried) };
}

function printYear({ model, people, notEnrolled, months, impostor, learned }: YearReport): void {
  const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
  const bounded = ({ rate, low95, high95 }: BoundedRate): string => `${percent(rate)} (${percent(low95)} to ${percent(high95)})`;
  printLine(`experiment year, model ${model}, ${people} rendered people, one look a day`);
  for (const line of notEnrolledLines(notEnrolled)) printLine(line);
  printTable(
    [
      'month',
      'looks',
      'not judged',
      'FNMR with adaptation (95 %)',
      'with the enrolment alone (95 %)',
      'unlocked (95 %)',
      'with the enrolment alone',
    ],
    months.map((row) => [
      row.month,
      row.looks,
      row.notAcquired,
      bounded(row.withAdaptation),
      bounded(row.enrolmentAlone),
      bounded(row.unlocked.withAdaptation),
      bounded(row.unlocked.enrolmentAlone),
    ]),
  );
  for (const row of [months[0], months.at(-1)])
    if (row !== undefined) printLine(`looks of month ${row.month} that could not be judged: ${counted(row.notAcquiredFor)}`);
  printLine('Month 0 is day one, before anything was learned. Measured looks are never learned from.');
  printLine(
    `strangers accepted after the year, of ${impostor.withAdaptation.n} looks: ${bounded(impostor.withAdaptation)} with adaptation, ${bounded(impostor.enrolmentAlone)} with the enrolment alone`,
  );
  const each = (count: number): string => (count / Math.max(1, people)).toFixed(1);
  printLine(
    `learned, a person: ${each(learned.bySuccess)} after a match, ${each(learned.byNearMiss)} after a near miss; ${each(learned.inServiceAtTheEnd)} in service at the end; ${learned.keptOutByDirection} kept out by direction in all`,
  );
}

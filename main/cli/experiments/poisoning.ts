import { parseArgs } from 'node:util';
import { type AdaptationRules, adaptationRulesOf } from '../../identity/adaptation-rules.ts';
import { exitCode, Progress, printJson, printLine, printTable, refuse } from '../console.ts';
import { type BoundedRate, boundedRate, bounds, percent } from '../evaluation/rates.ts';
import { type AttackerKind, type AttackTrial, attackerKinds, type DefenceKind, tryAttack } from './attack-trial.ts';
import { type ChangeKind, changeKinds, liveWith } from './owners.ts';
import { seededRandom } from './random.ts';
import { type Fit, measureFit } from './synthetic-faces.ts';

export const poisoningUsage =
  'facelatch experiment poisoning [--tries 1000] [--injections 100] [--owners 100] [--days 120] [--seed 1] [--json]';

/** What is tried: every attacker on the lock with and without guard, one who knows the passcode too, and what single rules are for. */
const plan: readonly (readonly [DefenceKind, AttackerKind])[] = [
  ...attackerKinds.flatMap((attacker) => [['unguarded', attacker] as const, ['guarded', attacker] as const]),
  ['guarded-passcode-known', 'planned'],
  ['without-direction', 'stepwise'],
  ['without-reach', 'planned'],
];

/** Tries of one attacker on one defence. */
export interface AttackRow {
  readonly defence: DefenceKind;
  readonly attacker: AttackerKind;
  /** Tries in which the attacker's own face matched before anything was injected; not counted as takeovers, nor among the tries of the rate. */
  readonly acceptedBefore: number;
  readonly takeovers: number;
  readonly rate: BoundedRate;
  /** Injections until a takeover, the median of those that came to one. */
  readonly medianInjections: number | undefined;
  readonly meanLearned: number;
  readonly meanRefusedForDirection: number;
  /** Mean distance from the attacker's face to the nearest vector in service at the end. */
  readonly meanNearest: number;
}

/** Owners whose faces change in one way. */
export interface OwnerRow {
  readonly change: ChangeKind;
  readonly owners: number;
  readonly looks: number;
  readonly unlockRate: number;
  readonly unlockRateByEnrolmentAlone: number;
  readonly learnedBySuccess: number;
  readonly learnedByNearMiss: number;
  /** Share of faces that only their direction kept from being learned. */
  readonly refusedForDirection: BoundedRate;
}

/** What the command prints as JSON. */
export interface PoisoningReport {
  readonly command: 'experiment poisoning';
  readonly model: 'sface';
  readonly seed: number;
  readonly injections: number;
  readonly rules: AdaptationRules;
  readonly fit: Fit;
  readonly attacks: readonly AttackRow[];
  readonly days: number;
  readonly owners: readonly OwnerRow[];
}

/**
 * The published poisoning attack on made-up face vectors, with our rules and without, and what the rules leave of the owner's adaptation. Exits with 0 when nobody took
 * over a guarded lock, 1 when somebody did, 2 for bad input.
 */
export async function poisoning(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      tries: { type: 'string', default: '1000' },
      injections: { type: 'string', default: '100' },
      owners: { type: 'string', default: '100' },
      days: { type: 'string', default: '120' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const counts = {
    tries: Number(values.tries),
    injections: Number(values.injections),
    owners: Number(values.owners),
    days: Number(values.days),
    seed: Number(values.seed),
  };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isSafeInteger(value) || value < 1)
      return refuse(`--${name} takes a whole number from 1, not "${values[name as keyof typeof counts]}".`);
  }
  const rules = adaptationRulesOf('sface');
  if (rules === undefined) return refuse('there are no rules of adaptation for sface.');
  const report = runPoisoning(rules, counts);
  if (values.json) printJson(report);
  else printPoisoning(report);
  const guarded = report.attacks.filter(({ defence }) => defence === 'guarded' || defence === 'guarded-passcode-known');
  return guarded.every(({ takeovers }) => takeovers === 0) ? exitCode.positive : exitCode.negative;
}

/** How much is tried. */
export interface PoisoningCounts {
  readonly tries: number;
  readonly injections: number;
  readonly owners: number;
  readonly days: number;
  readonly seed: number;
}

/** Runs everything; the same counts and seed give the same report. */
export function runPoisoning(rules: AdaptationRules, { tries, injections, owners, days, seed }: PoisoningCounts): PoisoningReport {
  const progress = new Progress('attacking', plan.length + changeKinds.length);
  // Every row has its own numbers, so that rows do not depend on one another.
  const fit = measureFit(seededRandom(seed), 500);
  const attacks = plan.map(([defence, attacker], index): AttackRow => {
    const random = seededRandom(seed + 1000 * (index + 1));
    const row = attackRow(
      defence,
      attacker,
      Array.from({ length: tries }, () => tryAttack(random, attacker, defence, rules, injections)),
    );
    progress.step();
    return row;
  });
  const ownerRows = changeKinds.map((change, index): OwnerRow => {
    const random = seededRandom(seed + 1000 * (plan.length + index + 1));
    const row = ownerRow(random, change, rules, owners, days);
    progress.step();
    return row;
  });
  return { command: 'experiment poisoning', model: 'sface', seed, injections, rules, fit, attacks, days, owners: ownerRows };
}

function attackRow(defence: DefenceKind, attacker: AttackerKind, trials: readonly AttackTrial[]): AttackRow {
  const counted = trials.filter(({ acceptedBefore }) => !acceptedBefore);
  const injections = counted.flatMap(({ takenOverAfter }) => (takenOverAfter === undefined ? [] : [takenOverAfter])).sort((p, q) => p - q);
  const mean = (value: (trial: AttackTrial) => number): number => trials.reduce((sum, trial) => sum + value(trial), 0) / trials.length;
  return {
    defence,
    attacker,
    acceptedBefore: trials.length - counted.length,
    takeovers: injections.length,
    rate: boundedRate(injections.length, counted.length),
    medianInjections: injections[Math.floor(injections.length / 2)],
    meanLearned: mean(({ learned }) => learned),
    meanRefusedForDirection: mean(({ refusedForDirection }) => refusedForDirection),
    meanNearest: mean(({ nearest }) => nearest),
  };
}

function ownerRow(
  random: ReturnType<typeof seededRandom>,
  change: ChangeKind,
  rules: AdaptationRules,
  owners: number,
  days: number,
): OwnerRow {
  const trials = Array.from({ length: owners }, () => liveWith(random, change, rules, days));
  const sum = (field: keyof (typeof trials)[number]): number => trials.reduce((total, trial) => total + trial[field], 0);
  const learned = sum('learnedBySuccess') + sum('learnedByNearMiss');
  const refused = sum('refusedForDirection');
  return {
    change,
    owners,
    looks: sum('looks'),
    unlockRate: sum('unlocked') / sum('looks'),
    unlockRateByEnrolmentAlone: sum('unlockedByCore') / sum('looks'),
    learnedBySuccess: sum('learnedBySuccess') / owners,
    learnedByNearMiss: sum('learnedByNearMiss') / owners,
    refusedForDirection: boundedRate(refused, learned + refused),
  };
}

function printPoisoning({ fit, attacks, owners, injections, days, seed }: PoisoningReport): void {
  printLine(`experiment poisoning, model sface, seed ${seed}: made-up vectors`);
  printTable(
    ['distances', 'n', 'mean', 'sd'],
    (['genuine', 'impostor', 'sameSitting'] as const).map((kind) => [
      kind,
      fit[kind].n,
      fit[kind].mean.toFixed(3),
      fit[kind].sd.toFixed(3),
    ]),
  );
  printLine();
  printTable(
    ['defence', 'attacker', 'tries', 'taken over', 'rate', '95 %', 'after', 'learned', 'direction', 'nearest'],
    attacks.map((row) => [
      row.defence,
      row.attacker,
      row.rate.n,
      row.takeovers,
      percent(row.rate.rate),
      bounds(row.rate),
      row.medianInjections ?? '-',
      row.meanLearned.toFixed(1),
      row.meanRefusedForDirection.toFixed(1),
      row.meanNearest.toFixed(2),
    ]),
  );
  printLine(`Up to ${injections} injections a try, a day apart. after: median injections until the attacker's own face got in.`);
  printLine();
  printTable(
    ['owner changes', 'owners', 'looks', 'unlocked', 'by enrolment alone', 'learned: success', 'near miss', 'kept out by direction'],
    owners.map((row) => [
      row.change,
      row.owners,
      row.looks,
      percent(row.unlockRate),
      percent(row.unlockRateByEnrolmentAlone),
      row.learnedBySuccess.toFixed(1),
      row.learnedByNearMiss.toFixed(1),
      `${percent(row.refusedForDirection.rate)} (${bounds(row.refusedForDirection)})`,
    ]),
  );
  printLine(`Looks of the last quarter of ${days} days; learned in all of them, a person. One frame a look.`);
}

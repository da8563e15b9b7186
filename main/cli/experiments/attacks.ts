import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Observation } from '../../contract/observation.ts';
import { exitCode, printJson, printLine, printTable, refuse } from '../console.ts';
import { countsOf, mostFrequentFirst } from '../evaluation/counts.ts';
import { type BoundedRate, boundedRate, bounds, percent, rateCells } from '../evaluation/rates.ts';
import { registrationSentence } from '../evaluation/registration.ts';
import { type AttackLook, type LivingLook, readAttacks } from './attack-looks.ts';
import { attackTable, holdsTable, writeTable } from './attack-table.ts';
import { openVision } from './open-vision.ts';
import { type RealFaces, readRealFaces } from './real-faces.ts';

export const attacksUsage = 'facelatch experiment attacks --recordings DIR [--real DIR] [--observations FILE] [--table FILE.md] [--json]';

/** One species of attack. APCER of liveness alone, and of the whole lock: liveness, attention and the owner's match. */
export interface SpeciesRow {
  readonly species: string;
  readonly liveness: BoundedRate;
  readonly lock: BoundedRate;
  /** Refused before liveness was asked: no face, no depth, too dark, taken before the look. Counted as refusals above. */
  readonly notAcquired: number;
  /** The cues that most often spoke against a living face, with the share of frames in which they did. */
  readonly gaveAway: readonly { readonly cue: string; readonly share: number }[];
}

/** Living people of one kind that liveness refused, of those it could judge. */
export interface LivingRow {
  readonly group: string;
  readonly refused: BoundedRate;
}

/** What the command prints as JSON. */
export interface AttacksReport {
  readonly command: 'experiment attacks';
  readonly model: string;
  readonly owners: number;
  readonly species: readonly SpeciesRow[];
  /** The headline: the species with the highest APCER. */
  readonly worst: { readonly liveness: string; readonly lock: string } | undefined;
  readonly living: {
    readonly people: number;
    /** BPCER of liveness. */
    readonly refused: BoundedRate;
    readonly notAcquired: BoundedRate;
    /** Owners at their own lock: refused for any reason. */
    readonly ownersRefused: BoundedRate;
    readonly groups: readonly LivingRow[];
  };
  readonly real: RealFaces | undefined;
}

/**
 * Presentation attacks on rendered owners and rendered living people (`models/render/make_attacks.py`), through liveness alone and through the whole lock; with `--real`, single frames of
 * real people beside. Exits with 0 when no flat, bent, screen or injected species got past liveness, no other species past the lock more often than 3 % and at most 2 % of the
 * living were refused; 1 otherwise; 2 for bad input. `--observations` keeps what vision saw, so that a long run may be cut off; `--table` writes the
 * rates between the marks that a document has for a folder of this name (`attack-table.ts`).
 */
export async function attacks(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      recordings: { type: 'string' },
      real: { type: 'string' },
      observations: { type: 'string' },
      table: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.recordings === undefined) return refuse(`usage: ${attacksUsage}`);
  const set = basename(values.recordings);
  const noPlace = `${values.table} has no place for a table of ${set}.`;
  if (values.table !== undefined && !(await holdsTable(values.table, set))) return refuse(noPlace);
  const vision = await openVision(values.observations);
  if (vision.kind === 'failed') return refuse(vision.sentence);
  const { networks, model, file } = vision;
  const read = await readAttacks(values.recordings, networks, file);
  if (read.kind === 'failed') return refuse(read.sentence);
  const real = values.real === undefined ? undefined : await readRealFaces(values.real, networks, file);
  if (real?.kind === 'failed') return refuse(real.sentence);
  const report = attacksReport(model, read.owners, read.attacks, read.living, real?.faces);
  if (values.json) printJson(report);
  else printAttacks(report);
  if (values.table !== undefined && !(await writeTable(values.table, set, attackTable(report)))) return refuse(noPlace);
  return reached(report) ? exitCode.positive : exitCode.negative;
}

/** Species that must never pass; of the others a mask in thirty-three may. */
const neverPass = new Set([
  'flat-print-matte',
  'flat-print-glossy',
  'bent-print',
  'screen-replay',
  'injected-frames',
  'cutout-print',
  'swapped-depth',
]);
const mostMasks = 0.03;
const mostLivingRefused = 0.02;

function reached({ species, living }: AttacksReport): boolean {
  return (
    species.every((row) => (neverPass.has(row.species) ? row.liveness.rate === 0 : row.lock.rate <= mostMasks)) &&
    living.refused.rate <= mostLivingRefused
  );
}

/** Sums up. */
export function attacksReport(
  model: string,
  owners: number,
  attackLooks: readonly AttackLook[],
  livingLooks: readonly LivingLook[],
  real: RealFaces | undefined,
): AttacksReport {
  const species = [...new Set(attackLooks.map((look) => look.species))].sort().map((name) =>
    speciesRow(
      name,
      attackLooks.filter((look) => look.species === name),
    ),
  );
  const worstBy = (kind: 'liveness' | 'lock'): string | undefined => species.toSorted((p, q) => q[kind].rate - p[kind].rate)[0]?.species;
  const [liveness, lock] = [worstBy('liveness'), worstBy('lock')];
  return {
    command: 'experiment attacks',
    model,
    owners,
    species,
    worst: liveness === undefined || lock === undefined ? undefined : { liveness, lock },
    living: livingRows(livingLooks),
    real,
  };
}

function speciesRow(species: string, looks: readonly AttackLook[]): SpeciesRow {
  const frames = looks.flatMap(({ observations }) => observations).filter(({ kind }) => kind !== 'no-face');
  const accused = countsOf(frames.flatMap(accusing));
  return {
    species,
    liveness: boundedRate(looks.filter((look) => look.liveness === 'alive').length, looks.length),
    lock: boundedRate(looks.filter((look) => look.unlocks === true).length, looks.length),
    notAcquired: looks.filter((look) => look.liveness === 'not-acquired').length,
    gaveAway: mostFrequentFirst(accused)
      .slice(0, 3)
      .map(([cue, count]) => ({ cue, share: count / frames.length })),
  };
}

/** The cues that a frame did not pass. */
function accusing(observation: Observation): string[] {
  return observation.kind === 'no-face' ? [] : observation.liveness.cues.filter(({ passed }) => !passed).map(({ name }) => name);
}

function livingRows(looks: readonly LivingLook[]): AttacksReport['living'] {
  const acquired = looks.filter(({ liveness }) => liveness !== 'not-acquired');
  const rowOf = (group: string, some: readonly LivingLook[]): LivingRow => ({
    group,
    refused: boundedRate(some.filter(({ liveness }) => liveness === 'not-alive').length, some.length),
  });
  const grouped = (groupOf: (look: LivingLook) => string): LivingRow[] =>
    [...new Set(acquired.map(groupOf))].sort().map((group) =>
      rowOf(
        group,
        acquired.filter((look) => groupOf(look) === group),
      ),
    );
  const owners = looks.filter(({ unlocks }) => unlocks !== undefined);
  return {
    people: new Set(looks.map(({ person }) => person)).size,
    refused: rowOf('all', acquired).refused,
    notAcquired: boundedRate(looks.length - acquired.length, looks.length),
    ownersRefused: boundedRate(owners.filter(({ unlocks }) => unlocks === false).length, owners.length),
    groups: [
      ...grouped(({ facts }) => `skin tone ${quarter(facts.skinTone)}`),
      ...grouped(({ facts }) => (facts.glasses ? 'glasses' : 'no glasses')),
      ...grouped(({ facts }) => (facts.beard ? 'beard' : 'no beard')),
      ...grouped(({ facts }) => (facts.hat ? 'hat' : 'no hat')),
      ...grouped(({ facts }) => `distance ${hundreds(facts.distanceMm)} mm`),
      ...grouped(({ facts }) => `light ${facts.light}`),
    ],
  };
}

/** 0 is very light, 1 very dark. */
function quarter(tone: number): string {
  const from = Math.min(3, Math.floor(tone * 4)) / 4;
  return `${from.toFixed(2)} to ${(from + 0.25).toFixed(2)}`;
}

function hundreds(distanceMm: number): string {
  const from = distanceMm < 700 ? 545 : distanceMm < 850 ? 700 : 850;
  return `${from} to ${from === 545 ? 700 : from + 150}`;
}

function printAttacks({ owners, species, worst, living, real, model }: AttacksReport): void {
  printLine(`experiment attacks, model ${model}: attacks on ${owners} rendered owners`);
  printTable(
    ['species', 'n', 'APCER liveness', '95 %', 'APCER lock', '95 %', 'not acquired', 'given away by'],
    species.map((row) => [
      row.species,
      ...rateCells(row.liveness),
      percent(row.lock.rate),
      bounds(row.lock),
      row.notAcquired,
      row.gaveAway.map(({ cue, share }) => `${cue} ${Math.round(share * 100)} %`).join(', '),
    ]),
  );
  if (worst !== undefined) {
    const rate = (name: string, kind: 'liveness' | 'lock'): string =>
      percent(species.find((row) => row.species === name)?.[kind].rate ?? 0);
    printLine(
      `worst: liveness alone ${rate(worst.liveness, 'liveness')} (${worst.liveness}), whole lock ${rate(worst.lock, 'lock')} (${worst.lock})`,
    );
  }
  printLine();
  printLine(`living: ${living.people} rendered people`);
  printTable(
    ['group', 'looks', 'BPCER', '95 %'],
    [{ group: 'all', refused: living.refused }, ...living.groups].map(({ group, refused }) => [group, ...rateCells(refused)]),
  );
  printLine(`not acquired: ${percent(living.notAcquired.rate)} of ${living.notAcquired.n} looks (no depth, too dark, no face)`);
  printLine(`owners refused by their own lock, for any reason: ${percent(living.ownersRefused.rate)} of ${living.ownersRefused.n}`);
  if (real === undefined) return;
  printLine();
  printLine(`real people, single frames; ${registrationSentence(real.registration)}`);
  printTable(
    [
      'people',
      'frames',
      'BPCER',
      '95 %',
      'straight',
      'BPCER',
      '95 %',
      'not acquired',
      'with frames for a look',
      'refused by all together',
      '95 %',
    ],
    real.halves.map(({ name, refused, refusedStraight, refusedTogether, notAcquired }) => [
      name,
      ...rateCells(refused),
      ...rateCells(refusedStraight),
      notAcquired,
      ...rateCells(refusedTogether),
    ]),
  );
}

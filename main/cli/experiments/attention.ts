import { parseArgs } from 'node:util';
import { loadIdentities } from '../../vision/load-networks.ts';
import { exitCode, printJson, printLine, printTable, refuse } from '../console.ts';
import { countsOf } from '../evaluation/counts.ts';
import { type NotEnrolled, notEnrolledLines } from '../evaluation/enrolment-stop.ts';
import { type BoundedRate, boundedRate, bounds, percent, rateCells } from '../evaluation/rates.ts';
import { findSessions } from '../evaluation/sessions.ts';
import { findModelsDir } from '../models-dir.ts';
import { type GazeFacts, type GazeLook, readGazeLooks } from './attention-looks.ts';
import { readPhotographs } from './attention-photographs.ts';
import { halfPoint } from './half-point.ts';
import { observePeople } from './observed-people.ts';
import { openVision } from './open-vision.ts';

export const attentionUsage = 'facelatch experiment attention (--recordings DIR [--observations FILE] | --photographs DIR...) [--json]';

/** A group of looks and how many of them attention refused. */
export interface RefusalRow {
  readonly group: string;
  /** Refused for attention, of the looks that unlock with attention off. */
  readonly refused: BoundedRate;
}

/** What the command prints as JSON. */
export interface AttentionReport {
  readonly command: 'experiment attention';
  readonly model: string;
  readonly people: number;
  readonly notEnrolled: readonly NotEnrolled[];
  /** Looks with closed eyes that unlocked; `stopped`: those that unlock with attention off, which attention alone held up. */
  readonly closed: { readonly unlocked: BoundedRate; readonly stopped: number };
  /** Looks of owners whose eyes are open and on the screen. */
  readonly attentive: {
    readonly refused: BoundedRate;
    /** Refused also with attention off, by the last reason. */
    readonly other: Readonly<Record<string, number>>;
    readonly groups: readonly RefusalRow[];
  };
  readonly closing: readonly RefusalRow[];
  readonly away: { readonly halfRefusedDeg: number | undefined; readonly groups: readonly RefusalRow[] };
}

/**
 * Looks at rendered people whose eyes are known: who gets in with eyes closed, whom attention refuses although they look at the screen, and from what gaze
 * angle on it refuses. Every look is at the owner's own lock; one that would be refused with attention off too says nothing about attention and is listed
 * apart. With `--photographs` it says what attention makes of photographs of people who look into the lens. Exits with 0 when nobody got in with closed eyes and at most 2 % of the attentive were refused, 1 otherwise, 2 for bad input.
 */
export async function attention(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      recordings: { type: 'string' },
      observations: { type: 'string' },
      photographs: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.photographs !== undefined) return photographs(values.photographs, values.json);
  if (values.recordings === undefined) return refuse(`usage: ${attentionUsage}`);
  const found = await findSessions(values.recordings, findModelsDir());
  if (found.kind === 'failed') return refuse(found.sentence);
  const vision = await openVision(values.observations);
  if (vision.kind === 'failed') return refuse(vision.sentence);
  const { networks, model, file } = vision;
  const observed = await observePeople(networks, found.set.people, file);
  if (observed.kind === 'failed') return refuse(observed.sentence);
  const reading = await readGazeLooks(observed.people, model);
  if (reading.kind === 'failed') return refuse(reading.sentence);
  const report = attentionReport(reading.looks, model, reading.notEnrolled);
  if (values.json) printJson(report);
  else printAttention(report);
  const { closed, attentive } = report;
  const holds = closed.unlocked.n > 0 && closed.unlocked.rate === 0 && attentive.refused.n > 0 && attentive.refused.rate <= 0.02;
  return holds ? exitCode.positive : exitCode.negative;
}

/** Photographs of real people with their eyes on the lens: how many are refused. */
async function photographs(folders: readonly string[], json: boolean): Promise<number> {
  const loading = await loadIdentities(findModelsDir(), 1, []);
  if (loading.kind === 'refused') return refuse(loading.sentence);
  const reading = await readPhotographs(loading.finders, folders);
  if (reading.kind === 'failed') return refuse(reading.sentence);
  const { attention: found } = reading;
  if (json) printJson({ command: 'experiment attention', ...found });
  else {
    printLine(`experiment attention, ${found.photographs} photographs, ${found.withoutFace} of them without a face`);
    printLine(
      Object.entries(found.kinds)
        .map(([kind, n]) => `${kind} ${n}`)
        .join(', '),
    );
    printLine(`gaze from the lens: median ${found.gazeDeg.median.toFixed(1)} degrees, largest ${found.gazeDeg.largest.toFixed(1)}`);
  }
  const judged = found.photographs - found.withoutFace;
  return judged > 0 && found.kinds.attentive >= 0.98 * judged ? exitCode.positive : exitCode.negative;
}

/** Counts. */
export function attentionReport(looks: readonly GazeLook[], model: string, notEnrolled: readonly NotEnrolled[]): AttentionReport {
  const of = (kind: GazeFacts['kind']): GazeLook[] => looks.filter(({ facts }) => facts.kind === kind);
  const closed = of('closed');
  const attentive = of('attentive');
  const open = [...attentive, ...of('away')].filter(({ outcome }) => outcome !== 'other');
  const other = countsOf(attentive.flatMap(({ outcome, reason }) => (outcome === 'other' ? [reason] : [])));
  return {
    command: 'experiment attention',
    model,
    people: new Set(looks.map(({ person }) => person)).size,
    notEnrolled,
    closed: {
      unlocked: boundedRate(closed.filter(({ outcome }) => outcome === 'unlock').length, closed.length),
      stopped: closed.filter(({ outcome }) => outcome === 'refused-for-attention').length,
    },
    attentive: {
      refused: refusedOf(attentive),
      other,
      groups: attentiveGroups.map(([group, belongs]) => ({ group, refused: refusedOf(attentive.filter(({ facts }) => belongs(facts))) })),
    },
    closing: bands(of('closing'), ({ blink }) => 100 * blink, [25, 40, 55, 70, 85, 96], '% shut'),
    away: {
      halfRefusedDeg: halfPoint(
        open.map(({ facts, outcome }) => ({ value: facts.gazeDeg, positive: outcome === 'refused-for-attention' })),
      ),
      groups: bands(of('away'), ({ gazeDeg }) => gazeDeg, [20, 25, 30, 35, 40, 45, 50, 63], 'degrees'),
    },
  };
}

/** Of whom the attentive are: what might make eyes hard to judge. */
const attentiveGroups: readonly (readonly [string, (facts: GazeFacts) => boolean])[] = [
  ['without glasses', ({ glasses }) => !glasses],
  ['with glasses', ({ glasses }) => glasses],
  ['light skin', ({ skinTone }) => skinTone < 1 / 3],
  ['middle skin', ({ skinTone }) => skinTone >= 1 / 3 && skinTone < 2 / 3],
  ['dark skin', ({ skinTone }) => skinTone >= 2 / 3],
  ['450 to 650 mm', ({ distanceMm }) => distanceMm < 650],
  ['650 to 850 mm', ({ distanceMm }) => distanceMm >= 650 && distanceMm < 850],
  ['850 to 1000 mm', ({ distanceMm }) => distanceMm >= 850],
  ['head within 10 degrees', ({ turnedDeg }) => turnedDeg < 10],
  ['head 10 to 20 degrees', ({ turnedDeg }) => turnedDeg >= 10 && turnedDeg < 20],
  ['head 20 degrees and more', ({ turnedDeg }) => turnedDeg >= 20],
  ['gaze within 15 degrees', ({ gazeDeg }) => gazeDeg < 15],
  ['gaze 15 to 25 degrees', ({ gazeDeg }) => gazeDeg >= 15 && gazeDeg < 25],
  ['gaze 25 degrees and more', ({ gazeDeg }) => gazeDeg >= 25],
];

function bands(looks: readonly GazeLook[], value: (facts: GazeFacts) => number, edges: readonly number[], unit: string): RefusalRow[] {
  return edges.slice(1).map((high, index) => {
    const low = edges[index] as number;
    const within = looks.filter(({ facts }) => value(facts) >= low && value(facts) < high);
    return { group: `${low} to ${high} ${unit}`, refused: refusedOf(within) };
  });
}

function refusedOf(looks: readonly GazeLook[]): BoundedRate {
  const judged = looks.filter(({ outcome }) => outcome !== 'other');
  return boundedRate(judged.filter(({ outcome }) => outcome === 'refused-for-attention').length, judged.length);
}

function printAttention({ model, people, notEnrolled, closed, attentive, closing, away }: AttentionReport): void {
  const count = ({ rate, n }: BoundedRate): string => `${Math.round(rate * n)} of ${n}`;
  printLine(`experiment attention, model ${model}, ${people} rendered people`);
  for (const line of notEnrolledLines(notEnrolled)) printLine(line);
  printLine(
    `unlocks with eyes closed: ${count(closed.unlocked)}, 95 % ${bounds(closed.unlocked)}; attention alone stopped ${closed.stopped}`,
  );
  printLine(
    `attentive owners refused for attention: ${count(attentive.refused)}, ${percent(attentive.refused.rate)}, 95 % ${bounds(attentive.refused)}`,
  );
  const others = Object.entries(attentive.other).map(([reason, n]) => `${reason} ${n}`);
  printLine(`attentive owners refused for other reasons: ${others.length === 0 ? 'none' : others.join(', ')}`);
  const half = away.halfRefusedDeg;
  printLine(`half are refused from a gaze ${half === undefined ? 'that was not found' : `${half.toFixed(1)} degrees from the camera`}`);
  for (const [title, rows] of [
    ['eyes on the screen', attentive.groups],
    ['lids half down', closing],
    ['gaze away from the camera', away.groups],
  ] as const) {
    printLine();
    printTable(
      [title, 'looks', 'refused for attention', '95 %'],
      rows.map(({ group, refused }) => [group, ...rateCells(refused)]),
    );
  }
}

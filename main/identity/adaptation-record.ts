import { isCore } from './comparison.ts';
import type { Template } from './template.ts';

/** Service of one learned vector. */
export interface LearnedUse {
  readonly templateId: string;
  /** Unlocks it took part in. */
  readonly uses: number;
  readonly lastUsedAtMs: number;
  /** Looks of the owner in a row that it did not match. */
  readonly unmatched: number;
}

/** One line of the undo log: a vector learned, and the rows of those it replaced. */
export interface LearnedChange {
  readonly templateId: string;
  readonly atMs: number;
  readonly replaced: readonly LearnedUse[];
}

/**
 * What is kept of adaptation beside the vectors: plain JSON, one record per person, sealed with the templates. Times are wall-clock ms since 1970.
 */
export interface AdaptationRecord {
  readonly version: 1;
  /** One row for each learned vector, in the order of learning. */
  readonly learned: readonly LearnedUse[];
  /** Ids of the vectors learned last, oldest first, for the direction of updates; these may have left service. */
  readonly trail: readonly string[];
  /** When a vector was last learned, or refused for its direction; `null` before the first. Undoing does not change it. */
  readonly updateTakenAtMs: number | null;
  /** Failed looks since the last unlock by face or passcode. */
  readonly failedLooks: number;
  /** Until when nothing is learned after failures. */
  readonly suspendedUntilMs: number | null;
  /** The latest wall-clock time seen: an earlier one means that the clock was set back. */
  readonly latestAtMs: number;
  /** Oldest first. */
  readonly undo: readonly LearnedChange[];
}

/** One person's templates with all that adaptation knows of them. Values only: every change makes a new one. */
export interface Adaptation {
  /** Vectors of the enrolment. No function of adaptation changes or drops one. */
  readonly core: readonly Template[];
  /** Vectors in service that were learned. */
  readonly learned: readonly Template[];
  /** Learned vectors out of service, kept for the undo log and the direction of updates; never compared with a probe. */
  readonly shelved: readonly Template[];
  readonly record: AdaptationRecord;
}

const emptyRecord: AdaptationRecord = {
  version: 1,
  learned: [],
  trail: [],
  updateTakenAtMs: null,
  failedLooks: 0,
  suspendedUntilMs: null,
  latestAtMs: 0,
  undo: [],
};

/** After an enrolment: its vectors and nothing learned. */
export function beginAdaptation(core: readonly Template[]): Adaptation {
  return { core: core.filter(isCore), learned: [], shelved: [], record: emptyRecord };
}

/**
 * Puts together what was stored. Whatever does not fit is left out to the safe side: a learned vector without its row or with two of them does not
 * serve, a row without its vector goes, undo steps whose vectors are missing go with all before them.
 */
export function openAdaptation(templates: readonly Template[], shelved: readonly Template[], record: AdaptationRecord): Adaptation {
  const served = templates.filter((template) => !isCore(template) && rowsOf(record.learned, template.id).length === 1);
  const adaptation = {
    core: templates.filter(isCore),
    learned: served,
    shelved,
    record: { ...record, learned: record.learned.filter(({ templateId }) => served.some(({ id }) => id === templateId)) },
  };
  return tidied(adaptation);
}

/** What a look of this person is compared with, and what is stored as their templates. */
export function templatesInService({ core, learned }: Adaptation): Template[] {
  return [...core, ...learned];
}

/** Undo steps and shelves hold what can still be undone or is needed for the direction of updates, and nothing else. */
export function tidied({ core, learned, shelved, record }: Adaptation): Adaptation {
  const isKnown = (id: string): boolean => [...learned, ...shelved].some((template) => template.id === id);
  const trail = record.trail.filter(isKnown);
  const undo = undoable(record.undo, learned).filter(({ replaced }) => replaced.every(({ templateId }) => isKnown(templateId)));
  const named = new Set([...trail, ...undo.flatMap(({ replaced }) => replaced.map(({ templateId }) => templateId))]);
  const rest = shelved.filter(({ id }) => named.has(id) && !learned.some((template) => template.id === id));
  return { core, learned, shelved: rest, record: { ...record, undo, trail } };
}

/** Steps whose vector serves still, or would again if a later step were undone. */
function undoable(undo: readonly LearnedChange[], learned: readonly Template[]): LearnedChange[] {
  const alive = new Set(learned.map(({ id }) => id));
  const newestFirst: LearnedChange[] = [];
  for (const change of undo.toReversed()) {
    if (!alive.has(change.templateId)) continue;
    for (const { templateId } of change.replaced) alive.add(templateId);
    newestFirst.push(change);
  }
  return newestFirst.toReversed();
}

/** Takes vectors out of service onto the shelf. */
export function withdrawn(adaptation: Adaptation, leaves: (use: LearnedUse, template: Template) => boolean): Adaptation {
  const leaving = adaptation.learned.filter((template) =>
    rowsOf(adaptation.record.learned, template.id).some((use) => leaves(use, template)),
  );
  if (leaving.length === 0) return adaptation;
  const goes = (id: string): boolean => leaving.some((template) => template.id === id);
  return tidied({
    core: adaptation.core,
    learned: adaptation.learned.filter(({ id }) => !goes(id)),
    shelved: [...adaptation.shelved, ...leaving],
    record: { ...adaptation.record, learned: adaptation.record.learned.filter(({ templateId }) => !goes(templateId)) },
  });
}

function rowsOf(rows: readonly LearnedUse[], id: string): LearnedUse[] {
  return rows.filter(({ templateId }) => templateId === id);
}

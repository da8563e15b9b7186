import { type Adaptation, beginAdaptation, tidied } from './adaptation-record.ts';

/**
 * Takes back the vector learned last of those that can be undone, and puts what it replaced into service again. The day's update stays taken,
 * and failures stay counted. `undefined` where there is nothing to undo. What comes back may have expired meanwhile: see `withoutExpired`.
 */
export function undoLastChange({ core, learned, shelved, record }: Adaptation): Adaptation | undefined {
  const change = record.undo.at(-1);
  if (change === undefined) return undefined;
  const stays = (id: string): boolean => id !== change.templateId;
  const back = shelved.filter(({ id }) => change.replaced.some(({ templateId }) => templateId === id));
  return tidied({
    core,
    learned: [...back, ...learned.filter(({ id }) => stays(id))],
    shelved,
    record: {
      ...record,
      // In front: what was replaced was the oldest of its path.
      learned: [...change.replaced, ...record.learned.filter(({ templateId }) => stays(templateId))],
      trail: record.trail.filter(stays),
      undo: record.undo.slice(0, -1),
    },
  });
}

/** Forgets everything learned, and how it was learned: the enrolled core is what remains. Limits on learning stay as they are. */
export function forgetLearned(adaptation: Adaptation): Adaptation {
  const fresh = beginAdaptation(adaptation.core);
  const { updateTakenAtMs, failedLooks, suspendedUntilMs, latestAtMs } = adaptation.record;
  return { ...fresh, record: { ...fresh.record, updateTakenAtMs, failedLooks, suspendedUntilMs, latestAtMs } };
}

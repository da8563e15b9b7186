import type { Observation } from '../contract/observation.ts';
import { type Adaptation, type LearnedUse, templatesInService, withdrawn } from './adaptation-record.ts';
import type { AdaptationRules } from './adaptation-rules.ts';
import { compareWithTemplates } from './comparison.ts';
import { type AdaptationStep, learnFace, notLearned, type Situation } from './learning.ts';
import { embeddingDistance } from './matcher.ts';

/**
 * After a look that matched this person: counts the unlock for the learned vectors, and may learn the face of `observation`, the frame that ended
 * the look (success path). How far it is from the enrolled core decides: a match through a learned vector opens no way beyond it.
 */
export function afterMatch(adaptation: Adaptation, observation: Observation, situation: Situation): AdaptationStep {
  const { model, rules, wallMs } = situation;
  const current = withoutExpired(adaptation, rules, wallMs);
  const vector = observation.kind === 'face' ? observation.embedding : undefined;
  const comparison = vector === undefined ? undefined : compareWithTemplates(vector, model, templatesInService(current), rules);
  if (vector === undefined || comparison?.accepted !== true) return notLearned(current, 'not-a-match');
  // In the dark every vector lies farther: that the learned ones do not match then is no sign of age.
  const looked =
    observation.kind === 'face' && observation.infrared === true
      ? noted(current, wallMs, 0)
      : countLook(noted(current, wallMs, 0), vector, rules);
  const counted = countUse(looked, comparison.template.id);
  const unlocked = withoutExpired(counted, rules, wallMs);
  if (adaptation.record.failedLooks > 0) return notLearned(unlocked, 'failed-looks');
  return learnFace(unlocked, observation, 'learned-success', rules.learn, situation);
}

/** After a look that ended with a face judged and refused (not recognised, not alive). Too many in a row suspend learning for a day. */
export function afterFailedLook(adaptation: Adaptation, rules: AdaptationRules, wallMs: number): Adaptation {
  const failedLooks = adaptation.record.failedLooks + 1;
  const failed = noted(adaptation, wallMs, failedLooks);
  if (failedLooks < rules.suspendingFailedLooks) return failed;
  return { ...failed, record: { ...failed.record, suspendedUntilMs: failed.record.latestAtMs + rules.suspensionMs } };
}

/** Takes vectors out of service that have served their unlocks, lay unused too long, or that the owner stopped matching. */
export function withoutExpired(adaptation: Adaptation, rules: AdaptationRules, wallMs: number): Adaptation {
  return withdrawn(adaptation, (use, template) => {
    if (template.origin === 'enrolled' || template.origin === 'enrolled-alternate') return false;
    const limits = rules.limits[template.origin];
    return use.uses >= limits.maximumUses || use.unmatched >= limits.maximumUnmatched || wallMs - use.lastUsedAtMs > limits.maximumIdleMs;
  });
}

/** Takes note of the time and of failed looks in a row. A clock that is no number is not noted. */
export function noted(adaptation: Adaptation, wallMs: number, failedLooks: number): Adaptation {
  const latestAtMs = Number.isFinite(wallMs) ? Math.max(adaptation.record.latestAtMs, wallMs) : adaptation.record.latestAtMs;
  return { ...adaptation, record: { ...adaptation.record, latestAtMs, failedLooks } };
}

/** Counts a look of the owner for each learned vector: whether it would have matched. */
export function countLook(adaptation: Adaptation, vector: Float32Array, rules: AdaptationRules): Adaptation {
  const learned = adaptation.record.learned.map((use): LearnedUse => {
    const template = adaptation.learned.find(({ id }) => id === use.templateId);
    const matches = template !== undefined && embeddingDistance(vector, template.vector) <= rules.unlockByLearned;
    return { ...use, unmatched: matches ? 0 : use.unmatched + 1 };
  });
  return { ...adaptation, record: { ...adaptation.record, learned } };
}

function countUse({ record, ...rest }: Adaptation, usedId: string): Adaptation {
  const learned = record.learned.map((use) =>
    use.templateId === usedId ? { ...use, uses: use.uses + 1, lastUsedAtMs: Math.max(use.lastUsedAtMs, record.latestAtMs) } : use,
  );
  return { ...rest, record: { ...record, learned } };
}

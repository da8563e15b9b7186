import type { Observation } from '../../contract/observation.ts';
import { afterFailedLook, afterMatch } from '../../identity/adaptation.ts';
import { type Adaptation, beginAdaptation, templatesInService } from '../../identity/adaptation-record.ts';
import type { AdaptationRules } from '../../identity/adaptation-rules.ts';
import { compareWithTemplates } from '../../identity/comparison.ts';
import type { LearningOutcome } from '../../identity/learning.ts';
import { embeddingDistance } from '../../identity/matcher.ts';
import { afterPasscode, nearMissOf, observeCapture } from '../../identity/near-miss.ts';
import type { Template } from '../../identity/template.ts';

/** What an offered vector did to a defence. `direction`: it was refused for the direction of updates. */
export type Offer = 'learned' | 'direction' | 'not-learned';

/** A set of templates that decides and may learn. Values only, so that an attacker who knows everything may try a move before making it. */
export interface Defence {
  readonly vectors: readonly Float32Array[];
  accepts(probe: Float32Array): boolean;
  /** Shows a face a day after the last one: the daily limit then stops nobody, which is the attacker's best case. */
  offer(probe: Float32Array): { readonly defence: Defence; readonly offer: Offer };
}

/** Without any guard: whatever matches is learned and counts like the enrolment. The published attack's target, with an unlimited window. */
export function unguarded(vectors: readonly Float32Array[], unlock: number): Defence {
  const accepts = (probe: Float32Array): boolean => vectors.some((vector) => embeddingDistance(vector, probe) <= unlock);
  return {
    vectors,
    accepts,
    offer: (probe) =>
      accepts(probe)
        ? { defence: unguarded([...vectors, probe], unlock), offer: 'learned' }
        : { defence: unguarded(vectors, unlock), offer: 'not-learned' },
  };
}

/** What the person in front of a guarded lock knows. With the passcode a near miss leads to a new capture. */
export type Knowledge = 'face-only' | 'passcode';

const dayMs = 86_400_000;
/** Any moment: only differences count. */
const firstDayMs = 1_700_000_000_000;

/** Facelatch's own rules, by the functions the app calls. */
export function guarded(core: readonly Float32Array[], rules: AdaptationRules, knowledge: Knowledge): Defence {
  return defenceOf({ adaptation: beginAdaptation(coreTemplates(core)), day: 0 }, rules, knowledge);
}

/** Enrolled templates of these vectors. */
export function coreTemplates(core: readonly Float32Array[]): Template[] {
  return core.map((vector, index) => ({
    id: `core-${index}`,
    origin: 'enrolled',
    model,
    vector,
    yawDeg: 0,
    pitchDeg: 0,
    createdAtMs: firstDayMs,
  }));
}

const model = 'sface';

interface Guarded {
  readonly adaptation: Adaptation;
  readonly day: number;
}

function defenceOf(state: Guarded, rules: AdaptationRules, knowledge: Knowledge): Defence {
  const service = templatesInService(state.adaptation);
  return {
    vectors: service.map(({ vector }) => vector),
    accepts: (probe) => compareWithTemplates(probe, model, service, rules)?.accepted === true,
    offer: (probe) => {
      const day = state.day + 1;
      const { adaptation, outcome } = lookAt(state.adaptation, probe, day, rules, knowledge);
      return { defence: defenceOf({ adaptation, day }, rules, knowledge), offer: offerOf(outcome) };
    },
  };
}

/** One look, and the passcode after it where it failed and the passcode is known. */
export function lookAt(
  adaptation: Adaptation,
  probe: Float32Array,
  day: number,
  rules: AdaptationRules,
  knowledge: Knowledge,
): { readonly adaptation: Adaptation; readonly outcome: LearningOutcome | undefined } {
  const startMs = day * dayMs;
  const situation = (afterMs: number) => ({
    model,
    rules,
    learning: 'on' as const,
    nowMs: startMs + afterMs,
    wallMs: firstDayMs + startMs + afterMs,
    newId: `learned-${day}`,
  });
  const seen = observationOf(probe, startMs);
  const accepted = compareWithTemplates(probe, model, templatesInService(adaptation), rules)?.accepted === true;
  if (accepted) return afterMatch(adaptation, seen, situation(20));
  const failed = afterFailedLook(adaptation, rules, situation(20).wallMs);
  if (knowledge === 'face-only') return { adaptation: failed, outcome: undefined };
  let step = afterPasscode(failed, nearMissOf(failed, seen, situation(20)), rules, startMs + 5_000, situation(5_000).wallMs);
  let outcome: LearningOutcome | undefined;
  for (let frame = 1; frame <= rules.captureFrames && step.nearMiss.kind === 'confirmed'; frame++) {
    const atMs = 5_000 + frame * 33;
    const captured = observeCapture(step.adaptation, step.nearMiss, observationOf(probe, startMs + atMs), situation(atMs + 20));
    step = captured;
    outcome = captured.outcome;
  }
  return { adaptation: step.adaptation, outcome };
}

function offerOf(outcome: LearningOutcome | undefined): Offer {
  if (outcome === undefined) return 'not-learned';
  if (outcome.kind === 'learned') return 'learned';
  return outcome.reason === 'steady-drift' ? 'direction' : 'not-learned';
}

/** A good, living, attentive face: the attack is given everything but the vector's distance. */
function observationOf(embedding: Float32Array, capturedAtMs: number): Observation {
  return {
    kind: 'face',
    stamp: { sequence: Math.round(capturedAtMs), capturedAtMs },
    box: { left: 0, top: 0, width: 160, height: 160 },
    faces: 1,
    pose: { yawDeg: 0, pitchDeg: 0, rollDeg: 0 },
    distanceMm: 600,
    quality: { kind: 'good' },
    liveness: { kind: 'live', score: 1, cues: [] },
    attention: { kind: 'attentive', leftBlink: 0, rightBlink: 0, gazeDeg: 0 },
    embedding,
  };
}

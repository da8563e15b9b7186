import { afterMatch } from '../../../main/identity/adaptation.ts';
import { type Adaptation, beginAdaptation } from '../../../main/identity/adaptation-record.ts';
import { type AdaptationRules, adaptationRulesOf } from '../../../main/identity/adaptation-rules.ts';
import type { AdaptationStep, Situation } from '../../../main/identity/learning.ts';
import { afterPasscode, nearMissOf, observeCapture } from '../../../main/identity/near-miss.ts';
import type { Template } from '../../../main/identity/template.ts';
import { type FaceObservation, faceObservation, vectorOf } from './observations.ts';

export const rules = adaptationRulesOf('sface') as AdaptationRules;
/** A distance from the enrolment that is a near miss. */
export const near = (rules.unlock + rules.reach) / 2;
export const dayMs = 86_400_000;
/** Any day. */
export const startWallMs = 1_750_000_000_000;

const directions = new Map<number, Float32Array>();

/** A vector at exactly this distance from another, in the direction that `towards` chooses. */
export function vectorAt(from: Float32Array, distance: number, towards: number): Float32Array {
  const other = directions.get(towards) ?? vectorOf(5000 + towards);
  directions.set(towards, other);
  const along = other.reduce((sum, value, index) => sum + value * (from[index] as number), 0);
  const aside = other.map((value, index) => value - along * (from[index] as number));
  const length = Math.hypot(...aside);
  const cosine = 1 - distance ** 2 / 2;
  const sine = Math.sqrt(1 - cosine ** 2);
  return from.map((value, index) => cosine * value + (sine * (aside[index] as number)) / length);
}

/** One enrolled vector, so that distances from the core are exact. */
export const enrolled: Template = {
  id: 'core',
  origin: 'enrolled',
  model: 'sface',
  vector: vectorOf(1),
  yawDeg: 0,
  pitchDeg: 0,
  createdAtMs: startWallMs,
};
export const owner: Adaptation = beginAdaptation([enrolled]);

/** A look of the owner at this distance from the enrolment. */
export function lookAt(
  distance: number,
  towards: number,
  changes: Partial<Omit<FaceObservation, 'kind' | 'stamp'>> = {},
  capturedAtMs = 0,
): FaceObservation {
  return faceObservation(capturedAtMs, { embedding: vectorAt(enrolled.vector, distance, towards), ...changes });
}

export function situation(wallMs: number, changes: Partial<Situation> = {}): Situation {
  return { model: 'sface', rules, learning: 'on', nowMs: wallMs - startWallMs, wallMs, newId: `at-${wallMs}`, ...changes };
}

/** A match on day `day`, at this distance from the enrolment. */
export function matchOn(adaptation: Adaptation, day: number, distance: number, towards: number): AdaptationStep {
  return afterMatch(adaptation, lookAt(distance, towards), situation(startWallMs + day * dayMs));
}

/** A near miss on day `day`, the passcode right after, and a capture of frames at `captured` from the enrolment. */
export function nearMissOn(adaptation: Adaptation, day: number, distance: number, towards: number, captured = distance): AdaptationStep {
  const wallMs = startWallMs + day * dayMs;
  const nowMs = day * dayMs;
  const seen = nearMissOf(adaptation, lookAt(distance, towards, {}, nowMs), situation(wallMs));
  let step = afterPasscode(adaptation, seen, rules, nowMs + 5_000, wallMs + 5_000);
  let last: AdaptationStep = { adaptation: step.adaptation, outcome: { kind: 'not-learned', reason: 'no-near-miss' } };
  for (let frame = 1; frame <= rules.captureFrames && step.nearMiss.kind === 'confirmed'; frame++) {
    const atMs = 5_000 + frame * 40;
    const capture = observeCapture(
      step.adaptation,
      step.nearMiss,
      lookAt(captured, towards, {}, nowMs + atMs),
      situation(wallMs + atMs + 10),
    );
    step = capture;
    last = capture;
  }
  return last;
}

import type { Observation } from '../contract/observation.ts';
import { countLook } from './adaptation.ts';
import type { Adaptation } from './adaptation-record.ts';
import type { AdaptationRules } from './adaptation-rules.ts';
import { type AdaptationStep, coreDistance, learnFace, notLearned, readFace, type Situation } from './learning.ts';
import { embeddingDistance } from './matcher.ts';

/**
 * Where the near-miss path stands. Kept in memory only, until the lock closes again. `seen`: a look nearly matched. `confirmed`: the passcode
 * was typed right after, and a new capture of the same face is awaited; the vector of the near miss is only compared with, never learned.
 */
export type NearMiss =
  | { readonly kind: 'none' }
  | { readonly kind: 'seen'; readonly capturedAtMs: number; readonly vector: Float32Array }
  | {
      readonly kind: 'confirmed';
      readonly confirmedAtMs: number;
      readonly vector: Float32Array;
      readonly lastCapturedAtMs: number;
      readonly frames: number;
    };

/** No near miss; also what a wrong passcode, a new lock or a switch-off makes of one. */
export const noNearMiss: NearMiss = { kind: 'none' };

/** A frame older than this was not taken of who sits there now. As in a look. */
const maximumAgeMs = 2000;

/**
 * Reads the frame that ended a failed look: a near miss is a good, living, attentive face beyond `rules.unlock` of the core and within `rules.reach`.
 * Call after `afterFailedLook`: from the third failed look in a row on there is none.
 */
export function nearMissOf(
  adaptation: Adaptation,
  observation: Observation,
  { model, rules }: Pick<Situation, 'model' | 'rules'>,
): NearMiss {
  const reading = readFace(observation);
  if (reading.kind === 'fault' || adaptation.record.failedLooks >= rules.nearMissFailedLooks) return noNearMiss;
  const distance = coreDistance(adaptation, reading.face.embedding, model);
  if (!(distance > rules.unlock && distance <= rules.reach)) return noNearMiss;
  return { kind: 'seen', capturedAtMs: observation.stamp.capturedAtMs, vector: Float32Array.from(reading.face.embedding) };
}

/** The adaptation and where the near-miss path stands after the right passcode. */
export interface PasscodeStep {
  readonly adaptation: Adaptation;
  readonly nearMiss: NearMiss;
}

/**
 * After this person's right passcode: failed looks are forgiven, and a near miss shortly before is confirmed. Learned vectors that did not match the
 * near miss come one look nearer to being dropped. The passcode also vouches for a clock that was set back.
 */
export function afterPasscode(
  adaptation: Adaptation,
  nearMiss: NearMiss,
  rules: AdaptationRules,
  nowMs: number,
  wallMs: number,
): PasscodeStep {
  const forgiven = withClock(adaptation, rules, wallMs);
  if (nearMiss.kind !== 'seen') return { adaptation: forgiven, nearMiss: noNearMiss };
  const sinceMs = nowMs - nearMiss.capturedAtMs;
  const confirmed: NearMiss = { kind: 'confirmed', confirmedAtMs: nowMs, vector: nearMiss.vector, lastCapturedAtMs: nowMs, frames: 0 };
  return {
    adaptation: countLook(forgiven, nearMiss.vector, rules),
    nearMiss: sinceMs >= 0 && sinceMs <= rules.passcodeWithinMs ? confirmed : noNearMiss,
  };
}

export interface CaptureStep extends AdaptationStep {
  readonly nearMiss: NearMiss;
}

/**
 * Takes in a frame after the passcode. Several frames in time, each newer than the last, each a good, living, attentive face near to the near
 * miss and within reach of the core, make the new capture, whose last frame may be learned. Anything that is another face or a picture ends the path.
 */
export function observeCapture(adaptation: Adaptation, nearMiss: NearMiss, observation: Observation, situation: Situation): CaptureStep {
  const { rules, nowMs, model } = situation;
  if (nearMiss.kind !== 'confirmed') return { ...notLearned(adaptation, 'no-near-miss'), nearMiss };
  if (!(nowMs - nearMiss.confirmedAtMs <= rules.captureWithinMs)) return { ...notLearned(adaptation, 'too-late'), nearMiss: noNearMiss };
  const { capturedAtMs } = observation.stamp;
  const isFresh = capturedAtMs > nearMiss.lastCapturedAtMs && nowMs - capturedAtMs <= maximumAgeMs;
  if (!isFresh) return { ...notLearned(adaptation, 'stale-frame'), nearMiss };
  const reading = readFace(observation);
  if (reading.kind === 'fault')
    return { ...notLearned(adaptation, reading.fault), nearMiss: reading.fault === 'not-live' ? noNearMiss : nearMiss };
  const { embedding } = reading.face;
  if (!(embeddingDistance(embedding, nearMiss.vector) <= rules.unlockByLearned))
    return { ...notLearned(adaptation, 'other-face'), nearMiss: noNearMiss };
  if (!(coreDistance(adaptation, embedding, model) <= rules.reach)) return { ...notLearned(adaptation, 'too-far-from-core'), nearMiss };
  const frames = nearMiss.frames + 1;
  if (frames < rules.captureFrames)
    return { ...notLearned(adaptation, 'more-frames'), nearMiss: { ...nearMiss, frames, lastCapturedAtMs: capturedAtMs } };
  return { ...learnFace(adaptation, observation, 'learned-near-miss', rules.reach, situation), nearMiss: noNearMiss };
}

function withClock(adaptation: Adaptation, rules: AdaptationRules, wallMs: number): Adaptation {
  const { record } = adaptation;
  if (!Number.isFinite(wallMs)) return { ...adaptation, record: { ...record, failedLooks: 0 } };
  const notAfter = (timeMs: number | null, latestMs: number): number | null => (timeMs === null ? null : Math.min(timeMs, latestMs));
  return {
    ...adaptation,
    record: {
      ...record,
      failedLooks: 0,
      latestAtMs: wallMs,
      updateTakenAtMs: notAfter(record.updateTakenAtMs, wallMs),
      suspendedUntilMs: notAfter(record.suspendedUntilMs, wallMs + rules.suspensionMs),
    },
  };
}

import type { Observation } from '../../contract/observation.ts';
import { afterFailedLook, afterMatch, withoutExpired } from '../../identity/adaptation.ts';
import { type Adaptation, templatesInService } from '../../identity/adaptation-record.ts';
import type { AdaptationRules } from '../../identity/adaptation-rules.ts';
import type { LearningOutcome, Situation } from '../../identity/learning.ts';
import { beginLook, observeLook } from '../../identity/look.ts';
import { afterPasscode, nearMissOf, observeCapture } from '../../identity/near-miss.ts';

/** How a look of everyday life ended: by the face, by the passcode after a refusal, or by the passcode because nothing could be judged. */
export type DayEnd = 'face' | 'refused' | 'unjudged';

/** A person's templates after a look, and what was learned of it. */
export interface DayStep {
  readonly adaptation: Adaptation;
  readonly end: DayEnd;
  readonly outcome: LearningOutcome | undefined;
}

export const dayMs = 24 * 3_600_000;
const firstDayMs = 1_700_000_000_000;
/** Between frames of a look. */
const frameMs = 33;
/** The lock gives a look up after this many frames without a verdict. */
const lookFrames = 40;
/** From the end of a failed look to the passcode. */
const typingMs = 4_000;

/**
 * One look of the owner at their own lock on some day, by the functions the app would call: the look, and after a match the success path, after a refusal the
 * passcode, which the owner knows, and the near-miss path. The recording's frames come again and again, as from a camera that goes on seeing the same.
 */
export function liveLook(
  adaptation: Adaptation,
  recording: readonly Observation[],
  day: number,
  model: string,
  rules: AdaptationRules,
): DayStep {
  const startMs = day * dayMs;
  const situation = (nowMs: number): Situation => ({
    model,
    rules,
    learning: 'on',
    nowMs,
    wallMs: firstDayMs + nowMs,
    newId: `learned-${day}`,
  });
  const current = withoutExpired(adaptation, rules, firstDayMs + startMs);
  const gallery = { personId: 'owner', templates: templatesInService(current) };
  let look = beginLook(startMs);
  for (let frame = 1; frame <= lookFrames && recording.length > 0; frame++) {
    const nowMs = startMs + frame * frameMs;
    const observation = at(recording, frame, nowMs);
    const step = observeLook(look, observation, [gallery], model, { attention: true }, nowMs);
    look = step.look;
    if (step.verdict?.kind === 'match') return { end: 'face', ...afterMatch(current, observation, situation(nowMs)) };
    if (step.verdict?.kind === 'refuse') return { end: 'refused', ...byPasscode(current, recording, frame, observation, situation) };
  }
  const typedMs = startMs + lookFrames * frameMs + typingMs;
  const { adaptation: next } = afterPasscode(current, { kind: 'none' }, rules, typedMs, firstDayMs + typedMs);
  return { adaptation: next, end: 'unjudged', outcome: undefined };
}

/** The passcode after a refused look, and the new capture where that was a near miss. */
function byPasscode(
  current: Adaptation,
  recording: readonly Observation[],
  frame: number,
  last: Observation,
  situation: (nowMs: number) => Situation,
): Pick<DayStep, 'adaptation' | 'outcome'> {
  const endedMs = last.stamp.capturedAtMs;
  const ended = situation(endedMs);
  const { rules } = ended;
  const failed = afterFailedLook(current, rules, ended.wallMs);
  const typed = situation(endedMs + typingMs);
  let step = afterPasscode(failed, nearMissOf(failed, last, ended), rules, typed.nowMs, typed.wallMs);
  let outcome: LearningOutcome | undefined;
  for (let shown = 1; shown <= lookFrames && step.nearMiss.kind === 'confirmed'; shown++) {
    const nowMs = typed.nowMs + shown * frameMs;
    const captured = observeCapture(step.adaptation, step.nearMiss, at(recording, frame + shown, nowMs), situation(nowMs));
    step = captured;
    outcome = captured.outcome;
  }
  return { adaptation: step.adaptation, outcome };
}

function at(recording: readonly Observation[], frame: number, capturedAtMs: number): Observation {
  const observation = recording[frame % recording.length] as Observation;
  return { ...observation, stamp: { sequence: frame, capturedAtMs } };
}

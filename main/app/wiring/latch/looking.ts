import type { Decision } from '../../../contract/decision.ts';
import type { Observation } from '../../../contract/observation.ts';
import { refusalSentences } from '../../../contract/sentences.ts';
import { LookDesk } from '../look-desk.ts';
import { sayRefused } from './notices.ts';
import { show } from './showing.ts';
import { cameraOf, isLocked, type LatchState, modelOf } from './state.ts';

/** Somebody woke the screen: look at them as soon as possible. */
export function look(latch: LatchState): void {
  const { kind } = latch.keeper.state;
  if (kind !== 'locked' && kind !== 'cooling-down') return;
  latch.lookWanted = true;
  lookIfWanted(latch);
  show(latch);
}

/** Begins the look that was asked for, once the lock, the camera and the network allow it. */
export function lookIfWanted(latch: LatchState): void {
  if (!latch.lookWanted || latch.keeper.state.kind !== 'locked') return;
  if (modelOf(latch) === undefined || cameraOf(latch) === undefined) return;
  latch.lookWanted = false;
  latch.keeper.happen({ kind: 'look-started' });
}

/** The lock orders a look. */
export function startLook(latch: LatchState): void {
  const camera = cameraOf(latch);
  if (camera === undefined) return;
  const { monotonicMs, wallMs } = latch.world.clocks();
  latch.notice = undefined;
  latch.insight.begin(wallMs);
  latch.look = new LookDesk(monotonicMs, { attention: latch.settings.attentionRequired });
  latch.vision.watch(camera, 'unlock');
}

/** The lock orders its end. */
export function stopLook(latch: LatchState): void {
  endInsight(latch, undefined);
  latch.look = undefined;
  latch.vision.stop();
}

/** One frame of the look under way. */
export function observeLook(latch: LatchState, desk: LookDesk, observation: Observation, model: string): void {
  latch.insight.observe(observation);
  const decision = desk.observe(observation, latch.learning.galleries(model), model, latch.world.clocks().monotonicMs);
  if (decision !== undefined) decide(latch, decision, observation, model);
}

/** `observation` ended the look. */
function decide(latch: LatchState, decision: Decision, observation: Observation, model: string): void {
  if (decision.kind === 'match') latch.entry = { by: 'face', wallMs: latch.world.clocks().wallMs };
  endInsight(latch, decision);
  try {
    // Before the lock decides, which may seal what failures are counted in.
    if (decision.kind === 'refuse') latch.learning.onRefusal(decision.reason, observation, model);
  } finally {
    latch.keeper.happen({ kind: 'decision', decision });
  }
  if (decision.kind === 'refuse') sayRefused(latch, refusalSentences[decision.reason]);
  // The screen opens first: learning delays nobody, and where it fails nothing but the learning is lost.
  else latch.world.later(() => learnFromMatch(latch, decision.personId, observation, model), 0);
}

function learnFromMatch(latch: LatchState, personId: string, observation: Observation, model: string): void {
  if (isLocked(latch)) return;
  const outcome = latch.learning.onMatch(personId, observation, model);
  if (outcome !== undefined) latch.insight.learned(personId, outcome);
  show(latch);
}

function endInsight(latch: LatchState, decision: Decision | undefined): void {
  const model = modelOf(latch);
  latch.insight.end(decision, latch.look?.look, model === undefined ? [] : latch.learning.galleries(model), model);
}

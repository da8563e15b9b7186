import type { Observation } from '../../../contract/observation.ts';
import { cameraOf, type LatchState, modelOf } from './state.ts';

/*
 * The new capture after a look that nearly matched and the passcode typed right after.
 */

export function captureAfterPasscode(latch: LatchState, personId: string): void {
  const camera = cameraOf(latch);
  if (!latch.learning.onPasscode(personId, modelOf(latch))) return;
  if (camera === undefined) latch.learning.forgetNearMisses();
  else latch.vision.watch(camera, 'unlock');
}

export function observeCapture(latch: LatchState, observation: Observation, model: string): void {
  const captured = latch.learning.observeCapture(observation, model);
  if (captured === undefined) return;
  latch.insight.learned(captured.personId, captured.outcome);
  latch.vision.stop();
}

/** Ends the capture where one is under way; what was nearly a match is nobody's from then on. */
export function stopCapture(latch: LatchState): void {
  if (latch.learning.isCapturing) latch.vision.stop();
  latch.learning.forgetNearMisses();
}

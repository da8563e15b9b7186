import type { WorkerReport } from '../../../contract/worker-messages.ts';
import { goOnWithEnrolment, observeEnrolment, stopEnrolment } from './enrolling.ts';
import { lookIfWanted, observeLook } from './looking.ts';
import { observeCapture, stopCapture } from './near-miss-capture.ts';
import { say } from './notices.ts';
import { show } from './showing.ts';
import { type LatchState, modelOf } from './state.ts';

/** The vision thread says something: of itself, of its cameras, of one frame of the watch under way. */
export function onReport(latch: LatchState, report: WorkerReport): void {
  const { vision } = latch;
  const becameReady = vision.onReport(report);
  if (becameReady || report.kind === 'cameras') goOnWithVision(latch);
  if (report.kind === 'failed') stopWatching(latch, report.sentence);
  if (report.kind === 'camera' && vision.isCurrent(report.look)) onCamera(latch, report);
  if (report.kind === 'observation' && vision.isCurrent(report.look)) onObservation(latch, report);
  show(latch);
}

export function onVisionDeath(latch: LatchState): void {
  latch.vision.onDeath();
  // A thread that said why it cannot go on is believed over the mere fact that it ended.
  const { state } = latch.vision;
  stopWatching(latch, state.kind === 'failed' ? state.sentence : 'The camera stopped for a moment.');
  show(latch);
}

function onObservation(latch: LatchState, { observation, preview }: Extract<WorkerReport, { kind: 'observation' }>): void {
  const model = modelOf(latch);
  if (latch.place.kind === 'enrol') observeEnrolment(latch, latch.place.desk, observation, preview);
  else if (latch.look !== undefined && model !== undefined) observeLook(latch, latch.look, observation, model);
  else if (latch.learning.isCapturing && model !== undefined) observeCapture(latch, observation, model);
}

function onCamera(latch: LatchState, { state, pin }: Extract<WorkerReport, { kind: 'camera' }>): void {
  if (state.kind === 'streaming') onPin(latch, pin);
  if (state.kind !== 'absent' && state.kind !== 'lost') return;
  if (state.kind === 'lost') latch.world.vault.record({ kind: 'camera-lost' });
  stopWatching(latch, state.sentence);
}

/** Somebody may have plugged in a camera of their own: only the passcode makes it the owner's. */
function onPin(latch: LatchState, pin: string | undefined): void {
  latch.pin = pin;
  const { cameraPin } = latch.settings;
  if (cameraPin !== undefined && pin !== cameraPin) stopCapture(latch);
  if (latch.keeper.state.kind !== 'scanning' || cameraPin === undefined || pin === cameraPin) return;
  latch.keeper.happen({ kind: 'require-passcode', reason: 'other-camera' });
}

/** Camera or thread are gone: a look ends undecided, an enrolment says why it stopped. */
function stopWatching(latch: LatchState, sentence: string): void {
  stopCapture(latch);
  latch.vision.stop();
  stopEnrolment(latch, sentence);
  if (latch.keeper.state.kind === 'scanning') {
    latch.keeper.happen({ kind: 'look-ended' });
    say(latch, { tone: 'plain', sentence });
  }
}

/** The thread or its cameras became known: what waited for them goes on. */
function goOnWithVision(latch: LatchState): void {
  goOnWithEnrolment(latch);
  lookIfWanted(latch);
}

import { leaveEnrolment } from './enrolling.ts';
import { stopCapture } from './near-miss-capture.ts';
import { show } from './showing.ts';
import type { LatchState } from './state.ts';

/*
 * The lock's orders to the screen. Nothing else opens it.
 */

/** How long the open padlock shows before the cover goes. */
const openingMs = 700;

export function closeScreen(latch: LatchState): void {
  try {
    leaveEverything(latch);
  } finally {
    // Whatever broke on the way: the cover comes.
    latch.cover = 'closed';
    latch.modes.close();
  }
}

export function openScreen(latch: LatchState): void {
  latch.notice = undefined;
  latch.lookWanted = false;
  latch.cover = 'opening';
  // The system's own locker shows no padlock of ours.
  if (latch.modes.on === 'session') finishOpening(latch);
  else latch.world.later(() => finishOpening(latch), openingMs);
}

function finishOpening(latch: LatchState): void {
  if (latch.cover !== 'opening') return;
  latch.cover = 'none';
  latch.vision.listCameras();
  show(latch);
  latch.modes.open();
}

/** What somebody inside had open or under way. */
function leaveEverything(latch: LatchState): void {
  latch.notice = undefined;
  latch.lookWanted = false;
  latch.activity = undefined;
  latch.insightOf = undefined;
  if (latch.cover !== 'closed') {
    latch.insight.forget();
    latch.closedAtMs = latch.world.clocks().monotonicMs;
    latch.handsWereOff = false;
  }
  if (latch.place.kind === 'enrol') leaveEnrolment(latch);
  stopCapture(latch);
}

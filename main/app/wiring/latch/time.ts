import { leaveAbandonedEnrolment } from './enrolling.ts';
import { lockWhenIdle } from './locking.ts';
import { lookIfWanted } from './looking.ts';
import { stopCapture } from './near-miss-capture.ts';
import { show } from './showing.ts';
import type { LatchState } from './state.ts';
import { lookBehindSystemLocker } from './system-locker.ts';

/** Time passed: to be called once a second. `idleMs`: how long nobody touched keys or pointer. */
export function tick(latch: LatchState, idleMs: number): void {
  latch.keeper.happen({ kind: 'tick' });
  const { monotonicMs } = latch.world.clocks();
  leaveAbandonedEnrolment(latch, monotonicMs);
  if (latch.learning.isCaptureOver()) stopCapture(latch);
  lockWhenIdle(latch, idleMs, monotonicMs);
  lookBehindSystemLocker(latch, idleMs, monotonicMs);
  lookIfWanted(latch);
  show(latch);
}

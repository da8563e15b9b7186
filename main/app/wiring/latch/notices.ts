import type { Notice } from '../views.ts';
import { show } from './showing.ts';
import type { LatchState } from './state.ts';

/** How long a notice stays. */
const noticeMs = 4000;

/** Says something on the lock screen for a moment. */
export function say(latch: LatchState, notice: Notice): void {
  latch.notice = notice;
  latch.world.later(() => {
    if (latch.notice !== notice) return;
    latch.notice = undefined;
    show(latch);
  }, noticeMs);
}

/** Says why somebody was not let in. */
export function sayRefused(latch: LatchState, sentence: string): void {
  latch.refusals += 1;
  say(latch, { tone: 'refused', sentence });
}

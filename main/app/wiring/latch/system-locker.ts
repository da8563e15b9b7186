import { lockEventOf } from '../../../session/lock-events.ts';
import type { Logind, LogindEvent } from '../../../session/logind.ts';
import { lock } from './locking.ts';
import { reportLocking } from './locking-report.ts';
import { look } from './looking.ts';
import { show } from './showing.ts';
import { isEnrolled, isLocked, type LatchState } from './state.ts';

/**
 * Behind the system's own locker nobody can ask for a look: it begins when hands are off keys and pointer for a moment after the lock closed, and then on them
 * again. Where the system tells no idle time hands never seem off: then it begins after a while, so that the one who locked can leave.
 */
const handsOffMs = 2_000;
const handsOnMs = 1_500;
const leaveTimeMs = 20_000;

/** logind says something of this session: that it shall lock, has locked or was opened, that the computer sleeps or wakes, that the lid moved. */
export function onLogind(latch: LatchState, event: LogindEvent): void {
  if (event.kind === 'locked') latch.modes.systemLockChanged(event.locked);
  if (event.kind === 'lost') latch.modes.lost('logind no longer answers.');
  const happened = lockEventOf(event);
  if (happened?.kind === 'lock') lock(latch, happened.cause);
  if (happened?.kind === 'session-opened') openedBySystem(latch);
  // Somebody may be there again.
  if ((event.kind === 'sleep' && !event.starting) || (event.kind === 'lid' && !event.closed)) look(latch);
  if (event.kind === 'locked' && !event.locked) look(latch);
  show(latch);
}

/** logind answers, for the first time or again. */
export function onLogindFound(latch: LatchState, logind: Logind, systemLocked: boolean): void {
  latch.modes.found(logind, systemLocked);
  show(latch);
}

/** Whether the screen is closed as far as anybody can tell: the system may sleep. `covered`: our covers are on every display. */
export function isScreenClosed(latch: LatchState, covered: boolean): boolean {
  return !isEnrolled(latch) || (isLocked(latch) && (covered || latch.modes.isSystemLocked));
}

/** The lock was opened by a match or the passcode and the desktop's locker was not: what is closed counts as closed. */
export function onOpeningRefused(latch: LatchState, sentence: string): void {
  latch.world.log(`the system's locker did not open: ${sentence}`);
  latch.keeper.happen({ kind: 'lock', cause: 'system' });
}

export function onModeNews(latch: LatchState): void {
  const { on, sentence } = latch.modes.view();
  const said = `${on} mode${sentence === undefined ? '' : `: ${sentence}`}`;
  if (said !== latch.modeSaid) latch.world.log(said);
  latch.modeSaid = said;
  reportLocking(latch);
  show(latch);
}

/** Behind the system's locker our windows get no key: the hands that come back are seen by the time since they last touched anything. */
export function lookBehindSystemLocker(latch: LatchState, idleMs: number, nowMs: number): void {
  if (latch.modes.on !== 'session' || latch.keeper.state.kind !== 'locked') return;
  if (idleMs >= handsOffMs || nowMs - latch.closedAtMs >= leaveTimeMs) latch.handsWereOff = true;
  if (latch.handsWereOff && idleMs < handsOnMs) look(latch);
}

function openedBySystem(latch: LatchState): void {
  const wasLocked = isLocked(latch);
  latch.keeper.happen({ kind: 'session-opened' });
  if (!wasLocked || isLocked(latch)) return;
  latch.entry = { by: 'system', wallMs: latch.world.clocks().wallMs };
  latch.learning.forgetNearMisses();
  latch.notice = undefined;
  latch.lookWanted = false;
  latch.cover = 'none';
  latch.vision.listCameras();
  latch.modes.leave();
}

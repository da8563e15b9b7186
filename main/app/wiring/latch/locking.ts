import type { LockCause } from '../../../contract/audit.ts';
import type { Reply } from '../../../contract/ipc.ts';
import { look } from './looking.ts';
import { done, notNow } from './replies.ts';
import { doneAndShown, show } from './showing.ts';
import { hasAnyFace, isEnrolled, isInside, type LatchState } from './state.ts';

/** Closes the lock. Where nobody sat before it closed (idle, sleep), it looks by itself for somebody who comes back. */
export function lock(latch: LatchState, cause: LockCause): void {
  if (!isEnrolled(latch)) return;
  try {
    if (!hasAnyFace(latch)) latch.keeper.happen({ kind: 'require-passcode', reason: 'face-off' });
  } finally {
    latch.keeper.happen({ kind: 'lock', cause });
  }
  if (cause === 'idle') look(latch);
  show(latch);
}

export function lockScreen(latch: LatchState): Reply {
  if (!isInside(latch)) return notNow;
  lock(latch, 'request');
  return done;
}

/** Locks for everything but the passcode. */
export function lockNow(latch: LatchState): Reply {
  if (!isEnrolled(latch)) return notNow;
  latch.keeper.happen({ kind: 'require-passcode', reason: 'lock-now' });
  return doneAndShown(latch);
}

/** The panic shortcut: closes at once, the face is off, keys are wiped. While locked it only does the latter two. */
export function panic(latch: LatchState): void {
  if (!isEnrolled(latch)) return;
  latch.keeper.happen({ kind: 'require-passcode', reason: 'panic' });
  show(latch);
}

/** No guardian stays alive: the lock closes, and only the passcode opens it. */
export function lockWithoutGuardian(latch: LatchState): void {
  latch.keeper.happen({ kind: 'require-passcode', reason: 'guardian-lost' });
  lock(latch, 'guardian');
}

/** Nobody touched keys or pointer for as long as the owner chose. */
export function lockWhenIdle(latch: LatchState, idleMs: number, nowMs: number): void {
  const { state } = latch.keeper;
  const limitMs = latch.settings.idleLockMinutes * 60_000;
  if (state.kind !== 'unlocked' || latch.place.kind !== 'home' || limitMs === 0) return;
  // A face that unlocked touched nothing: idleness counts from the unlock at the earliest.
  if (Math.min(idleMs, nowMs - state.sinceMs) >= limitMs) lock(latch, 'idle');
}

import type { LockCounters, StoredCounters } from '../contract/lock-counters.ts';
import type { LockMode, LockState, PasscodeReason } from '../contract/lock-state.ts';
import { usableClocks } from './clocks.ts';
import type { Clocks, Lock, LockEffect, PasscodeDesk, Step } from './lock.ts';
import { passcodeDelayMs, presumedWrongPasscodes, requiredPasscode } from './policy.ts';

/** What is known when Facelatch starts. */
export interface LockOpening {
  readonly mode: LockMode;
  /** Somebody is enrolled. Without anybody there is no passcode, so nothing is ever locked. */
  readonly enrolled: boolean;
  readonly stored: StoredCounters;
  /** Names this start of the operating system. */
  readonly bootId: string;
  /** The keystore has opened the vault, so a face could be recognised. */
  readonly unsealed: boolean;
  /** Session mode: the operating system's locker is closed now. */
  readonly sessionLocked: boolean;
}

/**
 * The lock at a start. It is open only when nobody is enrolled, when the same start of the operating system saw Facelatch end
 * unlocked and the keystore still opens the vault, or in session mode when the session is open and Facelatch did not end while locked since the
 * system started: it may have ended under a cover that stood in for the system's locker. The face works after a start only in the
 * second case: a restart, lost counters, an owed passcode or an end while locked ask for the passcode.
 */
export function openLock(opening: LockOpening, given: Clocks): Step {
  const clocks = usableClocks(given);
  const counters = countersAtStart(opening, clocks);
  const lastUnlockMs = clocks.monotonicMs - Math.max(0, clocks.wallMs - counters.lastUnlockWallMs);
  const lastPasscodeMs = clocks.monotonicMs - Math.max(0, clocks.wallMs - counters.lastPasscodeWallMs);
  const hold = opening.enrolled ? holdAtStart(opening, counters, clocks) : undefined;
  const closed =
    opening.enrolled && (opening.mode === 'session' ? sessionClosed(opening, counters) : hold === 'restart' || hold === 'counters-lost');
  const state = stateAtStart(closed, hold, counters, clocks);
  const lock: Lock = {
    mode: opening.mode,
    enrolled: opening.enrolled,
    state,
    hold,
    counters: {
      ...counters,
      locked: closed,
      bootId: opening.bootId,
      ...(opening.mode === 'session' && !closed && hold !== undefined ? { passcodeOwed: true as const } : {}),
      highestWallMs: Math.max(counters.highestWallMs, clocks.wallMs),
    },
    desk: deskAtStart(counters, clocks),
    lastAttempt: 0,
    lastUnlockMs,
    lastPasscodeMs,
    nowMs: clocks.monotonicMs,
    storedWallMs: Math.max(counters.highestWallMs, clocks.wallMs),
  };
  return { lock, effects: effectsAtStart(lock) };
}

function sessionClosed({ sessionLocked, bootId }: LockOpening, counters: LockCounters): boolean {
  return sessionLocked || (counters.locked && counters.bootId === bootId);
}

function countersAtStart(opening: LockOpening, clocks: Clocks): LockCounters {
  if (opening.stored.kind === 'counters') return opening.stored.counters;
  return {
    failedLooks: 0,
    wrongPasscodes: opening.enrolled ? presumedWrongPasscodes : 0,
    lastPasscodeWallMs: 0,
    lastUnlockWallMs: 0,
    highestWallMs: clocks.wallMs,
    locked: false,
    bootId: opening.bootId,
  };
}

function holdAtStart(opening: LockOpening, counters: LockCounters, clocks: Clocks): PasscodeReason | undefined {
  if (opening.stored.kind !== 'counters') return 'counters-lost';
  if (counters.bootId !== opening.bootId || counters.locked || counters.passcodeOwed || !opening.unsealed) return 'restart';
  const ages = {
    sinceUnlockMs: clocks.wallMs - counters.lastUnlockWallMs,
    sincePasscodeMs: clocks.wallMs - counters.lastPasscodeWallMs,
  };
  return requiredPasscode(counters, ages, clocks.wallMs);
}

function stateAtStart(closed: boolean, hold: PasscodeReason | undefined, counters: LockCounters, clocks: Clocks): LockState {
  if (!closed) return { kind: 'unlocked', sinceMs: clocks.monotonicMs };
  return hold === undefined ? { kind: 'locked', failedLooks: counters.failedLooks } : { kind: 'passcode-required', reason: hold };
}

function deskAtStart(counters: LockCounters, clocks: Clocks): PasscodeDesk {
  // The whole wait begins anew: no clock is trusted over a start.
  const delayMs = passcodeDelayMs(counters.wrongPasscodes);
  return delayMs === 0 ? { kind: 'open' } : { kind: 'waiting', untilMs: clocks.monotonicMs + delayMs };
}

function effectsAtStart(lock: Lock): readonly LockEffect[] {
  if (!lock.enrolled) return [];
  const store: LockEffect = { kind: 'store', counters: lock.counters };
  if (lock.state.kind === 'unlocked') return [store];
  const closing: LockEffect[] = [store, { kind: 'cover' }, { kind: 'record', event: { kind: 'locked', cause: 'start' } }];
  if (lock.state.kind !== 'passcode-required') return closing;
  return [...closing, { kind: 'wipe' }, { kind: 'record', event: { kind: 'passcode-required', reason: lock.state.reason } }];
}

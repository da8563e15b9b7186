import type { LockCounters } from '../../../main/contract/lock-counters.ts';
import type { LockMode } from '../../../main/contract/lock-state.ts';
import type { Clocks, Lock, LockEffect, LockEvent, Step } from '../../../main/lock/lock.ts';
import { openLock } from '../../../main/lock/open.ts';
import { step } from '../../../main/lock/step.ts';

/** Noon, 1 June 2026, in ms since 1970; where the monotonic clock stands at 1,000,000. */
export const startWallMs = Date.UTC(2026, 5, 1, 12);
export const startMs = 1_000_000;

export function at(elapsedMs: number): Clocks {
  return { monotonicMs: startMs + elapsedMs, wallMs: startWallMs + elapsedMs };
}

export const freshCounters: LockCounters = {
  failedLooks: 0,
  wrongPasscodes: 0,
  lastPasscodeWallMs: startWallMs - 60_000,
  lastUnlockWallMs: startWallMs - 60_000,
  highestWallMs: startWallMs - 60_000,
  locked: false,
  bootId: 'boot-1',
};

/** An enrolled lock, unlocked, whose face works: the same start of the system, the keystore open. */
export function unlockedLock(counters: Partial<LockCounters> = {}, mode: LockMode = 'cover'): Lock {
  return openLock(
    {
      mode,
      enrolled: true,
      stored: { kind: 'counters', counters: { ...freshCounters, ...counters } },
      bootId: 'boot-1',
      unsealed: true,
      sessionLocked: false,
    },
    at(0),
  ).lock;
}

export interface Timed {
  readonly atMs: number;
  readonly event: LockEvent;
}

/** Runs events at their times; returns the last lock and every effect. */
export function run(lock: Lock, events: readonly Timed[]): Step {
  const effects: LockEffect[] = [];
  let current = lock;
  for (const { atMs, event } of events) {
    const next = step(current, event, at(atMs));
    effects.push(...next.effects);
    current = next.lock;
  }
  return { lock: current, effects };
}

export function match(capturedAtElapsedMs: number): LockEvent {
  return { kind: 'decision', decision: { kind: 'match', personId: 'p', distance: 0.2, capturedAtMs: startMs + capturedAtElapsedMs } };
}

export const stranger: LockEvent = { kind: 'decision', decision: { kind: 'refuse', reason: 'not-recognised', distance: 1.2 } };
export const lockIt: LockEvent = { kind: 'lock', cause: 'request' };
export const look: LockEvent = { kind: 'look-started' };
export const tick: LockEvent = { kind: 'tick' };

export function kinds(effects: readonly LockEffect[]): readonly string[] {
  return effects.map((effect) => effect.kind);
}

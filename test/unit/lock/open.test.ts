import { describe, expect, test } from 'vitest';
import type { LockCounters, StoredCounters } from '../../../main/contract/lock-counters.ts';
import { type LockOpening, openLock } from '../../../main/lock/open.ts';
import { step } from '../../../main/lock/step.ts';
import { at, freshCounters, kinds, lockIt, startMs } from './build.ts';

function opening(change: Partial<LockOpening>, counters: Partial<LockCounters> = {}): LockOpening {
  const stored: StoredCounters = { kind: 'counters', counters: { ...freshCounters, ...counters } };
  return { mode: 'cover', enrolled: true, stored, bootId: 'boot-1', unsealed: true, sessionLocked: false, ...change };
}

describe('a start', () => {
  test.each([
    ['the computer restarted', opening({ bootId: 'boot-2' }), 'restart'],
    ['Facelatch was killed while locked', opening({}, { locked: true }), 'restart'],
    ['no keystore opens the vault', opening({ unsealed: false }), 'restart'],
    ['the counters are gone', opening({ stored: { kind: 'none' } }), 'counters-lost'],
    ['the counters were forged', opening({ stored: { kind: 'lost' } }), 'counters-lost'],
  ])('comes up covered and asks for the passcode when %s', (_, start, reason) => {
    const { lock, effects } = openLock(start, at(0));
    expect(lock.state).toEqual({ kind: 'passcode-required', reason });
    expect(kinds(effects)).toEqual(['store', 'cover', 'record', 'wipe', 'record']);
    expect(effects[0]).toMatchObject({ counters: { locked: true } });
  });

  test('goes on unlocked when Facelatch ended unlocked in the same start of the system and the keystore opens', () => {
    const { lock } = openLock(opening({}), at(0));
    expect(lock.state.kind).toBe('unlocked');
    expect(step(lock, lockIt, at(0)).lock.state.kind).toBe('locked');
  });

  test('is open and cannot be closed while nobody is enrolled, for nobody could open it', () => {
    const { lock, effects } = openLock(opening({ enrolled: false, stored: { kind: 'none' }, unsealed: false }), at(0));
    expect(effects).toEqual([]);
    expect(step(lock, lockIt, at(0)).lock.state.kind).toBe('unlocked');
    const enrolled = step(lock, { kind: 'enrolled' }, at(1_000));
    expect(kinds(enrolled.effects)).toEqual(['store']);
    expect(step(enrolled.lock, lockIt, at(2_000)).lock.state.kind).toBe('locked');
  });

  test('keeps failed looks and wrong passcodes of before', () => {
    const { lock } = openLock(opening({}, { failedLooks: 4, wrongPasscodes: 5 }), at(0));
    expect(step(lock, lockIt, at(0)).lock.state).toEqual({ kind: 'locked', failedLooks: 4 });
    expect(lock.desk).toEqual({ kind: 'waiting', untilMs: startMs + 30_000 });
  });

  test('with lost counters presumes that passcodes were tried', () => {
    const { lock } = openLock(opening({ stored: { kind: 'lost' } }), at(0));
    expect(lock.counters.wrongPasscodes).toBe(3);
  });

  test('in session mode follows the system, and the face waits for the passcode after a restart', () => {
    const open = openLock(opening({ mode: 'session', bootId: 'boot-2' }), at(0)).lock;
    expect(open.state.kind).toBe('unlocked');
    expect(step(open, lockIt, at(0)).lock.state).toEqual({ kind: 'passcode-required', reason: 'restart' });
    const closed = openLock(opening({ mode: 'session', sessionLocked: true }, { failedLooks: 2 }), at(0)).lock;
    expect(closed.state).toEqual({ kind: 'locked', failedLooks: 2 });
  });

  test('in session mode closes the session that Facelatch did not see closed when it was killed under its cover', () => {
    const { lock, effects } = openLock(opening({ mode: 'session' }, { locked: true }), at(0));
    expect(lock.state).toEqual({ kind: 'passcode-required', reason: 'restart' });
    expect(kinds(effects)).toContain('cover');
    // After a restart of the computer somebody has just logged in: no second password.
    expect(openLock(opening({ mode: 'session', bootId: 'boot-2' }, { locked: true }), at(0)).lock.state.kind).toBe('unlocked');
  });

  test.each(['session', 'cover'] as const)('in %s mode an owed passcode is owed over any number of starts', (mode) => {
    const first = openLock(opening({ mode: 'session' }, { bootId: 'boot-0' }), at(0)).lock;
    expect(first.counters.passcodeOwed).toBe(true);
    const second = openLock(opening({ mode, stored: { kind: 'counters', counters: first.counters } }), at(1_000)).lock;
    expect(second.hold).toBe('restart');
    const asked = step(second, { kind: 'passcode-offered' }, at(2_000)).lock;
    const typed = step(asked, { kind: 'passcode-right', attempt: 1 }, at(3_000)).lock;
    expect(typed.counters).not.toHaveProperty('passcodeOwed');
    expect(openLock(opening({ mode, stored: { kind: 'counters', counters: typed.counters } }), at(4_000)).lock.hold).toBeUndefined();
  });

  test('with clocks that are no numbers asks for the passcode at the next closing', () => {
    const { lock } = openLock(opening({}), { monotonicMs: Number.NaN, wallMs: Number.NaN });
    expect(step(lock, lockIt, at(0)).lock.state.kind).toBe('passcode-required');
  });
});

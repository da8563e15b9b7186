import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lockCauses } from '../../../main/contract/audit.ts';
import type { Decision, RefusalReason } from '../../../main/contract/decision.ts';
import { type LockMode, lockModes, passcodeReasons } from '../../../main/contract/lock-state.ts';
import type { Clocks, Lock, LockEffect, LockEvent } from '../../../main/lock/lock.ts';
import { openLock } from '../../../main/lock/open.ts';
import { step } from '../../../main/lock/step.ts';
import { freshCounters, startMs, startWallMs } from './build.ts';

const hourMs = 3_600_000;

/** One event of a history. Attempts and capture times are relative, so that many histories come close to an unlock. */
interface Happening {
  readonly event: LockEvent;
  readonly passedMs: number;
  /** What the wall clock did besides passing: mostly nothing, at times set forward or back. */
  readonly wallJumpMs: number;
  readonly frameAgeMs: number;
  readonly attemptOffset: number;
}

const reasons: readonly RefusalReason[] = ['not-recognised', 'not-live', 'no-face', 'too-dark', 'eyes-closed', 'stale-frame'];

const anyDecision: fc.Arbitrary<Decision> = fc.oneof(
  fc.constant<Decision>({ kind: 'match', personId: 'p', distance: 0.2, capturedAtMs: 0 }),
  fc.constantFrom(...reasons).map((reason): Decision => ({ kind: 'refuse', reason, distance: undefined })),
);

const anyEvent: fc.Arbitrary<LockEvent> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...lockCauses).map((cause): LockEvent => ({ kind: 'lock', cause })) },
  { weight: 1, arbitrary: fc.constantFrom(...passcodeReasons).map((reason): LockEvent => ({ kind: 'require-passcode', reason })) },
  { weight: 6, arbitrary: fc.constant<LockEvent>({ kind: 'look-started' }) },
  { weight: 6, arbitrary: anyDecision.map((decision): LockEvent => ({ kind: 'decision', decision })) },
  { weight: 4, arbitrary: fc.constant<LockEvent>({ kind: 'passcode-offered' }) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('passcode-right' as const, 'passcode-wrong' as const, 'passcode-unchecked' as const)
      .map((kind): LockEvent => ({ kind, attempt: 0 })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...(['look-ended', 'session-opened', 'enrolled', 'nobody-enrolled', 'store-failed', 'tick'] as const))
      .map((kind): LockEvent => ({ kind })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...lockModes).map((mode): LockEvent => ({ kind: 'mode-changed', mode })) },
  // What the types forbid and a bug may still bring.
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.anything(),
      fc.record({ kind: fc.string() }),
      fc.record({ kind: fc.constant('decision'), decision: fc.anything() }),
      fc.record({ kind: fc.constant('mode-changed'), mode: fc.anything() }),
    ) as fc.Arbitrary<LockEvent>,
  },
);

const timing = {
  passedMs: fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
    fc.integer({ min: 0, max: 60 * hourMs }),
    fc.constant(Number.NaN),
  ),
  wallJumpMs: fc.oneof(
    { weight: 100, arbitrary: fc.constant(0) },
    fc.integer({ min: -100 * hourMs, max: 100 * hourMs }),
    fc.constant(Number.NaN),
  ),
  frameAgeMs: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }) }, fc.integer({ min: -5_000, max: 20_000 })),
  attemptOffset: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 3 })),
};

const anyHappening: fc.Arbitrary<Happening> = fc.record({ event: anyEvent, ...timing });

/** Events that belong together, so that histories come as far as unlocks and fifth failures. */
const scripts: readonly (readonly LockEvent[])[] = [
  [{ kind: 'lock', cause: 'request' }],
  [{ kind: 'look-started' }, { kind: 'decision', decision: { kind: 'match', personId: 'p', distance: 0.2, capturedAtMs: 0 } }],
  ...Array.from({ length: 3 }, (): readonly LockEvent[] => [
    { kind: 'look-started' },
    { kind: 'decision', decision: { kind: 'refuse', reason: 'not-recognised', distance: 1.2 } },
  ]),
  [{ kind: 'passcode-offered' }, { kind: 'passcode-right', attempt: 0 }],
  [{ kind: 'passcode-offered' }, { kind: 'passcode-wrong', attempt: 0 }],
  [{ kind: 'session-opened' }],
];

const scripted: fc.Arbitrary<readonly Happening[]> = fc
  .constantFrom(...scripts)
  .chain((script) => fc.tuple(...script.map((event) => fc.record({ event: fc.constant(event), ...timing }))));

const anyHistory: fc.Arbitrary<readonly Happening[]> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: scripted },
      anyHappening.map((happening) => [happening]),
    ),
    { minLength: 5, maxLength: 60, size: 'max' },
  )
  .map((parts) => parts.flat());

interface Moment {
  readonly before: Lock;
  readonly event: LockEvent;
  readonly clocks: Clocks;
  readonly after: Lock;
  readonly effects: readonly LockEffect[];
}

function start(mode: LockMode): Lock {
  return openLock(
    { mode, enrolled: true, stored: { kind: 'counters', counters: freshCounters }, bootId: 'boot-1', unsealed: true, sessionLocked: false },
    { monotonicMs: startMs, wallMs: startWallMs },
  ).lock;
}

function isA(event: LockEvent, kind: LockEvent['kind']): boolean {
  return typeof event === 'object' && event !== null && event.kind === kind;
}

/** Plays a history and hands every moment of it to `check`. */
function play(mode: LockMode, history: readonly Happening[], check: (moment: Moment) => void): void {
  let lock = start(mode);
  let monotonicMs = startMs;
  let wallMs = startWallMs;
  for (const { event: raw, passedMs, wallJumpMs, frameAgeMs, attemptOffset } of history) {
    monotonicMs += Number.isFinite(passedMs) ? passedMs : 0;
    wallMs += (Number.isFinite(passedMs) ? passedMs : 0) + (Number.isFinite(wallJumpMs) ? wallJumpMs : 0);
    const clocks = {
      monotonicMs: Number.isFinite(passedMs) ? monotonicMs : Number.NaN,
      wallMs: Number.isFinite(wallJumpMs) ? wallMs : Number.NaN,
    };
    const event = placed(raw, monotonicMs - frameAgeMs, lock.lastAttempt + attemptOffset);
    const { lock: after, effects } = step(lock, event, clocks);
    check({ before: lock, event, clocks, after, effects });
    lock = after;
  }
}

/** Gives an event its capture time or attempt number where it has one. */
function placed(event: LockEvent, capturedAtMs: number, attempt: number): LockEvent {
  if (isA(event, 'decision') && event.kind === 'decision' && event.decision?.kind === 'match') {
    return { kind: 'decision', decision: { ...event.decision, capturedAtMs } };
  }
  for (const kind of ['passcode-right', 'passcode-wrong', 'passcode-unchecked'] as const) {
    if (isA(event, kind)) return { kind, attempt };
  }
  return event;
}

function holdsForHistories(mode: LockMode, makeCheck: () => (moment: Moment) => void): void {
  const runs = Number(process.env.FACELATCH_PROPERTY_RUNS ?? 2_000);
  fc.assert(
    fc.property(anyHistory, (history) => {
      play(mode, history, makeCheck());
    }),
    { numRuns: runs },
  );
}

const opens = ({ before, after }: Moment): boolean => before.state.kind !== 'unlocked' && after.state.kind === 'unlocked';

describe('whatever happens, at whatever times', () => {
  test('nothing opens a cover but a fresh match while scanning or the right answer to the passcode being checked', () => {
    let opened = { face: 0, passcode: 0 };
    holdsForHistories('cover', () => {
      let asked: number | undefined;
      return (moment) => {
        const { before, event, after, effects } = moment;
        const bySystem = before.mode === 'session' && isA(event, 'session-opened');
        if (opens(moment) && !bySystem) {
          if (isA(event, 'decision') && event.kind === 'decision') {
            expect(before.state.kind).toBe('scanning');
            expect(event.decision.kind).toBe('match');
            const capturedAtMs = event.decision.kind === 'match' ? event.decision.capturedAtMs : Number.NaN;
            expect(before.state.kind === 'scanning' && capturedAtMs > before.state.sinceMs).toBe(true);
            expect(after.nowMs - capturedAtMs).toBeLessThanOrEqual(2_000);
            opened = { ...opened, face: opened.face + 1 };
          } else {
            expect(event.kind).toBe('passcode-right');
            expect(event.kind === 'passcode-right' && event.attempt).toBe(asked);
            opened = { ...opened, passcode: opened.passcode + 1 };
          }
        }
        expect(effects.some(({ kind }) => kind === 'uncover')).toBe(opens(moment) && !bySystem);
        for (const effect of effects) if (effect.kind === 'check-passcode') asked = effect.attempt;
        if (isA(event, 'lock')) asked = undefined;
      };
    });
    // The histories do come to unlocks of both kinds: otherwise the above would show nothing.
    expect(opened.face).toBeGreaterThan(50);
    expect(opened.passcode).toBeGreaterThan(50);
  });

  test('once the passcode is required only the passcode opens, and keys are wiped', () => {
    let times = 0;
    holdsForHistories('cover', () => {
      let required = false;
      return ({ before, event, after, effects }) => {
        if (required && after.state.kind !== 'passcode-required') {
          expect(after.state.kind).toBe('unlocked');
          expect(isA(event, 'passcode-right') || (before.mode === 'session' && isA(event, 'session-opened'))).toBe(true);
        }
        if (before.state.kind !== 'passcode-required' && after.state.kind === 'passcode-required') {
          times += 1;
          expect(effects).toContainEqual({ kind: 'wipe' });
        }
        required = after.state.kind === 'passcode-required';
      };
    });
    expect(times).toBeGreaterThan(100);
  });

  test('the fifth failed look in a row always requires the passcode', () => {
    let times = 0;
    holdsForHistories('cover', () => {
      let failures = 0;
      return (moment) => {
        const { before, event, after } = moment;
        if (before.state.kind === 'scanning' && event !== null && isA(event, 'decision') && event.kind === 'decision') {
          const { decision } = event;
          const judged = typeof decision === 'object' && decision !== null && decision.kind === 'refuse';
          const counted = after.counters.failedLooks === before.counters.failedLooks + 1;
          if (judged && counted) failures += 1;
        }
        if (opens(moment) || isA(event, 'passcode-right')) failures = after.counters.failedLooks === 0 ? 0 : failures;
        expect(failures).toBeLessThanOrEqual(5);
        expect(after.counters.failedLooks).toBeLessThanOrEqual(5);
        if (failures === 5 && after.state.kind !== 'unlocked') {
          times += 1;
          expect(after.state.kind).toBe('passcode-required');
        }
      };
    });
    expect(times).toBeGreaterThan(20);
  });

  test('counters only grow, but for the match and the right passcode', () => {
    holdsForHistories('cover', () => (moment) => {
      const { before, event, after } = moment;
      const passcode = before.desk.kind === 'checking' && isA(event, 'passcode-right');
      if (!passcode && !isA(event, 'enrolled')) {
        expect(after.counters.wrongPasscodes).toBeGreaterThanOrEqual(before.counters.wrongPasscodes);
        expect(after.counters.highestWallMs).toBeGreaterThanOrEqual(before.counters.highestWallMs);
        if (!opens(moment)) expect(after.counters.failedLooks).toBeGreaterThanOrEqual(before.counters.failedLooks);
      }
      expect(after.nowMs).toBeGreaterThanOrEqual(before.nowMs);
    });
  });

  test('what changed is stored before anything shows', () => {
    holdsForHistories('cover', () => ({ before, after, effects }) => {
      const stores = effects.map(({ kind }) => kind).filter((kind) => kind === 'store').length;
      expect(stores).toBeLessThanOrEqual(1);
      if (stores === 1) expect(effects[0]).toEqual({ kind: 'store', counters: after.counters });
      const { highestWallMs: _was, ...was } = before.counters;
      const { highestWallMs: _is, ...is } = after.counters;
      if (after.enrolled && JSON.stringify(was) !== JSON.stringify(is)) expect(stores).toBe(1);
      if (effects.some(({ kind }) => kind === 'uncover')) expect(effects.at(-1)?.kind).toBe('uncover');
    });
  });

  test('the face opens nothing after 48 h without an unlock, by either clock', () => {
    holdsForHistories('cover', () => {
      let lastUnlock = { monotonicMs: startMs, wallMs: startWallMs - 60_000 };
      return (moment) => {
        const { after, clocks, event } = moment;
        if (opens(moment) && isA(event, 'decision')) {
          expect(after.nowMs - lastUnlock.monotonicMs).toBeLessThanOrEqual(48 * hourMs);
          expect(clocks.wallMs - lastUnlock.wallMs).toBeLessThanOrEqual(48 * hourMs);
        }
        if (after.lastUnlockMs !== moment.before.lastUnlockMs || opens(moment)) {
          lastUnlock = { monotonicMs: after.nowMs, wallMs: after.counters.lastUnlockWallMs };
        }
      };
    });
  });

  test('no more than 33 passcodes are checked in any day without a right one', () => {
    const tries = fc.array(fc.integer({ min: 0, max: 2 * hourMs }), { minLength: 60, maxLength: 200 });
    fc.assert(
      fc.property(tries, (pauses) => {
        let lock = step(start('cover'), { kind: 'lock', cause: 'request' }, { monotonicMs: startMs, wallMs: startWallMs }).lock;
        let now = startMs;
        const checks: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const clocks = { monotonicMs: now, wallMs: startWallMs };
          const offered = step(lock, { kind: 'passcode-offered' }, clocks);
          const check = offered.effects.find(({ kind }) => kind === 'check-passcode');
          if (check?.kind === 'check-passcode') checks.push(now);
          lock = step(offered.lock, { kind: 'passcode-wrong', attempt: offered.lock.lastAttempt }, clocks).lock;
        }
        const most = Math.max(...checks.map((from) => checks.filter((time) => time >= from && time < from + 24 * hourMs).length));
        expect(most).toBeLessThanOrEqual(33);
      }),
      { numRuns: 200 },
    );
  });

  test('in session mode nothing makes the face open what owes a passcode, not the system’s locker and not a new start', () => {
    let owing = 0;
    holdsForHistories('session', () => {
      let owed = false;
      return (moment) => {
        const { event, after, clocks } = moment;
        if (owed && opens(moment)) {
          expect(isA(event, 'session-opened') || isA(event, 'passcode-right')).toBe(true);
        }
        if (after.state.kind === 'passcode-required') owed = true;
        if (isA(event, 'passcode-right') && after.hold === undefined) owed = false;
        // With the last person goes what they owed.
        if (!after.enrolled) owed = false;
        if (!owed || after.state.kind !== 'unlocked' || !after.enrolled) return;
        owing += 1;
        const again = openLock(
          {
            mode: 'session',
            enrolled: true,
            stored: { kind: 'counters', counters: after.counters },
            bootId: 'boot-1',
            unsealed: true,
            sessionLocked: false,
          },
          clocks,
        );
        expect(again.lock.hold).toBeDefined();
      };
    });
    expect(owing).toBeGreaterThan(50);
  });

  test('the system’s locker counts as no unlock and takes nothing back', () => {
    let times = 0;
    holdsForHistories('session', () => ({ before, event, after }) => {
      if (!isA(event, 'session-opened')) return;
      if (before.state.kind !== 'unlocked' && after.state.kind === 'unlocked') times += 1;
      for (const name of ['failedLooks', 'wrongPasscodes', 'lastPasscodeWallMs', 'lastUnlockWallMs'] as const) {
        expect(after.counters[name]).toBe(before.counters[name]);
      }
      expect([after.lastUnlockMs, after.lastPasscodeMs]).toEqual([before.lastUnlockMs, before.lastPasscodeMs]);
      if (before.hold !== undefined) expect(after.hold).toBe(before.hold);
    });
    expect(times).toBeGreaterThan(50);
  });

  test('in session mode only the system opens besides', () => {
    let bySystem = 0;
    holdsForHistories('session', () => (moment) => {
      if (!opens(moment)) return;
      const { before, event, effects } = moment;
      if (isA(event, 'session-opened')) {
        expect(before.mode).toBe('session');
        bySystem += 1;
        expect(effects.some(({ kind }) => kind === 'uncover')).toBe(false);
      } else {
        expect(isA(event, 'decision') || isA(event, 'passcode-right')).toBe(true);
      }
    });
    expect(bySystem).toBeGreaterThan(50);
  });
});

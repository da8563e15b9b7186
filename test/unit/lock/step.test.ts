import { describe, expect, test } from 'vitest';
import type { RefusalReason } from '../../../main/contract/decision.ts';
import type { LockEvent } from '../../../main/lock/lock.ts';
import { passcodeEntry, step } from '../../../main/lock/step.ts';
import { at, kinds, lockIt, look, match, run, startMs, startWallMs, stranger, type Timed, tick, unlockedLock } from './build.ts';

const hourMs = 3_600_000;

/** `count` failed looks, each after its cool-down; begins at `fromMs`, 20 s apart. */
function failedLooks(count: number, fromMs: number): readonly Timed[] {
  return Array.from({ length: count }, (_, index) => [
    { atMs: fromMs + index * 20_000, event: look },
    { atMs: fromMs + index * 20_000 + 500, event: stranger },
  ]).flat();
}

describe('the face', () => {
  test('opens a lock that is scanning', () => {
    const { lock, effects } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: look },
      { atMs: 1_400, event: match(1_200) },
    ]);
    expect(lock.state).toEqual({ kind: 'unlocked', sinceMs: startMs + 1_400 });
    expect(kinds(effects)).toEqual([...['store', 'cover', 'record'], 'start-look', ...['store', 'stop-look', 'record', 'uncover']]);
  });

  test.each([
    ['of before the look', 1_000, 1_400],
    ['of before the lock', -500, 1_400],
    ['of the future', 1_500, 1_400],
    ['of long ago', 1_100, 3_500],
    ['without a time', Number.NaN, 1_400],
  ])('does not open it by a frame %s', (_, capturedAt, decidedAt) => {
    const { lock, effects } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: look },
      { atMs: decidedAt, event: match(capturedAt) },
    ]);
    expect(lock.state.kind).toBe('locked');
    expect(kinds(effects)).not.toContain('uncover');
  });

  test.each(['locked', 'cooling-down'] as const)('does not open a lock that is %s', (kind) => {
    const before: readonly Timed[] = [{ atMs: 0, event: lockIt }, ...(kind === 'cooling-down' ? failedLooks(1, 1_000) : [])];
    const { lock } = run(unlockedLock(), [...before, { atMs: 1_700, event: match(1_600) }]);
    expect(lock.state.kind).toBe(kind);
  });

  test('needs the passcode after five looks judged and refused', () => {
    const four = run(unlockedLock(), [{ atMs: 0, event: lockIt }, ...failedLooks(4, 1_000)]);
    expect(four.lock.state).toMatchObject({ kind: 'cooling-down', failedLooks: 4 });
    const five = run(unlockedLock(), [{ atMs: 0, event: lockIt }, ...failedLooks(5, 1_000)]);
    expect(five.lock.state).toEqual({ kind: 'passcode-required', reason: 'failed-looks' });
    expect(kinds(five.effects)).toContain('wipe');
    const after = run(five.lock, [
      { atMs: 200_000, event: look },
      { atMs: 200_400, event: match(200_200) },
    ]);
    expect(after.lock.state.kind).toBe('passcode-required');
  });

  test('forgets failed looks once it has matched', () => {
    const { lock } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      ...failedLooks(4, 1_000),
      { atMs: 100_000, event: look },
      { atMs: 100_400, event: match(100_200) },
      { atMs: 101_000, event: lockIt },
      ...failedLooks(1, 102_000),
    ]);
    expect(lock.state).toMatchObject({ kind: 'cooling-down', failedLooks: 1 });
  });

  test.each<RefusalReason>(['no-face', 'too-dark', 'several-faces', 'eyes-closed', 'looking-away', 'stale-frame', 'nobody-enrolled'])(
    'is not counted as failed for %s',
    (reason) => {
      const refuse: LockEvent = { kind: 'decision', decision: { kind: 'refuse', reason, distance: undefined } };
      const looks = Array.from({ length: 8 }, (_, index) => [
        { atMs: 1_000 + index * 1_000, event: look },
        { atMs: 1_500 + index * 1_000, event: refuse },
      ]).flat();
      const { lock } = run(unlockedLock(), [{ atMs: 0, event: lockIt }, ...looks]);
      expect(lock.state).toEqual({ kind: 'locked', failedLooks: 0 });
    },
  );

  test('waits a little longer after each failed look', () => {
    const waits = [1, 2, 3, 4].map((count) => {
      const { lock } = run(unlockedLock(), [{ atMs: 0, event: lockIt }, ...failedLooks(count, 1_000)]);
      return lock.state.kind === 'cooling-down' ? lock.state.untilMs - lock.nowMs : 0;
    });
    expect(waits).toEqual([1_000, 2_000, 3_000, 4_000]);
    const cooling = run(unlockedLock(), [{ atMs: 0, event: lockIt }, ...failedLooks(3, 1_000)]);
    const until = 1_000 + 40_000 + 500 + 3_000;
    expect(run(cooling.lock, [{ atMs: until - 1, event: look }]).lock.state.kind).toBe('cooling-down');
    expect(run(cooling.lock, [{ atMs: until, event: look }]).lock.state.kind).toBe('scanning');
  });

  test('stops looking after ten seconds', () => {
    const { lock, effects } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: look },
      { atMs: 11_001, event: tick },
    ]);
    expect(lock.state.kind).toBe('locked');
    expect(kinds(effects)).toContain('stop-look');
  });
});

describe('the passcode is required', () => {
  test.each([
    ['48 h without an unlock', { lastUnlockWallMs: startWallMs - 48 * hourMs - 1 }, 'idle-48h'],
    [
      '156 h without the passcode and 4 h without the face',
      { lastPasscodeWallMs: startWallMs - 156 * hourMs - 1, lastUnlockWallMs: startWallMs - 4 * hourMs - 1 },
      'passcode-156h',
    ],
    ['five failed looks before a start', { failedLooks: 5 }, 'failed-looks'],
    ['a clock set back', { highestWallMs: startWallMs + 121_000 }, 'clock-rollback'],
  ] as const)('after %s', (_, counters, reason) => {
    expect(run(unlockedLock(counters), [{ atMs: 0, event: lockIt }]).lock.state).toEqual({ kind: 'passcode-required', reason });
  });

  test('not yet at the limits themselves', () => {
    const idle = { lastUnlockWallMs: startWallMs - 48 * hourMs };
    const aged = { lastPasscodeWallMs: startWallMs - 200 * hourMs, lastUnlockWallMs: startWallMs - 4 * hourMs };
    const corrected = { highestWallMs: startWallMs + 119_000 };
    for (const counters of [idle, aged, corrected]) {
      expect(run(unlockedLock(counters), [{ atMs: 0, event: lockIt }]).lock.state.kind).toBe('locked');
    }
  });

  test('when time passes while locked, even in the middle of a look', () => {
    const { lock, effects } = run(unlockedLock({ lastUnlockWallMs: startWallMs - 48 * hourMs + 5_000 }), [
      { atMs: 0, event: lockIt },
      { atMs: 4_000, event: look },
      { atMs: 5_500, event: match(5_400) },
    ]);
    expect(lock.state).toEqual({ kind: 'passcode-required', reason: 'idle-48h' });
    expect(kinds(effects)).toEqual(expect.arrayContaining(['stop-look', 'wipe']));
  });

  test('when the wall clock stands still but the other runs on', () => {
    const locked = step(unlockedLock(), lockIt, at(0)).lock;
    const later = { monotonicMs: startMs + 49 * hourMs, wallMs: startWallMs };
    expect(step(locked, tick, later).lock.state).toEqual({ kind: 'passcode-required', reason: 'idle-48h' });
  });

  test.each(['lock-now', 'panic'] as const)('after %s, from every state', (reason) => {
    const event: LockEvent = { kind: 'require-passcode', reason };
    const histories: readonly (readonly Timed[])[] = [
      [],
      [{ atMs: 0, event: lockIt }],
      [
        { atMs: 0, event: lockIt },
        { atMs: 1_000, event: look },
      ],
      [{ atMs: 0, event: lockIt }, ...failedLooks(1, 1_000)],
    ];
    for (const history of histories) {
      const { lock, effects } = run(unlockedLock(), [...history, { atMs: 1_600, event }]);
      expect(lock.state).toEqual({ kind: 'passcode-required', reason });
      expect(kinds(effects)).toEqual(expect.arrayContaining(['cover', 'wipe']));
    }
  });

  test.each(['face-off', 'other-camera'] as const)('for %s from the next closing, without closing now', (reason) => {
    const event: LockEvent = { kind: 'require-passcode', reason };
    const open = step(unlockedLock(), event, at(0));
    expect(open.lock.state.kind).toBe('unlocked');
    expect(step(open.lock, lockIt, at(1_000)).lock.state).toEqual({ kind: 'passcode-required', reason });
  });

  test('when the counters cannot be written', () => {
    const { lock } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      { atMs: 10, event: { kind: 'store-failed' } },
    ]);
    expect(lock.state).toEqual({ kind: 'passcode-required', reason: 'counters-lost' });
  });

  test('and what opened it was the passcode alone', () => {
    const { lock } = run(unlockedLock(), [
      { atMs: 0, event: { kind: 'require-passcode', reason: 'panic' } },
      { atMs: 1_000, event: { kind: 'passcode-offered' } },
      { atMs: 1_500, event: { kind: 'passcode-right', attempt: 1 } },
      { atMs: 2_000, event: lockIt },
    ]);
    expect(lock.state).toEqual({ kind: 'locked', failedLooks: 0 });
  });
});

describe('a passcode', () => {
  test('is counted on the disk before it is checked', () => {
    const locked = step(unlockedLock(), lockIt, at(0)).lock;
    const { effects } = step(locked, { kind: 'passcode-offered' }, at(1_000));
    expect(kinds(effects)).toEqual(['store', 'check-passcode']);
    expect(effects[0]).toMatchObject({ counters: { wrongPasscodes: 1, locked: true } });
  });

  test('is taken while scanning and while cooling down', () => {
    for (const before of [[{ atMs: 1_000, event: look }], failedLooks(1, 1_000)]) {
      const { lock, effects } = run(unlockedLock(), [
        { atMs: 0, event: lockIt },
        ...before,
        { atMs: 1_600, event: { kind: 'passcode-offered' } },
        { atMs: 1_700, event: { kind: 'passcode-right', attempt: 1 } },
      ]);
      expect(lock.state.kind).toBe('unlocked');
      expect(kinds(effects)).toContain('uncover');
    }
  });

  test('costs more time the more wrong ones there were, also over a start', () => {
    let lock = step(unlockedLock(), lockIt, at(0)).lock;
    let now = 1_000;
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      lock = step(lock, { kind: 'passcode-offered' }, at(now)).lock;
      lock = step(lock, { kind: 'passcode-wrong', attempt }, at(now)).lock;
      const wait = lock.desk.kind === 'waiting' ? lock.desk.untilMs - lock.nowMs : 0;
      waits.push(wait);
      if (wait > 0) {
        expect(step(lock, { kind: 'passcode-offered' }, at(now + wait - 1)).effects).not.toContainEqual(
          expect.objectContaining({ kind: 'check-passcode' }),
        );
      }
      now += wait;
    }
    expect(waits).toEqual([0, 0, 0, 5_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 3_600_000]);
    const restarted = unlockedLock({ ...lock.counters, locked: false });
    expect(passcodeEntry(restarted, startMs)).toEqual({ kind: 'waiting', untilMs: startMs + 3_600_000 });
  });

  test('found right after the lock was closed once more opens nothing', () => {
    const { lock, effects } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: { kind: 'passcode-offered' } },
      { atMs: 1_100, event: { kind: 'lock', cause: 'suspend' } },
      { atMs: 1_500, event: { kind: 'passcode-right', attempt: 1 } },
    ]);
    expect(lock.state.kind).toBe('locked');
    expect(kinds(effects)).not.toContain('uncover');
  });

  test('forgets failed looks and wrong passcodes', () => {
    const { lock } = run(unlockedLock({ failedLooks: 4, wrongPasscodes: 2 }), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: { kind: 'passcode-offered' } },
      { atMs: 1_500, event: { kind: 'passcode-right', attempt: 1 } },
    ]);
    expect(lock.counters).toMatchObject({ failedLooks: 0, wrongPasscodes: 0, locked: false });
  });

  test('is never right unasked', () => {
    const { lock } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: { kind: 'passcode-right', attempt: 0 } },
      { atMs: 1_000, event: { kind: 'passcode-right', attempt: 1 } },
    ]);
    expect(lock.state.kind).toBe('locked');
  });

  test('believes the clock again after it was set back', () => {
    const behind = unlockedLock({ highestWallMs: startWallMs + 10 * hourMs });
    const { lock } = run(behind, [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: { kind: 'passcode-offered' } },
      { atMs: 1_500, event: { kind: 'passcode-right', attempt: 1 } },
      { atMs: 2_000, event: lockIt },
    ]);
    expect(lock.state.kind).toBe('locked');
  });
});

describe('session mode', () => {
  test('follows the system when its own locker opens, and still wants the passcode for the face', () => {
    const { lock } = run(unlockedLock({}, 'session'), [
      { atMs: 0, event: { kind: 'require-passcode', reason: 'panic' } },
      { atMs: 1_000, event: { kind: 'session-opened' } },
    ]);
    expect(lock.state.kind).toBe('unlocked');
    expect(step(lock, lockIt, at(2_000)).lock.state).toEqual({ kind: 'passcode-required', reason: 'panic' });
  });

  test('the system’s own password is no passcode of Facelatch: the 48 hours run on', () => {
    const opened = run(unlockedLock({}, 'session'), [
      { atMs: 0, event: lockIt },
      { atMs: 40 * hourMs, event: { kind: 'session-opened' } },
      { atMs: 41 * hourMs, event: lockIt },
    ]).lock;
    expect(opened.state.kind).toBe('locked');
    expect(step(opened, tick, at(49 * hourMs)).lock.state).toEqual({ kind: 'passcode-required', reason: 'idle-48h' });
  });

  test('failed looks and wrong passcodes are not taken back by the system’s own password', () => {
    const opened = run(unlockedLock({ failedLooks: 4, wrongPasscodes: 5 }, 'session'), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: { kind: 'session-opened' } },
      { atMs: 2_000, event: lockIt },
      { atMs: 3_000, event: look },
      { atMs: 4_000, event: stranger },
    ]).lock;
    expect(opened.state).toEqual({ kind: 'passcode-required', reason: 'failed-looks' });
    expect(opened.counters.wrongPasscodes).toBe(5);
  });

  test('a look under way ends when the system’s locker opens by itself', () => {
    const { lock, effects } = run(unlockedLock({}, 'session'), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: look },
      { atMs: 2_000, event: { kind: 'session-opened' } },
      { atMs: 3_000, event: match(2_500) },
    ]);
    expect(lock.state).toMatchObject({ kind: 'unlocked' });
    expect(kinds(effects)).toContain('stop-look');
    expect(effects).toContainEqual({ kind: 'record', event: { kind: 'unlocked', by: 'system' } });
    expect(kinds(effects)).not.toContain('uncover');
  });

  test('a lock that changes its mode while closed is closed in the new one, and its state stays', () => {
    const locked = run(unlockedLock({}, 'session'), [{ atMs: 0, event: lockIt }]).lock;
    const changed = step(locked, { kind: 'mode-changed', mode: 'cover' }, at(1_000));
    expect(changed.lock.state.kind).toBe('locked');
    expect(kinds(changed.effects)).toEqual(['cover']);
    expect(step(changed.lock, { kind: 'session-opened' }, at(2_000)).lock.state.kind).toBe('locked');
    expect(step(changed.lock, { kind: 'mode-changed', mode: 'cover' }, at(2_000)).effects).toEqual([]);
  });

  test('an open lock changes its mode without closing', () => {
    const changed = step(unlockedLock(), { kind: 'mode-changed', mode: 'session' }, at(0));
    expect(changed.effects).toEqual([]);
    expect(changed.lock).toMatchObject({ mode: 'session', state: { kind: 'unlocked' } });
  });

  test('does not exist for a cover', () => {
    const { lock } = run(unlockedLock(), [
      { atMs: 0, event: lockIt },
      { atMs: 1_000, event: { kind: 'session-opened' } },
    ]);
    expect(lock.state.kind).toBe('locked');
  });
});

import { expect, test } from 'vitest';
import { openLock } from '../../../main/lock/open.ts';
import { step } from '../../../main/lock/step.ts';
import { lockEventOf } from '../../../main/session/lock-events.ts';
import type { LogindEvent } from '../../../main/session/logind.ts';
import { at, freshCounters } from '../lock/build.ts';

/** The lock in session mode after this news of logind. */
function after(...news: readonly LogindEvent[]): string {
  const start = openLock(
    {
      mode: 'session',
      enrolled: true,
      stored: { kind: 'counters', counters: freshCounters },
      bootId: 'boot-1',
      unsealed: true,
      sessionLocked: false,
    },
    at(0),
  );
  const lock = news.reduce((current, event, index) => {
    const happened = lockEventOf(event);
    return happened === undefined ? current : step(current, happened, at(1_000 * (index + 1))).lock;
  }, start.lock);
  return lock.state.kind;
}

const closed: LogindEvent = { kind: 'locked', locked: true };
const open: LogindEvent = { kind: 'locked', locked: false };

test('the lock closes and opens with the desktop’s', () => {
  expect(after(closed)).toBe('locked');
  expect(after({ kind: 'lock-asked' })).toBe('locked');
  expect(after(closed, open)).toBe('unlocked');
});

test('the lock closes before sleep and stays closed after it', () => {
  expect(after({ kind: 'sleep', starting: true })).toBe('locked');
  expect(after({ kind: 'sleep', starting: true }, { kind: 'sleep', starting: false })).toBe('locked');
});

test('the lock closes with the lid, and a lid that opens opens nothing', () => {
  expect(after({ kind: 'lid', closed: true })).toBe('locked');
  expect(after({ kind: 'lid', closed: true }, { kind: 'lid', closed: false })).toBe('locked');
  expect(after({ kind: 'lid', closed: false })).toBe('unlocked');
});

test('losing logind and finding it again opens nothing', () => {
  expect(after(closed, { kind: 'lost' }, { kind: 'found' })).toBe('locked');
});

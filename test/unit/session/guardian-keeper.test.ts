import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GuardianKeeper } from '../../../main/session/guardian-keeper.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'hrtime'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A keeper that is armed, over a guardian that says what the test has it say. */
function armed(): { says: (line: string) => void; kills: () => number; keeper: GuardianKeeper } {
  let says: (line: string) => void = () => undefined;
  let kills = 0;
  const keeper = new GuardianKeeper({
    start: () => ({
      tell: () => undefined,
      onLine: (run) => {
        says = run;
      },
      release: () => undefined,
      kill: () => {
        kills += 1;
      },
      onGone: () => undefined,
    }),
    locker: undefined,
    relaunch: undefined,
    isCovering: () => true,
    onEvent: () => undefined,
  });
  keeper.arm();
  return { says: (line) => says(line), kills: () => kills, keeper };
}

test('a guardian has time to start, on a busy machine too, and not for ever', () => {
  const { kills, keeper } = armed();
  vi.advanceTimersByTime(9_000);
  expect(kills()).toBe(0);
  vi.advanceTimersByTime(2_000);
  expect(kills()).toBeGreaterThan(0);
  keeper.disarm();
});

test('a guardian that has started and falls silent is killed after three seconds, and one that answers is not', () => {
  const { says, kills, keeper } = armed();
  says('{"kind":"ready"}');
  vi.advanceTimersByTime(2_500);
  says('{"kind":"beat"}');
  vi.advanceTimersByTime(2_500);
  expect(kills()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(kills()).toBeGreaterThan(0);
  keeper.disarm();
});

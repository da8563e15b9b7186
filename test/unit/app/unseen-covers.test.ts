import { expect, test } from 'vitest';
import { UnseenCovers } from '../../../main/app/windows/unseen-covers.ts';
import type { CoverOnScreen } from '../../../main/session/covers-on-screen.ts';

const shown: CoverOnScreen = { kind: 'shown' };
const gone: CoverOnScreen = { kind: 'gone' };
const buried = (by: number, byLocker = false): CoverOnScreen => ({ kind: 'buried', by, byLocker });

/** Covers of which one was seen on the screen. */
function seen() {
  const covers = new UnseenCovers<object>();
  const window = {};
  covers.add(window, 0, false);
  expect(covers.judge(window, shown, 100)).toBe('leave');
  return { covers, window };
}

test('a cover that is gone counts as none and is made anew, and the new one counts only once it is shown', () => {
  const { covers, window } = seen();
  expect(covers.judge(window, gone, 400)).toBe('replace');
  expect(covers.isUnseen(window)).toBe(true);
  const next = {};
  covers.add(next, 400, true);
  expect(covers.isUnseen(next)).toBe(true);
  expect(covers.judge(next, gone, 650)).toBe('leave');
  expect(covers.isUnseen(next)).toBe(true);
  expect(covers.judge(next, shown, 900)).toBe('leave');
  expect(covers.isUnseen(next)).toBe(false);
});

test('a new cover has time to come up, and no more', () => {
  const { covers } = seen();
  const next = {};
  covers.add(next, 1_000, false);
  expect(covers.judge(next, gone, 2_900)).toBe('leave');
  expect(covers.isUnseen(next)).toBe(false);
  expect(covers.judge(next, gone, 3_100)).toBe('replace');
  expect(covers.isUnseen(next)).toBe(true);
});

test('whoever never saw a cover is not believed when it says that one is gone', () => {
  const covers = new UnseenCovers<object>();
  const window = {};
  covers.add(window, 0, false);
  expect(covers.judge(window, gone, 60_000)).toBe('leave');
  expect(covers.isUnseen(window)).toBe(false);
});

test('a buried cover is raised, and counts as none once that did not help', () => {
  const { covers, window } = seen();
  for (let time = 0; time < 3; time += 1) expect(covers.judge(window, buried(7), 400)).toBe('raise');
  expect(covers.isUnseen(window)).toBe(false);
  expect(covers.judge(window, buried(7), 400)).toBe('leave');
  expect(covers.isUnseen(window)).toBe(true);
  expect(covers.judge(window, buried(8), 400)).toBe('raise');
  expect(covers.judge(window, shown, 400)).toBe('leave');
  expect(covers.isUnseen(window)).toBe(false);
  expect(covers.judge(window, buried(8), 400)).toBe('raise');
});

test('a locker that stays on top is left there and calls nobody', () => {
  const { covers, window } = seen();
  for (let time = 0; time < 3; time += 1) expect(covers.judge(window, buried(7, true), 400)).toBe('raise');
  expect(covers.judge(window, buried(7, true), 400)).toBe('leave');
  expect(covers.isUnseen(window)).toBe(false);
});

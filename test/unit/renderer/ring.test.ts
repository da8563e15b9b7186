import { expect, it } from 'vitest';
import type { RingBin } from '../../../main/contract/ipc.ts';
import { percentDone, ringTicks } from '../../../renderer/enrol/ring.ts';

const bins = (filledFirst: number, filledSecond: number): RingBin[] =>
  Array.from({ length: 12 }, (_, index) => ({
    angleDeg: index * 30,
    filledFirst: index < filledFirst,
    filledSecond: index < filledSecond,
  }));

it('fills the ticks around a bin, over the top too', () => {
  const filled = ringTicks(bins(1, 0), undefined)
    .filter((tick) => tick.filled === 'first')
    .map((tick) => tick.angleDeg);
  expect(filled).toEqual([2.5, 7.5, 12.5, 347.5, 352.5, 357.5]);
});

it('shows every tick filled twice only when every bin is', () => {
  expect(new Set(ringTicks(bins(12, 12), undefined).map((tick) => tick.filled))).toEqual(new Set(['second']));
  expect(ringTicks(bins(12, 11), undefined).some((tick) => tick.filled === 'first')).toBe(true);
});

it('marks where the head points, and nothing when it points nowhere', () => {
  expect(ringTicks(bins(0, 0), 3).filter((tick) => tick.faced).length).toBe(6);
  expect(ringTicks(bins(0, 0), undefined).some((tick) => tick.faced)).toBe(false);
  expect(ringTicks([], 3).some((tick) => tick.faced)).toBe(false);
});

it('reckons both circles into one figure', () => {
  expect([percentDone([]), percentDone(bins(0, 0)), percentDone(bins(12, 0)), percentDone(bins(12, 6)), percentDone(bins(12, 12))]).toEqual(
    [0, 0, 50, 75, 100],
  );
});

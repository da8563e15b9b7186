import { expect, it } from 'vitest';
import { asClock, asWait } from '../../../renderer/ui/dates.ts';

it('says a wait as a person would, and never that it is over before it is', () => {
  expect([1, 999, 1000, 59_000, 59_001, 60_000, 125_000, 3_600_000].map(asWait)).toEqual([
    '1 s',
    '1 s',
    '1 s',
    '59 s',
    '1 min 00 s',
    '1 min 00 s',
    '2 min 05 s',
    '60 min 00 s',
  ]);
});

it('shows a clock without morning or afternoon', () => {
  expect(asClock(new Date(2026, 5, 1, 19, 5).getTime())).toMatch(/^(7|19):05$/);
});

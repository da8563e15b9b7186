import { describe, expect, test } from 'vitest';
import { tally, tallyOfUnittest } from '../../../scripts/lib/suites.mjs';

describe('what a runner counted', () => {
  test('is taken as it is when the runner ended well', () => {
    expect(tally(0, 12, 0, 1)).toEqual({ passed: 12, failed: 0, skipped: 1 });
  });

  test('never hides that the runner ended badly', () => {
    expect(tally(1, 12, 0, 0)).toEqual({ passed: 12, failed: 1, skipped: 0 });
    expect(tally(139, 0, 0, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(tally(1, 12, 3, 0)).toEqual({ passed: 12, failed: 3, skipped: 0 });
  });
});

describe("unittest's closing lines", () => {
  const closing = (ran: number, verdict: string) => `.....\n----\nRan ${ran} tests in 0.123s\n\n${verdict}\n`;

  test('all well', () => {
    expect(tallyOfUnittest(0, closing(7, 'OK'))).toEqual({ passed: 7, failed: 0, skipped: 0 });
  });

  test('some skipped', () => {
    expect(tallyOfUnittest(0, closing(7, 'OK (skipped=2)'))).toEqual({ passed: 5, failed: 0, skipped: 2 });
  });

  test('some failed', () => {
    expect(tallyOfUnittest(1, closing(9, 'FAILED (failures=2, errors=1, skipped=3)'))).toEqual({ passed: 3, failed: 3, skipped: 3 });
  });

  test('no test found is a failure', () => {
    expect(tallyOfUnittest(5, closing(0, 'NO TESTS RAN'))).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

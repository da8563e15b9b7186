import type { Clocks } from './lock.ts';

/**
 * Clocks fit to reckon with. A wall clock that is no number becomes 1970, which counts as set back; a monotonic clock that is no
 * number, or earlier than `notBeforeMs`, stands still.
 */
export function usableClocks(clocks: Clocks, notBeforeMs = 0): Clocks {
  const { monotonicMs, wallMs } = clocks;
  return {
    monotonicMs: Number.isFinite(monotonicMs) ? Math.max(monotonicMs, notBeforeMs) : notBeforeMs,
    wallMs: Number.isFinite(wallMs) ? wallMs : 0,
  };
}

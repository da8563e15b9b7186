/**
 * Milliseconds of the system's monotonic clock: the same clock in every thread and process of this machine, never set back by the user.
 * Frames and lock events carry it, so that a frame taken before the lock can be told from one taken after.
 */
export function monotonicNowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

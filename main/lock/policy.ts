import { type RecordedRefusal, recordedRefusals } from '../contract/audit.ts';
import type { RefusalReason } from '../contract/decision.ts';
import type { LockCounters } from '../contract/lock-counters.ts';
import type { PasscodeReason } from '../contract/lock-state.ts';

/*
 * Face ID's rules in numbers. Source: Apple Platform Security, "Face ID, Touch ID, passcodes and passwords": a passcode is required
 * after 48 h without an unlock, after 156 h without the passcode when the face has not unlocked for 4 h, after five failed looks.
 */
const hourMs = 3_600_000;
export const idleLimitMs = 48 * hourMs;
export const passcodeAgeLimitMs = 156 * hourMs;
export const faceAgeLimitMs = 4 * hourMs;
export const failedLooksLimit = 5;

/** A clock this far behind the latest time seen was set back; less is a time server's correction. */
export const clockToleranceMs = 120_000;

/** A look that decides nothing ends by itself. */
export const lookLimitMs = 10_000;

/** A decision on a frame older than this is about somebody who may have left. */
export const frameAgeLimitMs = 2_000;

/** The highest clock time is written at least this often, so that a kill loses little of it. */
export const storeClockEveryMs = 600_000;

/** Tries presumed made when the counters are lost: the next wrong passcode already costs time. */
export const presumedWrongPasscodes = 3;

const passcodeDelaysMs = [0, 0, 0, 0, 5_000, 30_000, 60_000, 300_000, 900_000, 3_600_000] as const;

/** How long no passcode is taken after so many wrong ones in a row: three are free, an hour is the most. */
export function passcodeDelayMs(wrongPasscodes: number): number {
  const index = Math.min(Math.max(0, Math.trunc(wrongPasscodes)), passcodeDelaysMs.length - 1);
  return passcodeDelaysMs[index] ?? 3_600_000;
}

/** How long no look is taken after so many failed ones: 1 s more for each. */
export function coolDownMs(failedLooks: number): number {
  return 1_000 * failedLooks;
}

/** A look fails when a face was judged and refused. Nobody in view, poor light or closed eyes cost nothing: no template was tried. */
export function countsAsFailedLook(reason: RefusalReason): boolean {
  return reason === 'not-recognised' || reason === 'not-live';
}

/** Refusals the owner may want to read about: somebody was there. */
export function isWorthRecording(reason: RefusalReason): reason is RecordedRefusal {
  return (recordedRefusals as readonly RefusalReason[]).includes(reason);
}

/** Times since the last unlock and the last passcode, each the longer of what the two clocks say. */
export interface Ages {
  readonly sinceUnlockMs: number;
  readonly sincePasscodeMs: number;
}

/** Whether counters, ages or the clock require the passcode now. `wallMs`: the wall clock; not a number counts as set back. */
export function requiredPasscode(counters: LockCounters, ages: Ages, wallMs: number): PasscodeReason | undefined {
  if (counters.failedLooks >= failedLooksLimit) return 'failed-looks';
  if (!(wallMs >= counters.highestWallMs - clockToleranceMs)) return 'clock-rollback';
  if (ages.sinceUnlockMs > idleLimitMs) return 'idle-48h';
  if (ages.sincePasscodeMs > passcodeAgeLimitMs && ages.sinceUnlockMs > faceAgeLimitMs) return 'passcode-156h';
  return undefined;
}

import type { AuditEvent, LockCause } from '../contract/audit.ts';
import type { Decision } from '../contract/decision.ts';
import type { LockCounters } from '../contract/lock-counters.ts';
import type { LockMode, LockState, PasscodeReason } from '../contract/lock-state.ts';

/** Both clocks at one instant: `monotonicNowMs` and the wall clock in ms since 1970. */
export interface Clocks {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** What happens to a lock. Anything else leaves it as it is. */
export type LockEvent =
  /** Close; the face may open it again unless a rule says otherwise. */
  | { readonly kind: 'lock'; readonly cause: LockCause }
  /** The face no longer opens it. `lock-now` and `panic` close it too; the other reasons count from the next closing. */
  | { readonly kind: 'require-passcode'; readonly reason: PasscodeReason }
  | { readonly kind: 'look-started' }
  /** A look ended with nothing decided: nobody there, camera lost, worker failed, window hidden. */
  | { readonly kind: 'look-ended' }
  | { readonly kind: 'decision'; readonly decision: Decision }
  /** Somebody typed a passcode and asks whether it is right. */
  | { readonly kind: 'passcode-offered' }
  | { readonly kind: 'passcode-right'; readonly attempt: number }
  | { readonly kind: 'passcode-wrong'; readonly attempt: number }
  /** The vault could not tell: disk error, damaged record. */
  | { readonly kind: 'passcode-unchecked'; readonly attempt: number }
  /** Session mode: the operating system's locker was opened by its own means, e.g. with the account's password. */
  | { readonly kind: 'session-opened' }
  /** The screen is from now on closed and opened in the other way: chosen so, or the system's locker failed. */
  | { readonly kind: 'mode-changed'; readonly mode: LockMode }
  /** The first person was enrolled, with a passcode, just now. */
  | { readonly kind: 'enrolled' }
  /** The last person was deleted. */
  | { readonly kind: 'nobody-enrolled' }
  /** Counters could not be written. */
  | { readonly kind: 'store-failed' }
  /** Time passed; send one a second while locked, one a minute otherwise. */
  | { readonly kind: 'tick' };

/** What the caller must do, in this order. `store` comes first: what it holds is on the disk before anything shows. */
export type LockEffect =
  | { readonly kind: 'store'; readonly counters: LockCounters }
  /** Show the lock on every display, or have the operating system lock. */
  | { readonly kind: 'cover' }
  /** Take the lock away. Nothing else ever does. */
  | { readonly kind: 'uncover' }
  | { readonly kind: 'start-look' }
  | { readonly kind: 'stop-look' }
  /** Ask the vault, then answer with passcode-right, -wrong or -unchecked and this number. */
  | { readonly kind: 'check-passcode'; readonly attempt: number }
  /** Overwrite keys and templates in memory. */
  | { readonly kind: 'wipe' }
  | { readonly kind: 'record'; readonly event: AuditEvent };

/** Where the asking for passcodes stands. */
export type PasscodeDesk =
  | { readonly kind: 'open' }
  | { readonly kind: 'checking'; readonly attempt: number }
  | { readonly kind: 'waiting'; readonly untilMs: number };

/** The whole lock. Made by `openLock`, changed only by `step`. */
export interface Lock {
  readonly mode: LockMode;
  readonly enrolled: boolean;
  readonly state: LockState;
  /** Set when only the passcode counts; kept while the system's own locker is opened, cleared by the right passcode alone. */
  readonly hold: PasscodeReason | undefined;
  readonly counters: LockCounters;
  readonly desk: PasscodeDesk;
  readonly lastAttempt: number;
  /** Monotonic times of the last unlock and passcode; before this start they are reckoned from the wall clock. */
  readonly lastUnlockMs: number;
  readonly lastPasscodeMs: number;
  /** The latest monotonic time seen. */
  readonly nowMs: number;
  /** `highestWallMs` as last stored. */
  readonly storedWallMs: number;
}

export interface Step {
  readonly lock: Lock;
  readonly effects: readonly LockEffect[];
}

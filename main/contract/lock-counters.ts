/**
 * What the lock remembers over a kill and a restart. Wall-clock times are milliseconds since 1970; 0 means never.
 * The vault stores it, the lock computes it.
 */
export interface LockCounters {
  /** Looks judged and refused since the last unlock, 0 to 5. */
  readonly failedLooks: number;
  /** Passcodes tried since the last right one. Counted before the passcode is checked, so that a kill gives no free try. */
  readonly wrongPasscodes: number;
  readonly lastPasscodeWallMs: number;
  readonly lastUnlockWallMs: number;
  /** The latest wall-clock time ever seen: a clock behind it was set back. */
  readonly highestWallMs: number;
  /** True from before the cover shows until after a match or the right passcode. */
  readonly locked: boolean;
  /** Names the start of the operating system in which this was written. */
  readonly bootId: string;
  /** There while only the passcode counts though the system's own locker was opened: whoever starts Facelatch anew gets no way round it. */
  readonly passcodeOwed?: true;
}

/** What is found where the counters should be. `lost`: missing, damaged or forged though somebody is enrolled. */
export type StoredCounters =
  | { readonly kind: 'none' }
  | { readonly kind: 'counters'; readonly counters: LockCounters }
  | { readonly kind: 'lost' };

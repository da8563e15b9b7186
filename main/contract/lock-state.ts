/** Whose screen it is: our cover on every display, or the operating system's own locker. */
export const lockModes = ['cover', 'session'] as const;
export type LockMode = (typeof lockModes)[number];

/** Why only the passcode opens the lock. */
export const passcodeReasons = [
  /** Facelatch or the computer started anew. */
  'restart',
  /** Five looks in a row were judged and refused. */
  'failed-looks',
  /** Nothing unlocked for 48 hours. */
  'idle-48h',
  /** The passcode was not used for 156 hours and the face did not unlock for 4 hours. */
  'passcode-156h',
  /** The owner asked for it ("Lock, passcode only"). */
  'lock-now',
  /** The panic shortcut was pressed. */
  'panic',
  /** Unlocking by face is switched off, or no face is enrolled. */
  'face-off',
  /** The computer's clock was set back. */
  'clock-rollback',
  /** Another camera than the one enrolled with is connected. */
  'other-camera',
  /** The stored counters are missing, damaged or forged. */
  'counters-lost',
  /** No guardian process stays alive to watch over the cover. */
  'guardian-lost',
] as const;
export type PasscodeReason = (typeof passcodeReasons)[number];

/** The lock, one value. The passcode may be typed in every state but `unlocked`. Times are on `monotonicNowMs`. */
export type LockState =
  | { readonly kind: 'unlocked'; readonly sinceMs: number }
  | { readonly kind: 'locked'; readonly failedLooks: number }
  | { readonly kind: 'scanning'; readonly sinceMs: number; readonly failedLooks: number }
  | { readonly kind: 'cooling-down'; readonly untilMs: number; readonly failedLooks: number }
  | { readonly kind: 'passcode-required'; readonly reason: PasscodeReason };

/** Whether a passcode is taken at this moment. `waiting`: after wrong ones, not before `untilMs` on `monotonicNowMs`. */
export type PasscodeEntry =
  | { readonly kind: 'open' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'waiting'; readonly untilMs: number };

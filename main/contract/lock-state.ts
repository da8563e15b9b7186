/** Why only the passcode opens the lock. */
export const passcodeReasons = [
  'restart',
  'failed-looks',
  'idle-48h',
  'passcode-156h',
  'lock-now',
  'panic',
  'face-off',
  'clock-rollback',
  'no-camera',
] as const;
export type PasscodeReason = (typeof passcodeReasons)[number];

/** The lock, one value. The passcode may be typed in every state but `unlocked`. Times are on `monotonicNowMs`. */
export type LockState =
  | { readonly kind: 'unlocked'; readonly sinceMs: number }
  | { readonly kind: 'locked'; readonly failedLooks: number }
  | { readonly kind: 'scanning'; readonly sinceMs: number; readonly failedLooks: number }
  | { readonly kind: 'cooling-down'; readonly untilMs: number; readonly failedLooks: number }
  | { readonly kind: 'passcode-required'; readonly reason: PasscodeReason };

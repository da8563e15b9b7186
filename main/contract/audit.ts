import type { RefusalReason } from './decision.ts';
import type { PasscodeReason } from './lock-state.ts';

/** What made the lock close. */
export const lockCauses = ['request', 'idle', 'suspend', 'lid', 'system', 'guardian', 'lock-now', 'panic', 'start'] as const;
export type LockCause = (typeof lockCauses)[number];

/** One thing worth remembering for the owner. Never a picture, a distance or a score: nothing to climb by. */
export type AuditEvent =
  | { readonly kind: 'log-started' }
  | { readonly kind: 'locked'; readonly cause: LockCause }
  | { readonly kind: 'unlocked'; readonly by: 'face' | 'passcode' | 'system' }
  | { readonly kind: 'look-refused'; readonly reason: RefusalReason }
  | { readonly kind: 'passcode-wrong' }
  | { readonly kind: 'passcode-required'; readonly reason: PasscodeReason }
  | { readonly kind: 'person-enrolled' }
  | { readonly kind: 'person-deleted' }
  | { readonly kind: 'templates-changed'; readonly cause: 'enrolled' | 'learned' | 'undone' }
  | { readonly kind: 'passcode-changed' }
  | { readonly kind: 'key-rotated' }
  | { readonly kind: 'backup-exported' }
  | { readonly kind: 'settings-changed' }
  | { readonly kind: 'guardian-lost' }
  | { readonly kind: 'camera-lost' };

/** One line of the log as the owner reads it. */
export interface AuditEntry {
  readonly sequence: number;
  readonly wallMs: number;
  readonly event: AuditEvent;
}

import * as v from 'valibot';
import { passcodeReasons } from './lock-state.ts';

/** What made the lock close. */
export const lockCauses = ['request', 'idle', 'suspend', 'lid', 'system', 'guardian', 'lock-now', 'panic', 'start'] as const;
export type LockCause = (typeof lockCauses)[number];

/** Refusals worth telling the owner: somebody was there. */
export const recordedRefusals = ['not-recognised', 'not-live', 'eyes-closed', 'looking-away'] as const;
export type RecordedRefusal = (typeof recordedRefusals)[number];

/** Why a stored face changed. `learning-damaged`: what was learned was changed from outside and dropped; the enrolment stays. */
export const templateChanges = [
  'enrolled',
  'learned',
  'undone',
  'forgotten',
  'alternate-added',
  'alternate-removed',
  'learning-damaged',
] as const;
export type TemplateChange = (typeof templateChanges)[number];

/** One thing worth remembering for the owner. Never a picture, a distance or a score: nothing to climb by. */
export const auditEventSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('log-started') }),
  /** The log's newest key was lost: entries before this one may be missing. */
  v.strictObject({ kind: v.literal('log-repaired') }),
  v.strictObject({ kind: v.literal('locked'), cause: v.picklist(lockCauses) }),
  v.strictObject({ kind: v.literal('unlocked'), by: v.picklist(['face', 'passcode', 'system']) }),
  v.strictObject({ kind: v.literal('look-refused'), reason: v.picklist(recordedRefusals) }),
  v.strictObject({ kind: v.literal('passcode-wrong') }),
  v.strictObject({ kind: v.literal('passcode-required'), reason: v.picklist(passcodeReasons) }),
  v.strictObject({ kind: v.literal('person-enrolled') }),
  v.strictObject({ kind: v.literal('person-deleted') }),
  v.strictObject({ kind: v.literal('templates-changed'), cause: v.picklist(templateChanges) }),
  v.strictObject({ kind: v.literal('passcode-changed') }),
  v.strictObject({ kind: v.literal('key-rotated') }),
  v.strictObject({ kind: v.literal('backup-exported') }),
  v.strictObject({ kind: v.literal('settings-changed') }),
  v.strictObject({ kind: v.literal('guardian-lost') }),
  v.strictObject({ kind: v.literal('camera-lost') }),
]);
export type AuditEvent = v.InferOutput<typeof auditEventSchema>;

/** One line of the log as the owner reads it. */
export interface AuditEntry {
  readonly sequence: number;
  readonly wallMs: number;
  readonly event: AuditEvent;
}

import type { AuditEntry, AuditEvent, LockCause, RecordedRefusal, TemplateChange } from '../../contract/audit.ts';
import type { ActivityView } from '../../contract/ipc.ts';
import type { PasscodeReason } from '../../contract/lock-state.ts';
import type { LogReading } from '../../vault/api.ts';
import type { Refusal } from '../../vault/results.ts';

/** More than this nobody reads; the log itself keeps more. */
const shownEntries = 300;

const causes: Readonly<Record<LockCause, string>> = {
  request: 'Locked on request',
  idle: 'Locked because nobody touched anything',
  suspend: 'Locked before sleep',
  lid: 'Locked because the lid was closed',
  system: 'Locked with the system',
  guardian: 'Locked because its guardian was gone',
  'lock-now': 'Locked for everything but the passcode',
  panic: 'Locked by the panic shortcut',
  start: 'Locked at the start',
};

/** A face that is not alive reads like one that is not known: whoever comes by an open screen shall not learn which of the two failed. */
const refusals: Readonly<Record<RecordedRefusal, string>> = {
  'not-recognised': 'A face was refused',
  'not-live': 'A face was refused',
  'eyes-closed': 'A face was refused: eyes closed',
  'looking-away': 'A face was refused: looking away',
};

const reasons: Readonly<Record<PasscodeReason, string>> = {
  restart: 'after a start',
  'failed-looks': 'too many looks failed',
  'idle-48h': 'locked for more than two days',
  'passcode-156h': 'not typed for a long time',
  'lock-now': 'asked for',
  panic: 'panic shortcut',
  'face-off': 'unlocking by face is off',
  'clock-rollback': 'the clock was set back',
  'other-camera': 'another camera',
  'counters-lost': 'records of the lock were missing',
  'guardian-lost': 'no guardian stayed alive',
};

const unlocks = { face: 'Unlocked by face', passcode: 'Unlocked by passcode', system: 'Unlocked with the system' } as const;

const templateChanges: Readonly<Record<TemplateChange, string>> = {
  enrolled: 'A face was set up',
  learned: 'Facelatch learned from an unlock',
  undone: 'Something learned was taken back',
  forgotten: 'Everything learned was forgotten',
  'alternate-added': 'A second appearance was set up',
  'alternate-removed': 'A second appearance was removed',
  'learning-damaged': 'What was learned was damaged and dropped: the face as it was set up counts, and learning is off',
};

/** What the owner reads of one event. */
export function activitySentence(event: AuditEvent): string {
  switch (event.kind) {
    case 'locked':
      return causes[event.cause];
    case 'unlocked':
      return unlocks[event.by];
    case 'look-refused':
      return refusals[event.reason];
    case 'passcode-required':
      return `Passcode required: ${reasons[event.reason]}`;
    case 'templates-changed':
      return templateChanges[event.cause];
    case 'log-started':
      return 'This record began';
    case 'log-repaired':
      return 'This record was broken and goes on from here: entries before may be missing';
    case 'passcode-wrong':
      return 'A wrong passcode was typed';
    case 'person-enrolled':
      return 'A person was added';
    case 'person-deleted':
      return 'A person was removed';
    case 'passcode-changed':
      return 'A passcode was changed';
    case 'key-rotated':
      return 'A key was renewed';
    case 'backup-exported':
      return 'A backup was written';
    case 'settings-changed':
      return 'Settings were changed';
    case 'guardian-lost':
      return 'The guardian was lost and started again';
    case 'camera-lost':
      return 'The camera was lost';
  }
}

/** The newest entries of the log, newest first, as sentences with their times. */
export function activityView(reading: Exclude<LogReading, Refusal>): ActivityView {
  const newest: readonly AuditEntry[] = reading.entries.slice(-shownEntries).reverse();
  return {
    entries: newest.map(({ sequence, wallMs, event }) => ({ id: sequence, wallMs, sentence: activitySentence(event) })),
    warning: reading.kind === 'edited' ? reading.sentence : undefined,
  };
}

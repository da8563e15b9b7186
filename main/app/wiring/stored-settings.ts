import * as v from 'valibot';
import { type IdleLockMinutes, idleLockChoicesMinutes } from '../../contract/ipc.ts';
import { type LockMode, lockModes } from '../../contract/lock-state.ts';
import { defaultPanicShortcut, type PanicShortcut, panicShortcuts } from '../../contract/panic-shortcut.ts';
import type { JsonValue, StoredSettings } from '../../vault/api.ts';

/** What a person chose; kept in the vault, authenticated there, readable while sealed. */
export interface Settings {
  readonly idleLockMinutes: IdleLockMinutes;
  /** The camera they chose or enrolled with. Never another one in its place: an unplugged camera must not bring the simulated one. */
  readonly cameraId: string | undefined;
  /** The physical device they enrolled with, or last typed the passcode for. Looks through another one ask for the passcode first. */
  readonly cameraPin: string | undefined;
  /** Eyes must be open and directed at the screen. Off for people whose eyes cannot be judged. */
  readonly attentionRequired: boolean;
  /** Whose lock screen closes the session: chosen, and not always on. */
  readonly lockMode: LockMode;
  readonly panicShortcut: PanicShortcut;
  /** Program and arguments of the owner's own locker. */
  readonly lockCommand: readonly string[] | undefined;
}

export const defaultSettings: Settings = {
  idleLockMinutes: 5,
  cameraId: undefined,
  cameraPin: undefined,
  attentionRequired: true,
  lockMode: 'cover',
  panicShortcut: defaultPanicShortcut,
  lockCommand: undefined,
};

const cameraName = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

const schema = v.object({
  idleLockMinutes: v.picklist(idleLockChoicesMinutes),
  cameraId: v.exactOptional(cameraName),
  cameraPin: v.exactOptional(cameraName),
  // Settings of before these choices have none.
  attentionRequired: v.optional(v.boolean(), true),
  lockMode: v.optional(v.picklist(lockModes), 'cover'),
  panicShortcut: v.optional(v.picklist(panicShortcuts), defaultPanicShortcut),
  lockCommand: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.minLength(1), v.maxLength(21))),
});

/** The stored settings; the defaults where there are none or they were changed from outside. */
export function readSettings(stored: StoredSettings): Settings {
  if (stored.kind !== 'settings') return defaultSettings;
  const parsed = v.safeParse(schema, stored.value);
  if (!parsed.success) return defaultSettings;
  return { ...defaultSettings, ...parsed.output };
}

/** The settings as the vault stores them. */
export function settingsToStore(settings: Settings): JsonValue {
  const { cameraId, cameraPin, lockCommand, ...always } = settings;
  return {
    ...always,
    ...(cameraId === undefined ? {} : { cameraId }),
    ...(cameraPin === undefined ? {} : { cameraPin }),
    ...(lockCommand === undefined ? {} : { lockCommand }),
  };
}

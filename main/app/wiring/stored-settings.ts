import * as v from 'valibot';
import { type IdleLockMinutes, idleLockChoicesMinutes } from '../../contract/ipc.ts';
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
}

export const defaultSettings: Settings = { idleLockMinutes: 5, cameraId: undefined, cameraPin: undefined, attentionRequired: true };

const cameraName = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

const schema = v.object({
  idleLockMinutes: v.picklist(idleLockChoicesMinutes),
  cameraId: v.exactOptional(cameraName),
  cameraPin: v.exactOptional(cameraName),
  // Settings of before this choice have none.
  attentionRequired: v.optional(v.boolean(), true),
});

/** The stored settings; the defaults where there are none or they were changed from outside. */
export function readSettings(stored: StoredSettings): Settings {
  if (stored.kind !== 'settings') return defaultSettings;
  const parsed = v.safeParse(schema, stored.value);
  if (!parsed.success) return defaultSettings;
  const { idleLockMinutes, cameraId, cameraPin, attentionRequired } = parsed.output;
  return { idleLockMinutes, cameraId, cameraPin, attentionRequired };
}

/** The settings as the vault stores them. */
export function settingsToStore(settings: Settings): JsonValue {
  const { cameraId, cameraPin, ...always } = settings;
  return { ...always, ...(cameraId === undefined ? {} : { cameraId }), ...(cameraPin === undefined ? {} : { cameraPin }) };
}

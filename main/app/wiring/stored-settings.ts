import * as v from 'valibot';
import { type IdleLockMinutes, idleLockChoicesMinutes } from '../../contract/ipc.ts';
import type { StoredSettings } from '../../vault/api.ts';

/** What a person chose; kept in the vault, authenticated there, readable while sealed. */
export interface Settings {
  readonly idleLockMinutes: IdleLockMinutes;
  /** The camera they chose or enrolled with. Never another one in its place: an unplugged camera must not bring the simulated one. */
  readonly cameraId: string | undefined;
}

export const defaultSettings: Settings = { idleLockMinutes: 5, cameraId: undefined };

const schema = v.object({
  idleLockMinutes: v.picklist(idleLockChoicesMinutes),
  cameraId: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096))),
});

/** The stored settings; the defaults where there are none or they were changed from outside. */
export function readSettings(stored: StoredSettings): Settings {
  if (stored.kind !== 'settings') return defaultSettings;
  const parsed = v.safeParse(schema, stored.value);
  if (!parsed.success) return defaultSettings;
  return { idleLockMinutes: parsed.output.idleLockMinutes, cameraId: parsed.output.cameraId };
}

/** The settings as the vault stores them. */
export function settingsToStore(settings: Settings): { idleLockMinutes: number; cameraId?: string } {
  const { idleLockMinutes, cameraId } = settings;
  return cameraId === undefined ? { idleLockMinutes } : { idleLockMinutes, cameraId };
}

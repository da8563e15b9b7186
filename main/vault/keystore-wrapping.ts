import type { JsonValue, Protection, StoredSettings } from './api.ts';
import { readSettings, writeSettings } from './counters.ts';
import { type DeviceKeys, loadDeviceKeys, loadWrappingKey, makeDeviceKey } from './device-key.ts';
import { type Done, done, type Refusal } from './results.ts';
import { wipe } from './seal.ts';
import { peopleOf, type VaultState, write } from './vault-state.ts';
import { writeKeystoreWrapping } from './wrappings.ts';

export const keystoreLost = "The system's key store does not open the vault: type the passcode once.";

/** What wraps the data keys, and what guards the counters. */
export function protectionOf(vault: VaultState): Protection {
  const { keystore } = vault;
  const counters = vault.device === undefined ? 'checksum' : 'authenticated';
  if (keystore.kind === 'none') return { wrapping: { kind: 'passcode-only', sentence: keystore.sentence }, counters };
  if (isGuardLost(vault)) return { wrapping: { kind: 'passcode-only', sentence: keystoreLost }, counters };
  return { wrapping: { kind: 'os', backend: keystore.backend }, counters };
}

/** There is a keystore but it does not open this vault's device key: what the key authenticated cannot be believed. */
export function isGuardLost(vault: VaultState): boolean {
  return vault.keystore.kind === 'os' && vault.device === undefined && peopleOf(vault).length > 0;
}

/** Wraps a data key with the OS keystore where there is one that works. */
export function wrapWithKeystore({ database, keystore }: VaultState, personId: string, dataKey: Buffer): void {
  const wrappingKey = loadWrappingKey(database, keystore);
  if (wrappingKey === undefined) return;
  writeKeystoreWrapping(database, wrappingKey, personId, dataKey);
  wipe(wrappingKey);
}

/** Makes a device key where the keystore is real and the old one is lost or there was none. */
export function readyDevice(vault: VaultState): Done | Refusal {
  const { database, keystore } = vault;
  vault.device ??= loadDeviceKeys(database, keystore);
  if (vault.device !== undefined) return done;
  const settings = settingsOf(vault);
  const made = write(vault, () => {
    makeDeviceKey(database, keystore);
    return done;
  });
  vault.device = loadDeviceKeys(database, keystore);
  // Chosen before anybody was enrolled: nobody to protect yet.
  if (vault.device !== undefined && settings.kind === 'settings') return rewriteSettings(vault, vault.device, settings.value);
  return made;
}

/** The settings, where what guards them can be checked. */
export function settingsOf(vault: VaultState): StoredSettings {
  if (isGuardLost(vault)) return { kind: 'lost' };
  return readSettings(vault.database, vault.device?.guardKey);
}

function rewriteSettings(vault: VaultState, device: DeviceKeys, value: JsonValue): Done | Refusal {
  return write(vault, () => {
    writeSettings(vault.database, device.guardKey, value);
    return done;
  });
}

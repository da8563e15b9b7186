import { hkdfSync } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Keystore } from './keystore.ts';
import { keyBytes, newKey, wipe } from './seal.ts';

/**
 * Keys that come from one random device key, which only the OS keystore opens. `guardKey` and `logKey` stay in memory while Facelatch runs: they
 * authenticate counters and hide the log, and lead back to nothing. `wrappingKey` opens data keys: it is made anew for each use and wiped.
 */
export interface DeviceKeys {
  readonly guardKey: Buffer;
  readonly logKey: Buffer;
}

function derive(deviceKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', deviceKey, Buffer.alloc(0), `facelatch ${purpose} 1`, keyBytes));
}

/** The device key, or undefined when there is none or the keystore cannot open it now. */
function loadDeviceKey(database: Database, keystore: Keystore): Uint8Array | undefined {
  if (keystore.kind === 'none') return undefined;
  const row = database.prepare<[], { sealed: Buffer }>('SELECT sealed FROM device_key').get();
  if (row === undefined) return undefined;
  try {
    const deviceKey = keystore.open(row.sealed);
    return deviceKey.length === keyBytes ? deviceKey : undefined;
  } catch {
    // A locked, reset or other keystore: the passcode is asked for, and a new device key made after it.
    return undefined;
  }
}

function withDeviceKey<Result>(database: Database, keystore: Keystore, use: (deviceKey: Uint8Array) => Result): Result | undefined {
  const deviceKey = loadDeviceKey(database, keystore);
  if (deviceKey === undefined) return undefined;
  const result = use(deviceKey);
  wipe(deviceKey);
  return result;
}

export function loadDeviceKeys(database: Database, keystore: Keystore): DeviceKeys | undefined {
  return withDeviceKey(database, keystore, (deviceKey) => ({
    guardKey: derive(deviceKey, 'guard'),
    logKey: derive(deviceKey, 'log'),
  }));
}

/** The key that wraps data keys; the caller wipes it. */
export function loadWrappingKey(database: Database, keystore: Keystore): Buffer | undefined {
  return withDeviceKey(database, keystore, (deviceKey) => derive(deviceKey, 'wrapping'));
}

/** Stores a new device key where the keystore is real; false where there is none or it refuses. Throws what SQLite throws. */
export function makeDeviceKey(database: Database, keystore: Keystore): boolean {
  if (keystore.kind === 'none') return false;
  const deviceKey = newKey();
  let sealed: Uint8Array;
  try {
    sealed = keystore.seal(deviceKey);
  } catch {
    return false;
  } finally {
    wipe(deviceKey);
  }
  database.prepare('INSERT OR REPLACE INTO device_key VALUES (1, ?)').run(Buffer.from(sealed));
  return true;
}

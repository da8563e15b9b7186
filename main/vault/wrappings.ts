import type { Database } from 'better-sqlite3';
import type { PasscodeWrapping } from './passcode.ts';
import { associatedData, keyBytes, open, seal } from './seal.ts';

export function writePasscodeWrapping(database: Database, personId: string, wrapping: PasscodeWrapping): void {
  const { n, r, p, salt, sealed } = wrapping;
  database.prepare('INSERT OR REPLACE INTO passcode_wrapping VALUES (?, ?, ?, ?, ?, ?)').run(personId, n, r, p, salt, sealed);
}

export function readPasscodeWrapping(database: Database, personId: string): PasscodeWrapping | undefined {
  return database
    .prepare<[string], PasscodeWrapping>('SELECT n, r, p, salt, sealed FROM passcode_wrapping WHERE person_id = ?')
    .get(personId);
}

function keystoreName(personId: string): Buffer {
  return associatedData(personId, 'keystore-wrapping', 1);
}

export function writeKeystoreWrapping(database: Database, wrappingKey: Buffer, personId: string, dataKey: Buffer): void {
  database
    .prepare('INSERT OR REPLACE INTO keystore_wrapping VALUES (?, ?)')
    .run(personId, seal(wrappingKey, dataKey, keystoreName(personId)));
}

export function readKeystoreWrapping(database: Database, wrappingKey: Buffer, personId: string): Buffer | undefined {
  const row = database.prepare<[string], { sealed: Buffer }>('SELECT sealed FROM keystore_wrapping WHERE person_id = ?').get(personId);
  const dataKey = row === undefined ? undefined : open(wrappingKey, row.sealed, keystoreName(personId));
  return dataKey?.length === keyBytes ? dataKey : undefined;
}

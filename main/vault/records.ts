import type { Database } from 'better-sqlite3';
import { associatedData, open, seal } from './seal.ts';

/** What is sealed under a person's data key. `renewal` is the secret the vectors are under, `adaptation` what was learned and how. */
export type RecordKind = 'name' | 'templates' | 'log-root' | 'renewal' | 'adaptation';

/** Every kind there is, so that nothing is forgotten when all are sealed anew. */
export const recordVersions: Readonly<Record<RecordKind, number>> = {
  name: 1,
  // 1 held the vectors as the network gave them; 2 holds them under the renewal.
  templates: 2,
  'log-root': 1,
  renewal: 1,
  adaptation: 1,
};

function recordName(personId: string, kind: RecordKind, version: number): Buffer {
  return associatedData(personId, kind, version);
}

export function writeRecord(database: Database, dataKey: Buffer, personId: string, kind: RecordKind, plain: Uint8Array): void {
  const version = recordVersions[kind];
  const sealed = seal(dataKey, plain, recordName(personId, kind, version));
  database.prepare('INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)').run(personId, kind, version, sealed);
}

/**
 * A record in clear; `missing` and `damaged` are told apart because a restored backup has no log root. `version`: of the record, where an older one
 * is asked for.
 */
export function readRecord(
  database: Database,
  dataKey: Buffer,
  personId: string,
  kind: RecordKind,
  version = recordVersions[kind],
): Buffer | 'missing' | 'damaged' {
  const row = database
    .prepare<[string, string], { schema_version: number; sealed: Buffer }>(
      'SELECT schema_version, sealed FROM record WHERE person_id = ? AND kind = ?',
    )
    .get(personId, kind);
  if (row === undefined) return 'missing';
  if (row.schema_version !== version) return 'damaged';
  return open(dataKey, row.sealed, recordName(personId, kind, version)) ?? 'damaged';
}

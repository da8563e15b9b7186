import type { Database } from 'better-sqlite3';
import type { Template } from '../identity/template.ts';
import { associatedData, keyBytes, open, seal, wipe } from './seal.ts';
import { decodeTemplates, encodeTemplates, wipeTemplates } from './template-codec.ts';

/** What is sealed under a person's data key. */
export type RecordKind = 'name' | 'templates' | 'log-root';

const recordVersion = 1;

function recordName(personId: string, kind: RecordKind): Buffer {
  return associatedData(personId, kind, recordVersion);
}

export function writeRecord(database: Database, dataKey: Buffer, personId: string, kind: RecordKind, plain: Uint8Array): void {
  const sealed = seal(dataKey, plain, recordName(personId, kind));
  database.prepare('INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)').run(personId, kind, recordVersion, sealed);
}

/** A record in clear; `missing` and `damaged` are told apart because a restored backup has no log root. */
export function readRecord(database: Database, dataKey: Buffer, personId: string, kind: RecordKind): Buffer | 'missing' | 'damaged' {
  const row = database
    .prepare<[string, string], { schema_version: number; sealed: Buffer }>(
      'SELECT schema_version, sealed FROM record WHERE person_id = ? AND kind = ?',
    )
    .get(personId, kind);
  if (row === undefined) return 'missing';
  if (row.schema_version !== recordVersion) return 'damaged';
  return open(dataKey, row.sealed, recordName(personId, kind)) ?? 'damaged';
}

/** Templates sealed; the bytes in between are wiped. */
export function writeTemplates(database: Database, dataKey: Buffer, personId: string, templates: readonly Template[]): void {
  const plain = encodeTemplates(templates);
  writeRecord(database, dataKey, personId, 'templates', plain);
  wipe(plain);
}

/** A person while their key is in memory. */
export interface OpenPerson {
  readonly id: string;
  readonly dataKey: Buffer;
  /** Undefined when the record was touched. */
  readonly name: string | undefined;
  /** Undefined when the record was touched. */
  readonly templates: readonly Template[] | undefined;
  /** First link of the log's keys; undefined after a restored backup, until somebody who has it shares it. */
  readonly logRoot: Buffer | undefined;
}

/** Opens everything of a person. Takes the key over: it is wiped with the person. */
export function openPerson(database: Database, dataKey: Buffer, personId: string): OpenPerson {
  const name = readRecord(database, dataKey, personId, 'name');
  const bytes = readRecord(database, dataKey, personId, 'templates');
  const logRoot = readRecord(database, dataKey, personId, 'log-root');
  const templates = typeof bytes === 'string' ? undefined : decodeTemplates(bytes);
  if (typeof bytes !== 'string') wipe(bytes);
  return {
    id: personId,
    dataKey,
    name: typeof name === 'string' ? undefined : name.toString('utf8'),
    templates,
    logRoot: typeof logRoot === 'string' || logRoot.length !== keyBytes ? undefined : logRoot,
  };
}

/** The records a person cannot do without are as they were written. */
export function isWhole(person: OpenPerson): boolean {
  return person.name !== undefined && person.templates !== undefined;
}

export function wipePerson(person: OpenPerson): void {
  wipe(person.dataKey, ...(person.logRoot === undefined ? [] : [person.logRoot]));
  wipeTemplates(person.templates ?? []);
}

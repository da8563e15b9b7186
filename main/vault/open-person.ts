import type { Database } from 'better-sqlite3';
import { type FaceReading, readFace, type StoredFace, wipeFace } from './face-records.ts';
import { readRecord } from './records.ts';
import { keyBytes, wipe } from './seal.ts';

/** A person while their key is in memory. */
export interface OpenPerson {
  readonly id: string;
  readonly dataKey: Buffer;
  /** Undefined when the record was touched. */
  readonly name: string | undefined;
  /** Undefined when a record of it was touched. */
  readonly face: StoredFace | undefined;
  /** First link of the log's keys; undefined after a restored backup, until somebody who has it shares it. */
  readonly logRoot: Buffer | undefined;
}

export interface PersonReading {
  readonly person: OpenPerson;
  readonly foundFace: Extract<FaceReading, { kind: 'face' }>['found'] | 'damaged';
}

/** Opens everything of a person. Takes the key over: it is wiped with the person. */
export function openPerson(database: Database, dataKey: Buffer, personId: string): PersonReading {
  const name = readRecord(database, dataKey, personId, 'name');
  const reading = readFace(database, dataKey, personId);
  const logRoot = readRecord(database, dataKey, personId, 'log-root');
  return {
    person: {
      id: personId,
      dataKey,
      name: typeof name === 'string' ? undefined : name.toString('utf8'),
      face: reading.kind === 'face' ? reading.face : undefined,
      logRoot: typeof logRoot === 'string' || logRoot.length !== keyBytes ? undefined : logRoot,
    },
    foundFace: reading.kind === 'face' ? reading.found : 'damaged',
  };
}

/** The records a person cannot do without are as they were written. */
export function isWhole(person: OpenPerson): boolean {
  return person.name !== undefined && person.face !== undefined;
}

export function wipePerson(person: OpenPerson): void {
  wipe(person.dataKey, ...(person.logRoot === undefined ? [] : [person.logRoot]));
  if (person.face !== undefined) wipeFace(person.face);
}

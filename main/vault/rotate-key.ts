import type { Database } from 'better-sqlite3';
import type { WrongPasscode } from './api.ts';
import { checkpoint } from './database.ts';
import { readFace, rotatedFace, type StoredFace, wipeFace, writeFace } from './face-records.ts';
import { wrapWithKeystore } from './keystore-wrapping.ts';
import { wrapWithPasscode } from './passcode.ts';
import { readRecord, writeRecord } from './records.ts';
import { type Done, done, type Refusal } from './results.ts';
import { newKey, wipe } from './seal.ts';
import { wrongPasscode } from './unseal.ts';
import { append, changedMeanwhile, damaged, isUnchanged, unwrap, type VaultState, write } from './vault-state.ts';
import { readPasscodeWrapping, writePasscodeWrapping } from './wrappings.ts';

/** A new data key and a new renewal for a person, everything sealed anew. */
export async function rotateKey(vault: VaultState, personId: string, passcode: string): Promise<Done | WrongPasscode | Refusal> {
  const { database } = vault;
  const before = readPasscodeWrapping(database, personId);
  const dataKey = await unwrap(vault, personId, passcode);
  if (dataKey === undefined) return wrongPasscode;
  const nextKey = newKey();
  const wrapping = await wrapWithPasscode(nextKey, passcode, personId);
  let face: StoredFace | undefined;
  const written = write(vault, () => {
    if (!isUnchanged(vault, personId, before?.sealed)) return changedMeanwhile;
    face = resealAll(database, personId, dataKey, nextKey);
    if (face === undefined) return damaged;
    writePasscodeWrapping(database, personId, wrapping);
    wrapWithKeystore(vault, personId, nextKey);
    append(vault, { kind: 'key-rotated' });
    return done;
  });
  wipe(dataKey);
  if (written.kind === 'done') checkpoint(database);
  takeRotated(vault, personId, written.kind === 'done', nextKey, face);
  return written;
}

/** The new key and face take the place of the old ones in memory, or are wiped where nobody is open or nothing was written. */
function takeRotated({ open }: VaultState, personId: string, isWritten: boolean, nextKey: Buffer, face: StoredFace | undefined): void {
  const person = open.get(personId);
  if (isWritten && person !== undefined) {
    wipe(person.dataKey);
    if (person.face !== undefined) wipeFace(person.face);
    open.set(personId, { ...person, dataKey: nextKey, face });
    return;
  }
  wipe(nextKey);
  if (face !== undefined) wipeFace(face);
}

/** Everything of a person sealed under another key, the face under another secret as well; undefined when a record of it is damaged. */
function resealAll(database: Database, personId: string, dataKey: Buffer, nextKey: Buffer): StoredFace | undefined {
  for (const kind of ['name', 'log-root'] as const) {
    const plain = readRecord(database, dataKey, personId, kind);
    if (plain === 'missing' && kind === 'log-root') continue;
    if (typeof plain === 'string') return undefined;
    writeRecord(database, nextKey, personId, kind, plain);
    wipe(plain);
  }
  const reading = readFace(database, dataKey, personId);
  if (reading.kind === 'damaged') return undefined;
  const face = rotatedFace(reading.face);
  wipeFace(reading.face);
  writeFace(database, nextKey, personId, face);
  return face;
}

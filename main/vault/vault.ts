import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { AuditEvent } from '../contract/audit.ts';
import type { LockCounters, StoredCounters } from '../contract/lock-counters.ts';
import { passcodeFault } from '../contract/passcode.ts';
import { type Adaptation, templatesInService } from '../identity/adaptation-record.ts';
import type { Gallery, Template } from '../identity/template.ts';
import type {
  AdaptationCause,
  Enrolment,
  JsonValue,
  KeystoreUnsealing,
  LogReading,
  Person,
  Protection,
  StoredSettings,
  Unsealing,
  Vault,
  WrongPasscode,
} from './api.ts';
import { exportBackup } from './backup.ts';
import { readCounters, readSettings, writeCounters, writeSettings } from './counters.ts';
import { checkpoint, openDatabase } from './database.ts';
import { type DeviceKeys, loadDeviceKeys, loadWrappingKey, makeDeviceKey } from './device-key.ts';
import {
  copyOf,
  type Learning,
  newFace,
  readFace,
  rotatedFace,
  type StoredFace,
  wipeAdaptation,
  wipeFace,
  writeFace,
} from './face-records.ts';
import { type Keystore, usableKeystore } from './keystore.ts';
import { appendToLog, checkLog, placeAfterLastEntry, pruneLog, readHead, startLog } from './log.ts';
import { isWhole, type OpenPerson, openPerson, type PersonReading, wipePerson } from './open-person.ts';
import { unwrapWithPasscode, wrapWithPasscode } from './passcode.ts';
import { readRecord, writeRecord } from './records.ts';
import { type Done, done, type Refusal, refusalOf, refuse } from './results.ts';
import { newKey, wipe } from './seal.ts';
import { readKeystoreWrapping, readPasscodeWrapping, writeKeystoreWrapping, writePasscodeWrapping } from './wrappings.ts';

export type VaultOpening = { readonly kind: 'opened'; readonly vault: Vault } | Refusal;

const notHere = refuse('Nobody of that name is enrolled here.');
const sealed = refuse('Type the passcode first.');
const damaged = refuse('The records of this person are damaged or were changed: restore a backup or enrol again.');
const sealedMeanwhile = refuse('Locked meanwhile: type the passcode again.');
const changedMeanwhile = refuse('The passcode was changed meanwhile: nothing was done.');
const keystoreLost = "The system's key store does not open the vault: type the passcode once.";
const wrongPasscode: WrongPasscode = { kind: 'wrong-passcode' };

/**
 * Opens the vault in a folder of its own, or makes an empty one; this process holds it until `close`. `now` is the wall clock in ms since 1970.
 * A foreign, damaged, newer or busy file, a full disk and missing rights come back as a sentence, with nothing changed.
 */
export function openVault(folder: string, keystore: Keystore, now: () => number = Date.now): VaultOpening {
  const opening = openDatabase(folder, now());
  if (opening.kind === 'refused') return opening;
  return { kind: 'opened', vault: new SqliteVault(opening.database, usableKeystore(keystore), now) };
}

function galleryOf({ id, face }: OpenPerson): Gallery {
  return face === undefined
    ? { personId: id, templates: [] }
    : { personId: id, templates: templatesInService(face.adaptation), renewal: face.renewal };
}

class SqliteVault implements Vault {
  readonly #database: Database;
  readonly #keystore: Keystore;
  readonly #now: () => number;
  readonly #open = new Map<string, OpenPerson>();
  #device: DeviceKeys | undefined;
  /** Counts the sealings, so that an unsealing under way when one comes does not undo it. */
  #sealings = 0;

  constructor(database: Database, keystore: Keystore, now: () => number) {
    this.#database = database;
    this.#keystore = keystore;
    this.#now = now;
    this.#device = loadDeviceKeys(database, keystore);
  }

  people(): readonly Person[] {
    const rows = this.#database
      .prepare<[], { id: string; created_at_ms: number }>('SELECT id, created_at_ms FROM person ORDER BY created_at_ms, id')
      .all();
    return rows.map(({ id, created_at_ms }) => ({ id, createdAtMs: created_at_ms, name: this.#open.get(id)?.name }));
  }

  async enrolPerson(person: {
    readonly name: string;
    readonly passcode: string;
    readonly templates: readonly Template[];
  }): Promise<Enrolment> {
    const fault = passcodeFault(person.passcode);
    if (fault !== undefined) return refuse(fault);
    if (this.people().length > 0 && this.#open.size === 0) return sealed;
    const readied = this.#readyDevice();
    if (readied.kind === 'refused') return readied;
    const personId = randomUUID();
    const dataKey = newKey();
    const wrapping = await wrapWithPasscode(dataKey, person.passcode, personId);
    const written = this.#write(() => {
      const isFirst = this.people().length === 0;
      if (!isFirst && this.#open.size === 0) return sealedMeanwhile;
      this.#database.prepare('INSERT INTO person VALUES (?, ?)').run(personId, this.#now());
      writePasscodeWrapping(this.#database, personId, wrapping);
      this.#wrapWithKeystore(personId, dataKey);
      writeRecord(this.#database, dataKey, personId, 'name', Buffer.from(person.name, 'utf8'));
      const face = newFace(person.templates, 'on');
      writeFace(this.#database, dataKey, personId, face);
      wipeFace(face);
      const logRoot = isFirst ? newKey() : this.#anyLogRoot();
      if (logRoot !== undefined) writeRecord(this.#database, dataKey, personId, 'log-root', logRoot);
      if (isFirst && logRoot !== undefined) {
        startLog(this.#database, this.#device?.logKey, logRoot, 0);
        this.#append({ kind: 'log-started' });
        wipe(logRoot);
      }
      this.#append({ kind: 'person-enrolled' });
      return done;
    });
    if (written.kind === 'refused') {
      wipe(dataKey);
      return written;
    }
    this.#keepOpen(openPerson(this.#database, dataKey, personId).person);
    checkpoint(this.#database);
    return { kind: 'enrolled', personId };
  }

  async unsealWithPasscode(passcode: string, personId?: string): Promise<Unsealing> {
    try {
      const ids = personId === undefined ? this.people().map(({ id }) => id) : [personId];
      return await this.#unsealFirst(ids, passcode);
    } catch (error) {
      return refusalOf(error);
    }
  }

  async #unsealFirst(ids: readonly string[], passcode: string): Promise<Unsealing> {
    const sealings = this.#sealings;
    for (const id of ids) {
      const dataKey = await this.#unwrap(id, passcode);
      if (dataKey === undefined) continue;
      if (sealings !== this.#sealings) {
        wipe(dataKey);
        return sealedMeanwhile;
      }
      const reading = openPerson(this.#database, dataKey, id);
      const { person } = reading;
      this.#keepOpen(person);
      this.#mend(person);
      this.#mendFace(reading);
      return {
        kind: 'unsealed',
        personId: id,
        records: isWhole(person) ? { kind: 'whole' } : { kind: 'damaged', sentence: damaged.sentence },
      };
    }
    return wrongPasscode;
  }

  unsealWithKeystore(): KeystoreUnsealing {
    if (this.#keystore.kind === 'none') return { kind: 'passcode-needed', sentence: this.#keystore.sentence };
    if (this.#sealings > 0) return { kind: 'passcode-needed', sentence: 'The passcode is required.' };
    const wrappingKey = loadWrappingKey(this.#database, this.#keystore);
    if (wrappingKey === undefined) {
      return { kind: 'passcode-needed', sentence: keystoreLost };
    }
    for (const { id } of this.people()) {
      const dataKey = this.#open.has(id) ? undefined : readKeystoreWrapping(this.#database, wrappingKey, id);
      const reading = dataKey === undefined ? undefined : openPerson(this.#database, dataKey, id);
      if (reading === undefined) continue;
      if (isWhole(reading.person)) {
        this.#keepOpen(reading.person);
        this.#mendFace(reading);
      } else wipePerson(reading.person);
    }
    wipe(wrappingKey);
    const personIds = [...this.#open.keys()];
    return personIds.length > 0 ? { kind: 'unsealed', personIds } : { kind: 'passcode-needed', sentence: 'Type the passcode once.' };
  }

  galleries(): readonly Gallery[] {
    return [...this.#open.values()].map(galleryOf);
  }

  gallery(personId: string): Gallery | undefined {
    const person = this.#open.get(personId);
    return person === undefined ? undefined : galleryOf(person);
  }

  adaptation(personId: string): Adaptation | undefined {
    return this.#open.get(personId)?.face?.adaptation;
  }

  learning(personId: string): Learning | undefined {
    return this.#open.get(personId)?.face?.learning;
  }

  seal(): void {
    this.#sealings += 1;
    for (const person of this.#open.values()) wipePerson(person);
    this.#open.clear();
  }

  replaceTemplates(personId: string, templates: readonly Template[]): Done | Refusal {
    const person = this.#open.get(personId);
    if (person === undefined) return sealed;
    const face = newFace(templates, person.face?.learning ?? 'on');
    const written = this.#writeFace(person, face, { kind: 'templates-changed', cause: 'enrolled' });
    if (written.kind === 'refused') wipeFace(face);
    else if (person.face !== undefined) wipeFace(person.face);
    return written;
  }

  writeAdaptation(personId: string, adaptation: Adaptation, cause: AdaptationCause): Done | Refusal {
    const person = this.#open.get(personId);
    if (person?.face === undefined) return sealed;
    // Copies: the vault wipes its own vectors, not the caller's.
    const kept = copyOf(adaptation);
    const event = cause === 'counted' ? undefined : ({ kind: 'templates-changed', cause } as const);
    const written = this.#writeFace(person, { ...person.face, adaptation: kept }, event);
    wipeAdaptation(written.kind === 'refused' ? kept : person.face.adaptation);
    return written;
  }

  writeLearning(personId: string, learning: Learning): Done | Refusal {
    const person = this.#open.get(personId);
    if (person?.face === undefined) return sealed;
    return this.#writeFace(person, { ...person.face, learning }, { kind: 'settings-changed' });
  }

  async changePasscode(personId: string, passcode: string, newPasscode: string): Promise<Done | WrongPasscode | Refusal> {
    const fault = passcodeFault(newPasscode);
    if (fault !== undefined) return refuse(fault);
    const before = readPasscodeWrapping(this.#database, personId);
    const dataKey = await this.#unwrap(personId, passcode);
    if (dataKey === undefined) return wrongPasscode;
    const wrapping = await wrapWithPasscode(dataKey, newPasscode, personId);
    wipe(dataKey);
    const written = this.#write(() => {
      if (!this.#isUnchanged(personId, before?.sealed)) return changedMeanwhile;
      writePasscodeWrapping(this.#database, personId, wrapping);
      this.#append({ kind: 'passcode-changed' });
      return done;
    });
    // The old wrapping must not stay in the write-ahead log: with the old passcode it would still open the data key.
    checkpoint(this.#database);
    return written;
  }

  async rotateKey(personId: string, passcode: string): Promise<Done | WrongPasscode | Refusal> {
    const before = readPasscodeWrapping(this.#database, personId);
    const dataKey = await this.#unwrap(personId, passcode);
    if (dataKey === undefined) return wrongPasscode;
    const nextKey = newKey();
    const wrapping = await wrapWithPasscode(nextKey, passcode, personId);
    let face: StoredFace | undefined;
    const written = this.#write(() => {
      if (!this.#isUnchanged(personId, before?.sealed)) return changedMeanwhile;
      face = this.#resealAll(personId, dataKey, nextKey);
      if (face === undefined) return damaged;
      writePasscodeWrapping(this.#database, personId, wrapping);
      this.#wrapWithKeystore(personId, nextKey);
      this.#append({ kind: 'key-rotated' });
      return done;
    });
    wipe(dataKey);
    if (written.kind === 'done') checkpoint(this.#database);
    this.#takeRotated(personId, written.kind === 'done', nextKey, face);
    return written;
  }

  /** The new key and face take the place of the old ones in memory, or are wiped where nobody is open or nothing was written. */
  #takeRotated(personId: string, isWritten: boolean, nextKey: Buffer, face: StoredFace | undefined): void {
    const person = this.#open.get(personId);
    if (isWritten && person !== undefined) {
      wipe(person.dataKey);
      if (person.face !== undefined) wipeFace(person.face);
      this.#open.set(personId, { ...person, dataKey: nextKey, face });
      return;
    }
    wipe(nextKey);
    if (face !== undefined) wipeFace(face);
  }

  deletePerson(personId: string): Done | Refusal {
    const written = this.#write(() => {
      const { changes } = this.#database.prepare('DELETE FROM person WHERE id = ?').run(personId);
      if (changes === 0) return notHere;
      if (this.people().length > 0) this.#append({ kind: 'person-deleted' });
      else
        this.#database.exec(
          'DELETE FROM guarded; DELETE FROM device_key; DELETE FROM log_head; DELETE FROM log_anchor; DELETE FROM log_entry',
        );
      return done;
    });
    if (written.kind === 'refused') return written;
    const person = this.#open.get(personId);
    if (person !== undefined) wipePerson(person);
    this.#open.delete(personId);
    if (this.people().length === 0) this.#forgetDevice();
    this.#compact();
    return done;
  }

  readCounters(): StoredCounters {
    try {
      if (this.#isGuardLost()) return { kind: 'lost' };
      return readCounters(this.#database, this.#device?.guardKey, this.people().length > 0);
    } catch (error) {
      refusalOf(error);
      return { kind: 'lost' };
    }
  }

  writeCounters(counters: LockCounters): Done | Refusal {
    return this.#write(() => {
      writeCounters(this.#database, this.#device?.guardKey, counters);
      return done;
    });
  }

  readSettings(): StoredSettings {
    if (this.#isGuardLost()) return { kind: 'lost' };
    return readSettings(this.#database, this.#device?.guardKey);
  }

  writeSettings(value: JsonValue): Done | Refusal {
    return this.#write(() => {
      writeSettings(this.#database, this.#device?.guardKey, value);
      this.#append({ kind: 'settings-changed' });
      return done;
    });
  }

  record(event: AuditEvent): Done | Refusal {
    return this.#write(() => (this.#append(event) ? done : refuse('The log goes on once the passcode was typed.')));
  }

  readLog(): LogReading {
    const root = this.#anyLogRoot();
    if (root === undefined) return sealed;
    const { kind, entries } = checkLog(this.#database, this.#device?.logKey, root);
    if (kind === 'intact') return { kind, entries };
    return { kind, entries, sentence: 'The log was changed from outside: what follows the entries shown is missing or forged.' };
  }

  exportBackup(file: string): Done | Refusal {
    const exported = exportBackup(this.#database, file, this.#now());
    if (exported.kind === 'done') this.record({ kind: 'backup-exported' });
    return exported;
  }

  protection(): Protection {
    const keystore = this.#keystore;
    const counters = this.#device === undefined ? 'checksum' : 'authenticated';
    if (keystore.kind === 'none') return { wrapping: { kind: 'passcode-only', sentence: keystore.sentence }, counters };
    if (this.#isGuardLost()) return { wrapping: { kind: 'passcode-only', sentence: keystoreLost }, counters };
    return { wrapping: { kind: 'os', backend: keystore.backend }, counters };
  }

  close(): void {
    this.seal();
    this.#forgetDevice();
    checkpoint(this.#database);
    this.#database.close();
  }

  /** Runs one transaction: all of it is on the disk, or nothing of it. */
  #write(change: () => Done | Refusal): Done | Refusal {
    const abandoned = Symbol('abandoned');
    let outcome: Done | Refusal = done;
    try {
      this.#database
        .transaction(() => {
          outcome = change();
          if (outcome.kind === 'refused') throw abandoned;
        })
        .immediate();
    } catch (error) {
      return error === abandoned ? outcome : refusalOf(error);
    }
    return outcome;
  }

  #append(event: AuditEvent): boolean {
    return appendToLog(this.#database, this.#device?.logKey, event, this.#now());
  }

  #anyLogRoot(): Buffer | undefined {
    return [...this.#open.values()].find(({ logRoot }) => logRoot !== undefined)?.logRoot;
  }

  async #unwrap(personId: string, passcode: string): Promise<Buffer | undefined> {
    const wrapping = readPasscodeWrapping(this.#database, personId);
    return wrapping === undefined ? undefined : unwrapWithPasscode(wrapping, passcode, personId);
  }

  /** True while nobody changed the passcode or deleted the person since `wrapping` was read. */
  #isUnchanged(personId: string, wrapping: Uint8Array | undefined): boolean {
    const current = readPasscodeWrapping(this.#database, personId)?.sealed;
    return current !== undefined && wrapping !== undefined && Buffer.compare(current, wrapping) === 0;
  }

  #keepOpen(person: OpenPerson): void {
    const before = this.#open.get(person.id);
    if (before !== undefined) wipePerson(before);
    this.#open.set(person.id, person);
  }

  /** After the right passcode: brings back what a lost keystore, a restored backup or a damaged log head took away. */
  #mend(person: OpenPerson): void {
    this.#readyDevice();
    this.#write(() => {
      this.#wrapWithKeystore(person.id, person.dataKey);
      this.#mendLog();
      return done;
    });
  }

  /**
   * Writes a face as it is kept today: one of before renewal, or one whose learning was touched. Where that fails it is as right in memory, and is
   * written after the next unsealing.
   */
  #mendFace({ person, foundFace }: PersonReading): void {
    const face = this.#open.get(person.id)?.face;
    if (face === undefined || foundFace === 'whole' || foundFace === 'damaged') return;
    this.#write(() => {
      writeFace(this.#database, person.dataKey, person.id, face);
      if (foundFace === 'learning-damaged') this.#append({ kind: 'templates-changed', cause: 'learning-damaged' });
      return done;
    });
    checkpoint(this.#database);
  }

  /** One face written, and the event in the log with it, or nothing of both. */
  #writeFace(person: OpenPerson, face: StoredFace, event: AuditEvent | undefined): Done | Refusal {
    const written = this.#write(() => {
      writeFace(this.#database, person.dataKey, person.id, face);
      if (event !== undefined) this.#append(event);
      return done;
    });
    if (written.kind === 'done') this.#open.set(person.id, { ...person, face });
    return written;
  }

  #mendLog(): void {
    const head = readHead(this.#database, this.#device?.logKey);
    const known = this.#anyLogRoot();
    if (known === undefined && head.kind !== 'none') return;
    const root = known ?? newKey();
    for (const person of this.#open.values()) {
      if (person.logRoot !== undefined) continue;
      writeRecord(this.#database, person.dataKey, person.id, 'log-root', root);
      this.#open.set(person.id, { ...person, logRoot: Buffer.from(root) });
    }
    if (head.kind === 'head') {
      pruneLog(this.#database, root);
      return;
    }
    startLog(this.#database, this.#device?.logKey, root, placeAfterLastEntry(this.#database));
    this.#append({ kind: known === undefined ? 'log-started' : 'log-repaired' });
  }

  /** Wraps a data key with the OS keystore where there is one that works. */
  #wrapWithKeystore(personId: string, dataKey: Buffer): void {
    const wrappingKey = loadWrappingKey(this.#database, this.#keystore);
    if (wrappingKey === undefined) return;
    writeKeystoreWrapping(this.#database, wrappingKey, personId, dataKey);
    wipe(wrappingKey);
  }

  /** There is a keystore but it does not open this vault's device key: what the key authenticated cannot be believed. */
  #isGuardLost(): boolean {
    return this.#keystore.kind === 'os' && this.#device === undefined && this.people().length > 0;
  }

  /** Makes a device key where the keystore is real and the old one is lost or there was none. */
  #readyDevice(): Done | Refusal {
    this.#device ??= loadDeviceKeys(this.#database, this.#keystore);
    if (this.#device !== undefined) return done;
    const settings = this.readSettings();
    const made = this.#write(() => {
      makeDeviceKey(this.#database, this.#keystore);
      return done;
    });
    this.#device = loadDeviceKeys(this.#database, this.#keystore);
    // Chosen before anybody was enrolled: nobody to protect yet.
    if (this.#device !== undefined && settings.kind === 'settings') return this.#rewriteSettings(this.#device, settings.value);
    return made;
  }

  #rewriteSettings(device: DeviceKeys, value: JsonValue): Done | Refusal {
    return this.#write(() => {
      writeSettings(this.#database, device.guardKey, value);
      return done;
    });
  }

  #forgetDevice(): void {
    if (this.#device !== undefined) wipe(this.#device.guardKey, this.#device.logKey);
    this.#device = undefined;
  }

  /** Everything of a person sealed under another key, the face under another secret as well; undefined when a record of it is damaged. */
  #resealAll(personId: string, dataKey: Buffer, nextKey: Buffer): StoredFace | undefined {
    for (const kind of ['name', 'log-root'] as const) {
      const plain = readRecord(this.#database, dataKey, personId, kind);
      if (plain === 'missing' && kind === 'log-root') continue;
      if (typeof plain === 'string') return undefined;
      writeRecord(this.#database, nextKey, personId, kind, plain);
      wipe(plain);
    }
    const reading = readFace(this.#database, dataKey, personId);
    if (reading.kind === 'damaged') return undefined;
    const face = rotatedFace(reading.face);
    wipeFace(reading.face);
    writeFace(this.#database, nextKey, personId, face);
    return face;
  }

  /** Empties the free pages and the write-ahead log. A full disk puts it off: secure_delete has overwritten the content already. */
  #compact(): void {
    checkpoint(this.#database);
    try {
      this.#database.exec('VACUUM');
    } catch (error) {
      refusalOf(error);
    }
    checkpoint(this.#database);
  }
}

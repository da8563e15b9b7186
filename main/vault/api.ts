import type { AuditEntry, AuditEvent } from '../contract/audit.ts';
import type { LockCounters, StoredCounters } from '../contract/lock-counters.ts';
import type { Adaptation } from '../identity/adaptation-record.ts';
import type { Gallery, Template } from '../identity/template.ts';
import type { Learning } from './face-records.ts';
import type { Done, Refusal } from './results.ts';

/** A person as the vault knows them; the name shows only while their key is in memory. */
export interface Person {
  readonly id: string;
  readonly createdAtMs: number;
  readonly name: string | undefined;
}

export interface WrongPasscode {
  readonly kind: 'wrong-passcode';
}

export type Enrolment = { readonly kind: 'enrolled'; readonly personId: string } | Refusal;
/**
 * `damaged`: the passcode was right but records of this person were changed from outside. They have no templates then, so the face does not work
 * until they enrol again (`replaceTemplates`) or restore a backup.
 */
export type RecordsFound = { readonly kind: 'whole' } | { readonly kind: 'damaged'; readonly sentence: string };
export type Unsealing = { readonly kind: 'unsealed'; readonly personId: string; readonly records: RecordsFound } | WrongPasscode | Refusal;
export type KeystoreUnsealing =
  | { readonly kind: 'unsealed'; readonly personIds: readonly string[] }
  | { readonly kind: 'passcode-needed'; readonly sentence: string };

/**
 * Why what adaptation keeps of a person changed. `counted`: uses, failures and times alone, which the log does not tell.
 */
export type AdaptationCause = 'counted' | 'learned' | 'undone' | 'forgotten' | 'alternate-added' | 'alternate-removed';

/** A value of JSON, as settings are made of. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** `lost`: missing or changed from outside though somebody is enrolled. */
export type StoredSettings =
  | { readonly kind: 'none' }
  | { readonly kind: 'settings'; readonly value: JsonValue }
  | { readonly kind: 'lost' };

/** The log and whether it is as it was written. `edited` gives what is whole before the first edit. */
export type LogReading =
  | { readonly kind: 'intact'; readonly entries: readonly AuditEntry[] }
  | { readonly kind: 'edited'; readonly entries: readonly AuditEntry[]; readonly sentence: string }
  | Refusal;

/** What protects this vault, for doctor and settings. */
export interface Protection {
  /** Who can open the data key besides the passcode. */
  readonly wrapping: { readonly kind: 'os'; readonly backend: string } | { readonly kind: 'passcode-only'; readonly sentence: string };
  /** `authenticated`: counters and settings cannot be changed without the OS keystore. `checksum`: only accidents are noticed. */
  readonly counters: 'authenticated' | 'checksum';
}

/**
 * Everything Facelatch keeps. One process holds it at a time. A write that returns `refused` has changed nothing.
 * Keys and templates are in memory only between an unsealing and `seal`.
 */
export interface Vault {
  people(): readonly Person[];
  /** Adds a person; the passcode has at least 6 characters. Where somebody is enrolled already, one of them must be unsealed. The new person is unsealed after it. */
  enrolPerson(person: { readonly name: string; readonly passcode: string; readonly templates: readonly Template[] }): Promise<Enrolment>;
  /** Tries one person, or everybody when no id is given. About half a second for each person tried. */
  unsealWithPasscode(passcode: string, personId?: string): Promise<Unsealing>;
  /** Unseals everybody whose key the OS keystore can open. Refuses after `seal`: then the passcode is required. */
  unsealWithKeystore(): KeystoreUnsealing;
  /**
   * The templates of everybody unsealed, under each person's renewal. Ask anew for each look: the arrays are the vault's own and are overwritten when
   * it seals or what they hold changes.
   */
  galleries(): readonly Gallery[];
  gallery(personId: string): Gallery | undefined;
  /** Overwrites every key and template in memory: the face is then really off until the passcode or the keystore. */
  seal(): void;
  /** A new enrolment, its vectors as the network gave them: what was there before goes, with all that was learned. A new renewal is drawn for it. */
  replaceTemplates(personId: string, templates: readonly Template[]): Done | Refusal;
  /** What is kept of a person's adaptation, its vectors under their renewal; undefined while sealed or damaged. The vault's own, as galleries are. */
  adaptation(personId: string): Adaptation | undefined;
  /**
   * What became of `adaptation`, written with the templates in one transaction. The vectors that `adaptation` gave before are overwritten by it, those
   * of the argument too where they are the same.
   */
  writeAdaptation(personId: string, adaptation: Adaptation, cause: AdaptationCause): Done | Refusal;
  /** Whether this person's changing face is followed; undefined while sealed or damaged. */
  learning(personId: string): Learning | undefined;
  writeLearning(personId: string, learning: Learning): Done | Refusal;
  changePasscode(personId: string, passcode: string, newPasscode: string): Promise<Done | WrongPasscode | Refusal>;
  /**
   * A new data key and a new renewal for the person, everything sealed anew. Old copies of the file stay sealed under the old key, and vectors that
   * were stolen out of one match nothing any more.
   */
  rotateKey(personId: string, passcode: string): Promise<Done | WrongPasscode | Refusal>;
  /** Removes the person and overwrites their records in the file. Needs no key: asking who may do it is the caller's. */
  deletePerson(personId: string): Done | Refusal;
  readCounters(): StoredCounters;
  /** On the disk when it returns `done`. */
  writeCounters(counters: LockCounters): Done | Refusal;
  readSettings(): StoredSettings;
  writeSettings(value: JsonValue): Done | Refusal;
  /** Appends to the log; works while sealed. */
  record(event: AuditEvent): Done | Refusal;
  /** The log, while somebody is unsealed. */
  readLog(): LogReading;
  /** Writes a new file that opens with the passcode only: no keystore wrapping, no counters, no log. Refuses to overwrite. */
  exportBackup(file: string): Done | Refusal;
  protection(): Protection;
  /** Seals and lets go of the file. */
  close(): void;
}

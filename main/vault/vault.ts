import type { AuditEvent } from '../contract/audit.ts';
import type { LockCounters, StoredCounters } from '../contract/lock-counters.ts';
import type { Adaptation } from '../identity/adaptation-record.ts';
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
import { changePasscode } from './change-passcode.ts';
import { readCounters, writeCounters, writeSettings } from './counters.ts';
import { checkpoint, openDatabase } from './database.ts';
import { deletePerson } from './delete-person.ts';
import { loadDeviceKeys } from './device-key.ts';
import { enrolPerson } from './enrol-person.ts';
import type { Learning } from './face-records.ts';
import { type Keystore, usableKeystore } from './keystore.ts';
import { isGuardLost, protectionOf, settingsOf } from './keystore-wrapping.ts';
import { checkLog } from './log.ts';
import { type Done, done, type Refusal, refusalOf, refuse } from './results.ts';
import { rotateKey } from './rotate-key.ts';
import { galleryOf, replaceTemplates, writeAdaptation, writeLearning } from './stored-faces.ts';
import { unsealWithKeystore, unsealWithPasscode } from './unseal.ts';
import { anyLogRoot, append, forgetDevice, peopleOf, sealAll, sealed, type VaultState, write } from './vault-state.ts';

export type VaultOpening = { readonly kind: 'opened'; readonly vault: Vault } | Refusal;

/**
 * Opens the vault in a folder of its own, or makes an empty one; this process holds it until `close`. `now` is the wall clock in ms since 1970.
 * A foreign, damaged, newer or busy file, a full disk and missing rights come back as a sentence, with nothing changed.
 */
export function openVault(folder: string, keystore: Keystore, now: () => number = Date.now): VaultOpening {
  const opening = openDatabase(folder, now());
  if (opening.kind === 'refused') return opening;
  const { database } = opening;
  const usable = usableKeystore(keystore);
  const device = loadDeviceKeys(database, usable);
  return { kind: 'opened', vault: new SqliteVault({ database, keystore: usable, now, open: new Map(), device, sealings: 0 }) };
}

/** What is long to tell is in the file that has its name. */
class SqliteVault implements Vault {
  readonly #state: VaultState;

  constructor(state: VaultState) {
    this.#state = state;
  }

  people(): readonly Person[] {
    return peopleOf(this.#state);
  }

  enrolPerson(person: Parameters<Vault['enrolPerson']>[0]): Promise<Enrolment> {
    return enrolPerson(this.#state, person);
  }

  unsealWithPasscode(passcode: string, personId?: string): Promise<Unsealing> {
    return unsealWithPasscode(this.#state, passcode, personId);
  }

  unsealWithKeystore(): KeystoreUnsealing {
    return unsealWithKeystore(this.#state);
  }

  galleries(): readonly Gallery[] {
    return [...this.#state.open.values()].map(galleryOf);
  }

  gallery(personId: string): Gallery | undefined {
    const person = this.#state.open.get(personId);
    return person === undefined ? undefined : galleryOf(person);
  }

  adaptation(personId: string): Adaptation | undefined {
    return this.#state.open.get(personId)?.face?.adaptation;
  }

  learning(personId: string): Learning | undefined {
    return this.#state.open.get(personId)?.face?.learning;
  }

  seal(): void {
    sealAll(this.#state);
  }

  replaceTemplates(personId: string, templates: readonly Template[]): Done | Refusal {
    return replaceTemplates(this.#state, personId, templates);
  }

  writeAdaptation(personId: string, adaptation: Adaptation, cause: AdaptationCause): Done | Refusal {
    return writeAdaptation(this.#state, personId, adaptation, cause);
  }

  writeLearning(personId: string, learning: Learning): Done | Refusal {
    return writeLearning(this.#state, personId, learning);
  }

  changePasscode(personId: string, passcode: string, newPasscode: string): Promise<Done | WrongPasscode | Refusal> {
    return changePasscode(this.#state, personId, passcode, newPasscode);
  }

  rotateKey(personId: string, passcode: string): Promise<Done | WrongPasscode | Refusal> {
    return rotateKey(this.#state, personId, passcode);
  }

  deletePerson(personId: string): Done | Refusal {
    return deletePerson(this.#state, personId);
  }

  readCounters(): StoredCounters {
    try {
      if (isGuardLost(this.#state)) return { kind: 'lost' };
      return readCounters(this.#state.database, this.#state.device?.guardKey, this.people().length > 0);
    } catch (error) {
      refusalOf(error);
      return { kind: 'lost' };
    }
  }

  writeCounters(counters: LockCounters): Done | Refusal {
    return write(this.#state, () => {
      writeCounters(this.#state.database, this.#state.device?.guardKey, counters);
      return done;
    });
  }

  readSettings(): StoredSettings {
    return settingsOf(this.#state);
  }

  writeSettings(value: JsonValue): Done | Refusal {
    return write(this.#state, () => {
      writeSettings(this.#state.database, this.#state.device?.guardKey, value);
      append(this.#state, { kind: 'settings-changed' });
      return done;
    });
  }

  record(event: AuditEvent): Done | Refusal {
    return write(this.#state, () => (append(this.#state, event) ? done : refuse('The log goes on once the passcode was typed.')));
  }

  readLog(): LogReading {
    const root = anyLogRoot(this.#state);
    if (root === undefined) return sealed;
    const { kind, entries } = checkLog(this.#state.database, this.#state.device?.logKey, root);
    if (kind === 'intact') return { kind, entries };
    return { kind, entries, sentence: 'The log was changed from outside: what follows the entries shown is missing or forged.' };
  }

  exportBackup(file: string): Done | Refusal {
    const exported = exportBackup(this.#state.database, file, this.#state.now());
    if (exported.kind === 'done') this.record({ kind: 'backup-exported' });
    return exported;
  }

  protection(): Protection {
    return protectionOf(this.#state);
  }

  close(): void {
    this.seal();
    forgetDevice(this.#state);
    checkpoint(this.#state.database);
    this.#state.database.close();
  }
}

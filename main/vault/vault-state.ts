import type { Database } from 'better-sqlite3';
import type { AuditEvent } from '../contract/audit.ts';
import type { Person } from './api.ts';
import type { DeviceKeys } from './device-key.ts';
import type { Keystore } from './keystore.ts';
import { appendToLog } from './log.ts';
import { type OpenPerson, wipePerson } from './open-person.ts';
import { unwrapWithPasscode } from './passcode.ts';
import { type Done, done, type Refusal, refusalOf, refuse } from './results.ts';
import { wipe } from './seal.ts';
import { readPasscodeWrapping } from './wrappings.ts';

/** One open vault, as the files that do its work share it. */
export interface VaultState {
  readonly database: Database;
  readonly keystore: Keystore;
  readonly now: () => number;
  /** Whose keys and templates are in memory. */
  readonly open: Map<string, OpenPerson>;
  device: DeviceKeys | undefined;
  /** Counts the sealings, so that an unsealing under way when one comes does not undo it. */
  sealings: number;
}

export const sealed = refuse('Type the passcode first.');
export const sealedMeanwhile = refuse('Locked meanwhile: type the passcode again.');
export const changedMeanwhile = refuse('The passcode was changed meanwhile: nothing was done.');
export const damaged = refuse('The records of this person are damaged or were changed: restore a backup or enrol again.');

/** Runs one transaction: all of it is on the disk, or nothing of it. */
export function write({ database }: VaultState, change: () => Done | Refusal): Done | Refusal {
  const abandoned = Symbol('abandoned');
  let outcome: Done | Refusal = done;
  try {
    database
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

export function peopleOf({ database, open }: VaultState): readonly Person[] {
  const rows = database
    .prepare<[], { id: string; created_at_ms: number }>('SELECT id, created_at_ms FROM person ORDER BY created_at_ms, id')
    .all();
  return rows.map(({ id, created_at_ms }) => ({ id, createdAtMs: created_at_ms, name: open.get(id)?.name }));
}

export function append({ database, device, now }: VaultState, event: AuditEvent): boolean {
  return appendToLog(database, device?.logKey, event, now());
}

export function anyLogRoot({ open }: VaultState): Buffer | undefined {
  return [...open.values()].find(({ logRoot }) => logRoot !== undefined)?.logRoot;
}

/** A person's data key by their passcode; undefined where it is not theirs. About half a second. */
export async function unwrap({ database }: VaultState, personId: string, passcode: string): Promise<Buffer | undefined> {
  const wrapping = readPasscodeWrapping(database, personId);
  return wrapping === undefined ? undefined : unwrapWithPasscode(wrapping, passcode, personId);
}

/** True while nobody changed the passcode or deleted the person since `wrapping` was read. */
export function isUnchanged({ database }: VaultState, personId: string, wrapping: Uint8Array | undefined): boolean {
  const current = readPasscodeWrapping(database, personId)?.sealed;
  return current !== undefined && wrapping !== undefined && Buffer.compare(current, wrapping) === 0;
}

export function keepOpen({ open }: VaultState, person: OpenPerson): void {
  const before = open.get(person.id);
  if (before !== undefined) wipePerson(before);
  open.set(person.id, person);
}

/** Overwrites every key and template in memory. */
export function sealAll(vault: VaultState): void {
  vault.sealings += 1;
  for (const person of vault.open.values()) wipePerson(person);
  vault.open.clear();
}

export function forgetDevice(vault: VaultState): void {
  if (vault.device !== undefined) wipe(vault.device.guardKey, vault.device.logKey);
  vault.device = undefined;
}

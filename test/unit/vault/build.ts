import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import type { Vault } from '../../../main/vault/api.ts';
import type { Keystore } from '../../../main/vault/keystore.ts';
import { openVault } from '../../../main/vault/vault.ts';
import { templates } from './data.ts';

export { counters, holds, systemKeystore, templates } from './data.ts';

export const passcode = 'correct horse 7';
export const noKeystore: Keystore = { kind: 'none', sentence: 'No key store: type the passcode once per start.' };

const folders: string[] = [];
const vaults: Vault[] = [];

afterEach(() => {
  for (const vault of vaults.splice(0)) {
    try {
      vault.close();
    } catch {
      // Closed by the test itself.
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'facelatch-vault-'));
  folders.push(folder);
  return folder;
}

/** Opens a vault that must open. */
export function opened(folder: string, keystore: Keystore = noKeystore): Vault {
  const opening = openVault(folder, keystore);
  if (opening.kind === 'refused') throw new Error(opening.sentence);
  vaults.push(opening.vault);
  return opening.vault;
}

/** Enrols somebody who must be enrolled; returns the id. */
export async function enrolled(vault: Vault, name: string, seed = 1, secret = passcode): Promise<string> {
  const enrolment = await vault.enrolPerson({ name, passcode: secret, templates: templates(5, seed) });
  if (enrolment.kind === 'refused') throw new Error(enrolment.sentence);
  return enrolment.personId;
}

/** Every byte of every file in a folder. */
export function bytesOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

/** One sentence for a person: no stack, no code, no second line. */
export function expectSentence(result: { readonly kind: string; readonly sentence?: string }): void {
  expect(result.kind).toBe('refused');
  expect(result.sentence).toMatch(/^[A-Z/][^\n]*\.$/);
  expect(result.sentence).not.toMatch(/SQLITE|ENO|Error|undefined/);
}

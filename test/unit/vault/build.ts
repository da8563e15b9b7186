import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import type { LockCounters } from '../../../main/contract/lock-counters.ts';
import type { Template } from '../../../main/identity/template.ts';
import type { Vault } from '../../../main/vault/api.ts';
import type { Keystore } from '../../../main/vault/keystore.ts';
import { openVault } from '../../../main/vault/vault.ts';

export const passcode = 'correct horse 7';
export const noKeystore: Keystore = { kind: 'none', sentence: 'No key store: type the passcode once per start.' };

/** A keystore as an operating system has one: its secret is nowhere in the vault's folder. */
export function systemKeystore(secret: Buffer = randomBytes(32)): Keystore {
  return {
    kind: 'os',
    backend: 'test',
    seal: (bytes) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(sealed.length - 16));
      return Buffer.concat([decipher.update(sealed.subarray(12, sealed.length - 16)), decipher.final()]);
    },
  };
}

/** Templates with unit vectors that follow from `seed` (a linear congruential generator: Numerical Recipes, 7.1). */
export function templates(count: number, seed: number): readonly Template[] {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Array.from({ length: count }, (_, index) => {
    const raw = Array.from({ length: 128 }, random);
    const norm = Math.hypot(...raw);
    return {
      id: `t${seed}-${index}`,
      origin: 'enrolled',
      model: 'sface',
      vector: Float32Array.from(raw, (value) => value / norm),
      yawDeg: index * 5 - 20,
      pitchDeg: 3.5,
      createdAtMs: 1_780_000_000_000 + index,
    };
  });
}

export const counters: LockCounters = {
  failedLooks: 2,
  wrongPasscodes: 1,
  lastPasscodeWallMs: 1_780_000_000_000,
  lastUnlockWallMs: 1_780_000_100_000,
  highestWallMs: 1_780_000_200_000,
  locked: true,
  bootId: 'boot-1',
};

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

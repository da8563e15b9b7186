import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { restoreBackup } from '../../../main/vault/backup.ts';
import { vaultFile } from '../../../main/vault/files.ts';
import { schemaVersion } from '../../../main/vault/schema.ts';
import { bytesOf, counters, holds, newFolder, opened, passcode, templates } from './build.ts';

/** A vault of the first version, as it wrote it: Ada's face of five vectors, counters, settings and a log. */
function oldVault(): string {
  const folder = newFolder();
  const database = new SQLite(vaultFile(folder));
  database.exec(readFileSync(join(import.meta.dirname, 'vault-version-1.sql'), 'utf8'));
  expect(Number(database.pragma('user_version', { simple: true }))).toBe(1);
  database.close();
  return folder;
}

test('a vault of the first version opens with all it had, its vectors under a renewal from then on', async () => {
  const folder = oldVault();
  const before = new SQLite(vaultFile(folder));
  const old = before.prepare<[], { sealed: Buffer }>("SELECT sealed FROM record WHERE kind = 'templates'").get()?.sealed;
  before.close();

  const vault = opened(folder);
  const [person] = vault.people();
  const unsealing = await vault.unsealWithPasscode(passcode);
  expect(unsealing).toEqual({ kind: 'unsealed', personId: person?.id, records: { kind: 'whole' } });
  const personId = person?.id ?? '';
  expect(vault.people()[0]?.name).toBe('Ada');
  expect(holds(vault.gallery(personId), templates(5, 21))).toBe(true);
  // Turned: no vector is the one that was stored.
  expect(vault.gallery(personId)?.templates[0]?.vector).not.toEqual(templates(5, 21)[0]?.vector);
  expect(vault.adaptation(personId)).toMatchObject({ learned: [], shelved: [] });
  expect(vault.learning(personId)).toBe('on');
  expect(vault.readCounters()).toEqual({ kind: 'counters', counters });
  expect(vault.readSettings()).toMatchObject({ kind: 'settings' });
  expect(vault.readLog()).toMatchObject({ kind: 'intact', entries: [{ event: { kind: 'log-started' } }, {}, {}] });
  const secret = vault.gallery(personId)?.renewal?.blocks[0]?.slice();
  vault.close();
  expect(old !== undefined && bytesOf(folder).includes(old)).toBe(false);

  // The renewal was drawn once and kept.
  const again = opened(folder);
  expect(await again.unsealWithPasscode(passcode)).toMatchObject({ records: { kind: 'whole' } });
  expect(again.gallery(personId)?.renewal?.blocks[0]).toEqual(secret);
  expect(holds(again.gallery(personId), templates(5, 21))).toBe(true);
  again.close();
  const after = new SQLite(vaultFile(folder));
  expect(Number(after.pragma('user_version', { simple: true }))).toBe(schemaVersion);
  after.close();
});

test('a backup of the first version comes back the same way', async () => {
  const folder = newFolder();
  expect(restoreBackup(vaultFile(oldVault()), folder)).toEqual({ kind: 'done' });
  const vault = opened(folder);
  const unsealing = await vault.unsealWithPasscode(passcode);
  expect(unsealing).toMatchObject({ kind: 'unsealed', records: { kind: 'whole' } });
  expect(holds(vault.galleries()[0], templates(5, 21))).toBe(true);
});

test('vectors of the first version put beside newer records are not believed', async () => {
  const folder = oldVault();
  const before = new SQLite(vaultFile(folder));
  const old = before.prepare<[], { sealed: Buffer }>("SELECT sealed FROM record WHERE kind = 'templates'").get()?.sealed;
  before.close();
  const vault = opened(folder);
  await vault.unsealWithPasscode(passcode);
  vault.close();
  const put = (alsoWithoutSecret: boolean): void => {
    const database = new SQLite(vaultFile(folder));
    database.prepare("UPDATE record SET sealed = ?, schema_version = 1 WHERE kind = 'templates'").run(old);
    if (alsoWithoutSecret) database.exec("DELETE FROM record WHERE kind = 'renewal'");
    database.close();
  };
  for (const alsoWithoutSecret of [false, true]) {
    put(alsoWithoutSecret);
    const tampered = opened(folder);
    expect(await tampered.unsealWithPasscode(passcode)).toMatchObject({ records: { kind: 'damaged' } });
    expect(tampered.galleries()[0]?.templates).toEqual([]);
    tampered.close();
  }
});

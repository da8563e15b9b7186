import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import SQLite, { type Database } from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { vaultFile } from '../../../main/vault/files.ts';
import type { Keystore } from '../../../main/vault/keystore.ts';
import { readRecord, writeRecord } from '../../../main/vault/records.ts';
import { migrate } from '../../../main/vault/schema.ts';
import { newKey } from '../../../main/vault/seal.ts';
import { openVault } from '../../../main/vault/vault.ts';
import { counters, enrolled, expectSentence, holds, newFolder, noKeystore, opened, passcode, systemKeystore, templates } from './build.ts';

vi.mock('node:crypto', async (original) => (await import('./cheap-scrypt.ts')).cheapScrypt(original));

/** A closed vault with one person, counters and a log. */
async function closedVault(keystore: Keystore = noKeystore): Promise<{ folder: string; personId: string }> {
  const folder = newFolder();
  const vault = opened(folder, keystore);
  const personId = await enrolled(vault, 'Ada', 21);
  vault.writeCounters(counters);
  vault.close();
  return { folder, personId };
}

/** Changes the database behind the vault's back. */
function edit(folder: string, change: (database: Database) => void): void {
  const database = new SQLite(vaultFile(folder));
  change(database);
  database.close();
}

const flips: readonly (readonly [part: string, at: (length: number) => number])[] = [
  ['nonce', () => 0],
  ['end of the nonce', () => 11],
  ['first byte of the body', () => 12],
  ['middle', (length) => length >> 1],
  ['first byte of the tag', (length) => length - 16],
  ['last byte of the tag', (length) => length - 1],
];

function flipBlob(folder: string, table: string, column: string, where: string, at: (length: number) => number): void {
  edit(folder, (database) => {
    const row = database.prepare<[], { blob: Buffer }>(`SELECT ${column} AS blob FROM ${table} ${where}`).get();
    if (row === undefined) throw new Error(`no ${table}`);
    const place = at(row.blob.length);
    row.blob.writeUInt8(row.blob.readUInt8(place) ^ 1, place);
    database.prepare(`UPDATE ${table} SET ${column} = ? ${where}`).run(row.blob);
  });
}

test.each(flips)('one bit changed in the %s of any sealed thing is noticed', async (_, at) => {
  const { folder } = await closedVault();
  const file = vaultFile(folder);
  const whole = readFileSync(file);

  for (const kind of ['name', 'templates']) {
    flipBlob(folder, 'record', 'sealed', `WHERE kind = '${kind}'`, at);
    const vault = opened(folder);
    const unsealing = await vault.unsealWithPasscode(passcode);
    expect(unsealing).toMatchObject({ kind: 'unsealed', records: { kind: 'damaged' } });
    if (kind === 'templates') expect(vault.galleries()[0]?.templates).toEqual([]);
    vault.close();
    writeFileSync(file, whole);
  }
  flipBlob(folder, 'passcode_wrapping', 'sealed', '', at);
  const vault = opened(folder);
  expect(await vault.unsealWithPasscode(passcode)).toEqual({ kind: 'wrong-passcode' });
  expect(vault.galleries()).toEqual([]);
});

test('any byte of the file changed: what still opens is what was written', async () => {
  const { folder } = await closedVault();
  const file = vaultFile(folder);
  const whole = readFileSync(file);
  const outcomes = { refused: 0, noticed: 0, unharmed: 0 };
  const step = Math.max(1, Math.floor(whole.length / 400)) | 1;
  for (let place = 0; place < whole.length; place += step) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(place) ^ (1 + (place % 255)), place);
    writeFileSync(file, changed);
    const opening = openVault(folder, noKeystore);
    if (opening.kind === 'refused') {
      expectSentence(opening);
      expect(readFileSync(file).equals(changed)).toBe(true);
      outcomes.refused += 1;
      continue;
    }
    const { vault } = opening;
    const stored = vault.readCounters();
    if (stored.kind !== 'lost') expect(stored).toEqual({ kind: 'counters', counters });
    const unsealing = await vault.unsealWithPasscode(passcode);
    const whole_ = unsealing.kind === 'unsealed' && unsealing.records.kind === 'whole';
    if (whole_) expect(holds(vault.galleries()[0], templates(5, 21))).toBe(true);
    const log = whole_ ? vault.readLog() : undefined;
    if (log?.kind === 'intact') expect(log.entries[0]?.event.kind).toBe('log-started');
    if (whole_ && stored.kind === 'counters' && log?.kind === 'intact') outcomes.unharmed += 1;
    else outcomes.noticed += 1;
    vault.close();
    for (const suffix of ['-wal', '-shm']) writeFileSync(`${file}${suffix}`, '');
  }
  expect(outcomes.refused).toBeGreaterThan(0);
  expect(outcomes.noticed).toBeGreaterThan(0);
});

test("one person's record in another's place is refused", async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const ada = await enrolled(vault, 'Ada', 1, 'passcode of ada');
  const bea = await enrolled(vault, 'Bea', 2, 'passcode of bea');
  vault.close();
  const swap = (table: string, where = '') =>
    edit(folder, (database) => {
      const read = (id: string) =>
        database.prepare<[string], { sealed: Buffer }>(`SELECT sealed FROM ${table} WHERE person_id = ? ${where}`).get(id)?.sealed;
      const [first, second] = [read(ada), read(bea)];
      database.prepare(`UPDATE ${table} SET sealed = ? WHERE person_id = ? ${where}`).run(second, ada);
      database.prepare(`UPDATE ${table} SET sealed = ? WHERE person_id = ? ${where}`).run(first, bea);
    });

  swap('record', "AND kind = 'templates'");
  const swapped = opened(folder);
  expect(await swapped.unsealWithPasscode('passcode of ada')).toMatchObject({ personId: ada, records: { kind: 'damaged' } });
  expect(swapped.gallery(ada)?.templates).toEqual([]);
  swapped.close();
  swap('record', "AND kind = 'templates'");

  // The whole row of the passcode, salt included, moved under another person: it names its person and opens for nobody else.
  edit(folder, (database) => {
    database.prepare('DELETE FROM passcode_wrapping WHERE person_id = ?').run(ada);
    database.prepare('UPDATE passcode_wrapping SET person_id = ?').run(ada);
  });
  const moved = opened(folder);
  expect(await moved.unsealWithPasscode('passcode of bea', ada)).toEqual({ kind: 'wrong-passcode' });
  expect(moved.galleries()).toEqual([]);
});

test.each([
  ['name', 'templates'],
  ['templates', 'name'],
  ['log-root', 'name'],
])('the %s in the place of the %s is refused', async (from, to) => {
  const { folder } = await closedVault();
  edit(folder, (database) => {
    database.prepare('UPDATE record SET sealed = (SELECT sealed FROM record WHERE kind = ?) WHERE kind = ?').run(from, to);
  });
  expect(await opened(folder).unsealWithPasscode(passcode)).toMatchObject({ records: { kind: 'damaged' } });
});

test('a record names its person, so that even under the same key it opens for nobody else', () => {
  const database = new SQLite(':memory:');
  migrate(database, 0);
  database.exec("INSERT INTO person VALUES ('ada', 0), ('bea', 0)");
  const dataKey = newKey();
  writeRecord(database, dataKey, 'ada', 'name', Buffer.from('Ada'));
  database.exec("INSERT INTO record SELECT 'bea', kind, schema_version, sealed FROM record");
  expect(readRecord(database, dataKey, 'ada', 'name')).toEqual(Buffer.from('Ada'));
  expect(readRecord(database, dataKey, 'bea', 'name')).toBe('damaged');
});

test('a person whose templates were damaged gets in by passcode and can enrol again', async () => {
  const { folder, personId } = await closedVault();
  flipBlob(folder, 'record', 'sealed', "WHERE kind = 'templates'", () => 30);
  const vault = opened(folder);
  await vault.unsealWithPasscode(passcode);
  expect(vault.replaceTemplates(personId, templates(5, 22))).toEqual({ kind: 'done' });
  vault.close();
  const again = opened(folder);
  expect(await again.unsealWithPasscode(passcode)).toMatchObject({ records: { kind: 'whole' } });
  expect(holds(again.gallery(personId), templates(5, 22))).toBe(true);
});

test('counters written by whoever has no keystore are lost, not believed', async () => {
  const keystore = systemKeystore();
  const { folder } = await closedVault(keystore);
  const forged = JSON.stringify({ ...counters, failedLooks: 0, wrongPasscodes: 0, locked: false });
  const file = vaultFile(folder);
  const whole = readFileSync(file);

  // Edited in place.
  edit(folder, (database) => {
    database.prepare("UPDATE guarded SET body = ? WHERE kind = 'counters'").run(Buffer.from(forged));
  });
  const edited = opened(folder, keystore);
  expect(edited.readCounters()).toEqual({ kind: 'lost' });
  edited.close();
  writeFileSync(file, whole);

  // Taken from a vault without a keystore, the device key removed so that this one looks the same.
  const otherFolder = newFolder();
  const other = opened(otherFolder);
  other.writeCounters({ ...counters, failedLooks: 0 });
  other.close();
  const forger = new SQLite(vaultFile(otherFolder));
  const row = forger.prepare<[], { body: Buffer; mac: Buffer }>("SELECT body, mac FROM guarded WHERE kind = 'counters'").get();
  forger.close();
  edit(folder, (database) => {
    database.exec('DELETE FROM device_key');
    database.prepare("UPDATE guarded SET body = ?, mac = ? WHERE kind = 'counters'").run(row?.body, row?.mac);
  });
  const downgraded = opened(folder, keystore);
  expect(downgraded.readCounters()).toEqual({ kind: 'lost' });
  expect(downgraded.unsealWithKeystore().kind).toBe('passcode-needed');
  downgraded.close();
  writeFileSync(file, whole);

  // Removed.
  edit(folder, (database) => {
    database.exec('DELETE FROM guarded');
  });
  expect(opened(folder, keystore).readCounters()).toEqual({ kind: 'lost' });
});

test('without a keystore accidents to the counters are noticed', async () => {
  const { folder } = await closedVault();
  edit(folder, (database) => {
    const row = database.prepare<[], { body: Buffer }>("SELECT body FROM guarded WHERE kind = 'counters'").get();
    const body = Buffer.from(row?.body.toString('utf8').replace('"failedLooks":2', '"failedLooks":0') ?? '');
    database.prepare('UPDATE guarded SET body = ?').run(body);
  });
  expect(opened(folder).readCounters()).toEqual({ kind: 'lost' });
});

test('an older copy of the file brings back only what it held, under the passcode of then', async () => {
  const { folder, personId } = await closedVault();
  const copy = `${newFolder()}/copy`;
  copyFileSync(vaultFile(folder), copy);
  const vault = opened(folder);
  await vault.rotateKey(personId, passcode);
  await vault.changePasscode(personId, passcode, 'another one');
  vault.close();
  // A record of the old copy under the new key opens nothing.
  const old = new SQLite(copy);
  const record = old.prepare<[], { sealed: Buffer }>("SELECT sealed FROM record WHERE kind = 'templates'").get();
  old.close();
  edit(folder, (database) => {
    database.prepare("UPDATE record SET sealed = ? WHERE kind = 'templates'").run(record?.sealed);
  });
  expect(await opened(folder).unsealWithPasscode('another one')).toMatchObject({ records: { kind: 'damaged' } });
});

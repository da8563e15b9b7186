import { cpSync } from 'node:fs';
import SQLite from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { restoreBackup } from '../../../main/vault/backup.ts';
import { vaultFile } from '../../../main/vault/files.ts';
import {
  bytesOf,
  counters,
  enrolled,
  expectSentence,
  holds,
  newFolder,
  noKeystore,
  opened,
  passcode,
  systemKeystore,
  templates,
} from './build.ts';

vi.mock('node:crypto', async (original) => (await import('./cheap-scrypt.ts')).cheapScrypt(original));

test('gives back after a restart what was enrolled, to the passcode alone', async () => {
  const folder = newFolder();
  const first = opened(folder);
  const personId = await enrolled(first, 'Ada Lovelace', 7);
  first.close();

  const vault = opened(folder);
  expect(vault.people()).toEqual([{ id: personId, createdAtMs: expect.any(Number), name: undefined }]);
  expect(vault.galleries()).toEqual([]);
  expect(await vault.unsealWithPasscode('correct horse 8')).toEqual({ kind: 'wrong-passcode' });
  expect(vault.galleries()).toEqual([]);
  expect(await vault.unsealWithPasscode(passcode)).toEqual({ kind: 'unsealed', personId, records: { kind: 'whole' } });
  expect(vault.people()[0]?.name).toBe('Ada Lovelace');
  expect(holds(vault.gallery(personId), templates(5, 7))).toBe(true);
});

test('holds nothing in clear: no name, no passcode, no vector, whole or in parts', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const personId = await enrolled(vault, 'Grace Hopper', 3);
  vault.replaceTemplates(personId, templates(6, 4));
  vault.record({ kind: 'look-refused', reason: 'not-recognised' });
  const whileOpen = bytesOf(folder);
  vault.close();
  const afterwards = bytesOf(folder);
  for (const bytes of [whileOpen, afterwards]) {
    for (const text of ['Grace', 'Hopper', passcode, 'correct horse', 'sface', 'not-recognised', 't3-0', 't4-0']) {
      expect(bytes.includes(Buffer.from(text, 'utf8')), text).toBe(false);
      expect(bytes.includes(Buffer.from(text, 'utf16le')), text).toBe(false);
    }
    for (const { vector } of [...templates(5, 3), ...templates(6, 4)]) {
      const asBytes = Buffer.from(vector.buffer);
      // Any two neighbouring numbers: no vector is there in pieces either.
      for (let start = 0; start + 8 <= asBytes.length; start += 8) expect(bytes.includes(asBytes.subarray(start, start + 8))).toBe(false);
      expect(bytes.includes(Buffer.from(asBytes.toString('base64').slice(0, 24)))).toBe(false);
    }
  }
  // The same search does find what is in clear.
  expect(whileOpen.includes(Buffer.from(personId))).toBe(true);
});

test('sealing overwrites keys and templates in memory and stays sealed until the passcode', async () => {
  const vault = opened(newFolder(), systemKeystore());
  const personId = await enrolled(vault, 'Ada');
  const gallery = vault.gallery(personId);
  expect(gallery?.templates[0]?.vector.some((value) => value !== 0)).toBe(true);
  vault.seal();
  expect(gallery?.templates.every(({ vector }) => vector.every((value) => value === 0))).toBe(true);
  expect(vault.gallery(personId)).toBeUndefined();
  expect(vault.people()[0]?.name).toBeUndefined();
  expect(vault.unsealWithKeystore()).toEqual({ kind: 'passcode-needed', sentence: 'The passcode is required.' });
  expectSentence(vault.replaceTemplates(personId, templates(1, 1)));
  expect(await vault.unsealWithPasscode(passcode)).toMatchObject({ kind: 'unsealed' });
  expect(vault.gallery(personId)?.templates).toHaveLength(5);
});

test('a sealing while the passcode is being checked is not undone by it', async () => {
  const vault = opened(newFolder());
  await enrolled(vault, 'Ada');
  const checking = vault.unsealWithPasscode(passcode);
  vault.seal();
  expectSentence(await checking);
  expect(vault.galleries()).toEqual([]);
});

test('the keystore unseals at a start; another keystore, a locked one or none does not', async () => {
  const folder = newFolder();
  const secret = Buffer.alloc(32, 9);
  const first = opened(folder, systemKeystore(secret));
  const personId = await enrolled(first, 'Ada');
  first.close();

  const same = opened(folder, systemKeystore(secret));
  expect(same.unsealWithKeystore()).toEqual({ kind: 'unsealed', personIds: [personId] });
  expect(same.gallery(personId)?.templates).toHaveLength(5);
  expect(same.protection()).toEqual({ wrapping: { kind: 'os', backend: 'test' }, counters: 'authenticated' });
  same.close();

  for (const keystore of [systemKeystore(), noKeystore]) {
    const other = opened(folder, keystore);
    expect(other.unsealWithKeystore().kind).toBe('passcode-needed');
    expect(other.galleries()).toEqual([]);
    expect(other.protection().wrapping.kind).toBe('passcode-only');
    other.close();
  }
});

test('a keystore that is locked, broken or forgetful protects nothing, and everything else works', async () => {
  const sound = systemKeystore();
  if (sound.kind === 'none') throw new Error('no keystore');
  const broken = (): never => {
    throw new Error('locked');
  };
  for (const keystore of [
    { ...sound, seal: broken },
    { ...sound, open: broken },
    { ...sound, open: () => new Uint8Array(3) },
  ]) {
    const folder = newFolder();
    const vault = opened(folder, keystore);
    const personId = await enrolled(vault, 'Ada');
    vault.writeCounters(counters);
    vault.writeSettings({ idleMinutes: 5 });
    vault.close();
    const again = opened(folder, keystore);
    expect(again.protection()).toMatchObject({ wrapping: { kind: 'passcode-only' }, counters: 'checksum' });
    expect(again.unsealWithKeystore().kind).toBe('passcode-needed');
    expect(again.readCounters()).toEqual({ kind: 'counters', counters });
    expect(again.readSettings()).toMatchObject({ kind: 'settings' });
    expect(await again.unsealWithPasscode(passcode)).toMatchObject({ kind: 'unsealed', personId });
    again.close();
  }
});

test('after the passcode a lost keystore is wrapped for anew', async () => {
  const folder = newFolder();
  const first = opened(folder, systemKeystore());
  await enrolled(first, 'Ada');
  first.close();
  const secret = Buffer.alloc(32, 5);
  const replaced = opened(folder, systemKeystore(secret));
  expect((await replaced.unsealWithPasscode(passcode)).kind).toBe('unsealed');
  replaced.close();
  expect(opened(folder, systemKeystore(secret)).unsealWithKeystore().kind).toBe('unsealed');
});

test('a passcode has at least six characters, however they are encoded', async () => {
  const vault = opened(newFolder());
  for (const short of ['', '12345', '🙂🙂🙂🙂🙂']) {
    expectSentence(await vault.enrolPerson({ name: 'Ada', passcode: short, templates: [] }));
  }
  expect(vault.people()).toEqual([]);
  // é typed as one character or as two is the same passcode.
  const personId = await enrolled(vault, 'Ada', 1, 'caf\u00e9 noir');
  expect(await vault.unsealWithPasscode('cafe\u0301 noir', personId)).toMatchObject({ kind: 'unsealed' });
  expectSentence(await vault.changePasscode(personId, 'caf\u00e9 noir', '12345'));
});

/** One sealed value, read from a copy of the files. */
function sealedValue(folder: string, from: string): Buffer {
  const copy = newFolder();
  cpSync(folder, copy, { recursive: true });
  const database = new SQLite(vaultFile(copy));
  const row = database.prepare<[], { sealed: Buffer }>(`SELECT sealed FROM ${from}`).get();
  database.close();
  if (row === undefined) throw new Error(`no ${from}`);
  return row.sealed;
}

test('templates taken away leave no sealed bytes behind', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const personId = await enrolled(vault, 'Ada');
  vault.replaceTemplates(personId, templates(40, 5));
  const before = sealedValue(folder, "record WHERE kind = 'templates'");
  vault.replaceTemplates(personId, templates(1, 6));
  vault.close();
  const after = bytesOf(folder);
  for (let start = 0; start + 32 <= before.length; start += 32) expect(after.includes(before.subarray(start, start + 32))).toBe(false);
});

test('changes the passcode: the old one no longer opens, the templates stay', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const personId = await enrolled(vault, 'Ada');
  expect(await vault.changePasscode(personId, 'not the one', 'another one')).toEqual({ kind: 'wrong-passcode' });
  const before = sealedValue(folder, 'passcode_wrapping');
  expect(bytesOf(folder).includes(before)).toBe(true);
  expect(await vault.changePasscode(personId, passcode, 'another one')).toEqual({ kind: 'done' });
  expect(bytesOf(folder).includes(before)).toBe(false);
  vault.close();
  const again = opened(folder);
  expect(await again.unsealWithPasscode(passcode)).toEqual({ kind: 'wrong-passcode' });
  expect(await again.unsealWithPasscode('another one')).toMatchObject({ kind: 'unsealed', records: { kind: 'whole' } });
  expect(holds(again.gallery(personId), templates(5, 1))).toBe(true);
});

test('rotates the key: every sealed byte is new, an old copy of a record no longer opens', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const personId = await enrolled(vault, 'Ada');
  const before = bytesOf(folder);
  expect(await vault.rotateKey(personId, 'not the one')).toEqual({ kind: 'wrong-passcode' });
  expect(await vault.rotateKey(personId, passcode)).toEqual({ kind: 'done' });
  expect(holds(vault.gallery(personId), templates(5, 1))).toBe(true);
  vault.replaceTemplates(personId, templates(6, 2));
  vault.close();
  // Old ciphertext is gone from the file: no 64 bytes of the longest old record are left.
  const after = bytesOf(folder);
  let shared = 0;
  for (let start = 0; start + 64 <= before.length; start += 64) {
    const piece = before.subarray(start, start + 64);
    if (new Set(piece).size > 40 && after.includes(piece)) shared += 1;
  }
  expect(shared).toBeLessThanOrEqual(2);
  const again = opened(folder);
  expect(await again.unsealWithPasscode(passcode)).toMatchObject({ kind: 'unsealed', records: { kind: 'whole' } });
  expect(holds(again.gallery(personId), templates(6, 2))).toBe(true);
});

test('several people have each their own passcode, and a second one needs the first present', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  const ada = await enrolled(vault, 'Ada', 1, 'passcode of ada');
  vault.seal();
  expectSentence(await vault.enrolPerson({ name: 'Bea', passcode: 'passcode of bea', templates: [] }));
  await vault.unsealWithPasscode('passcode of ada');
  const bea = await enrolled(vault, 'Bea', 2, 'passcode of bea');
  vault.close();
  const again = opened(folder);
  expect(await again.unsealWithPasscode('passcode of bea')).toMatchObject({ personId: bea });
  expect(again.galleries().map(({ personId }) => personId)).toEqual([bea]);
  expect(await again.unsealWithPasscode('passcode of ada', bea)).toEqual({ kind: 'wrong-passcode' });
  expect(await again.unsealWithPasscode('passcode of ada', ada)).toMatchObject({ personId: ada });
  expect(again.readLog()).toMatchObject({ kind: 'intact' });
});

test('deletes a person so that none of their bytes are left', async () => {
  const folder = newFolder();
  const vault = opened(folder, systemKeystore());
  const ada = await enrolled(vault, 'Ada', 1, 'passcode of ada');
  const bea = await enrolled(vault, 'Bea', 2, 'passcode of bea');
  expect(bytesOf(folder).includes(Buffer.from(bea))).toBe(true);
  expect(vault.deletePerson(bea)).toEqual({ kind: 'done' });
  expect(bytesOf(folder).includes(Buffer.from(bea))).toBe(false);
  expect(vault.people().map(({ id }) => id)).toEqual([ada]);
  expect(await vault.unsealWithPasscode('passcode of bea')).toEqual({ kind: 'wrong-passcode' });
  expectSentence(vault.deletePerson(bea));
  expect(vault.deletePerson(ada)).toEqual({ kind: 'done' });
  vault.close();
  expect(bytesOf(folder).includes(Buffer.from(ada))).toBe(false);
  expect(opened(folder).people()).toEqual([]);
});

test('after the last person is gone another may enrol', async () => {
  const vault = opened(newFolder(), systemKeystore());
  vault.deletePerson(await enrolled(vault, 'Ada'));
  expect(vault.readCounters()).toEqual({ kind: 'none' });
  await enrolled(vault, 'Bea', 2);
  expect(vault.readLog()).toMatchObject({
    kind: 'intact',
    entries: [{ event: { kind: 'log-started' } }, { event: { kind: 'person-enrolled' } }],
  });
});

test('counters and settings survive, sealed or not', async () => {
  for (const keystore of [noKeystore, systemKeystore()]) {
    const folder = newFolder();
    const vault = opened(folder, keystore);
    expect(vault.readCounters()).toEqual({ kind: 'none' });
    expect(vault.readSettings()).toEqual({ kind: 'none' });
    vault.writeSettings({ idleMinutes: 5, attention: true });
    await enrolled(vault, 'Ada');
    expect(vault.readCounters()).toEqual({ kind: 'lost' });
    expect(vault.writeCounters(counters)).toEqual({ kind: 'done' });
    vault.seal();
    vault.close();
    const again = opened(folder, keystore);
    expect(again.readCounters()).toEqual({ kind: 'counters', counters });
    expect(again.readSettings()).toEqual({ kind: 'settings', value: { idleMinutes: 5, attention: true } });
    again.close();
  }
});

test('a backup opens with the passcode on another machine, and the keystore of this one is no help', async () => {
  const folder = newFolder();
  const keystore = systemKeystore();
  const vault = opened(folder, keystore);
  const personId = await enrolled(vault, 'Ada', 11);
  vault.writeCounters(counters);
  const backup = `${newFolder()}/backup.facelatch`;
  expect(vault.exportBackup(backup)).toEqual({ kind: 'done' });
  expectSentence(vault.exportBackup(backup));
  expectSentence(restoreBackup(backup, folder));

  const elsewhere = newFolder();
  expect(restoreBackup(backup, elsewhere)).toEqual({ kind: 'done' });
  const restored = opened(elsewhere, keystore);
  expect(restored.unsealWithKeystore().kind).toBe('passcode-needed');
  expect(restored.readCounters()).toEqual({ kind: 'lost' });
  expect(await restored.unsealWithPasscode('not the one')).toEqual({ kind: 'wrong-passcode' });
  expect(await restored.unsealWithPasscode(passcode)).toMatchObject({ kind: 'unsealed', records: { kind: 'whole' } });
  expect(holds(restored.gallery(personId), templates(5, 11))).toBe(true);
  expect(restored.readLog()).toMatchObject({ kind: 'intact', entries: [{ event: { kind: 'log-started' } }] });
});

import SQLite, { type Database } from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import type { AuditEvent } from '../../../main/contract/audit.ts';
import { vaultFile } from '../../../main/vault/files.ts';
import { keptEntries } from '../../../main/vault/log.ts';
import { enrolled, expectSentence, newFolder, opened, passcode, systemKeystore } from './build.ts';

vi.mock('node:crypto', async (original) => (await import('./cheap-scrypt.ts')).cheapScrypt(original));

const events: readonly AuditEvent[] = [
  { kind: 'locked', cause: 'request' },
  { kind: 'look-refused', reason: 'not-live' },
  { kind: 'passcode-wrong' },
  { kind: 'unlocked', by: 'passcode' },
];

/** A closed vault whose log holds log-started, person-enrolled and `events`; the last four written while sealed. */
async function vaultWithLog(): Promise<string> {
  const folder = newFolder();
  const vault = opened(folder);
  await enrolled(vault, 'Ada');
  vault.seal();
  for (const event of events) expect(vault.record(event)).toEqual({ kind: 'done' });
  vault.close();
  return folder;
}

test('keeps what happened while locked, for whoever has the passcode', async () => {
  const folder = await vaultWithLog();
  const vault = opened(folder);
  expectSentence(vault.readLog());
  await vault.unsealWithPasscode(passcode);
  const log = vault.readLog();
  expect(log.kind).toBe('intact');
  expect(log.kind === 'intact' && log.entries.map(({ event }) => event)).toEqual([
    { kind: 'log-started' },
    { kind: 'person-enrolled' },
    ...events,
  ]);
  expect(log.kind === 'intact' && log.entries.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('goes on after a lost keystore, and says that it was mended', async () => {
  const folder = newFolder();
  const vault = opened(folder, systemKeystore());
  await enrolled(vault, 'Ada');
  vault.close();
  const other = opened(folder, systemKeystore());
  expectSentence(other.record({ kind: 'passcode-wrong' }));
  await other.unsealWithPasscode(passcode);
  expect(other.record({ kind: 'unlocked', by: 'passcode' })).toEqual({ kind: 'done' });
  const log = other.readLog();
  expect(log.kind === 'intact' && log.entries.map(({ event }) => event.kind)).toEqual([
    'log-started',
    'person-enrolled',
    'log-repaired',
    'unlocked',
  ]);
});

test('keeps a limited number of entries, and dropping more than that shows', async () => {
  const folder = newFolder();
  const vault = opened(folder);
  await enrolled(vault, 'Ada');
  for (let count = 0; count < keptEntries + 10; count += 1) vault.record({ kind: 'passcode-wrong' });
  await vault.unsealWithPasscode(passcode);
  const log = vault.readLog();
  expect(log.kind).toBe('intact');
  expect(log.kind === 'intact' && log.entries.length).toBe(keptEntries);
  expect(log.kind === 'intact' && log.entries[0]?.sequence).toBe(12);
  vault.close();
  const database = new SQLite(vaultFile(folder));
  database.exec('DELETE FROM log_entry WHERE sequence = 12');
  database.close();
  const edited = opened(folder);
  await edited.unsealWithPasscode(passcode);
  expect(edited.readLog().kind).toBe('edited');
});

describe('an edit shows:', () => {
  const edits: readonly (readonly [what: string, edit: (database: Database) => void])[] = [
    ['an entry removed in the middle', (database) => database.exec('DELETE FROM log_entry WHERE sequence = 3')],
    ['the last entry removed', (database) => database.exec('DELETE FROM log_entry WHERE sequence = 5')],
    [
      'the last entry removed and the head set back',
      (database) => database.exec('DELETE FROM log_entry WHERE sequence = 5; UPDATE log_head SET next_sequence = 5'),
    ],
    ['the first entry removed', (database) => database.exec('DELETE FROM log_entry WHERE sequence = 0')],
    ['all entries removed', (database) => database.exec('DELETE FROM log_entry')],
    [
      'all entries and the head removed',
      (database) => database.exec('DELETE FROM log_entry; DELETE FROM log_head; DELETE FROM log_anchor'),
    ],
    [
      'two entries exchanged',
      (database) =>
        database.exec(
          'UPDATE log_entry SET sequence = 90 WHERE sequence = 3; UPDATE log_entry SET sequence = 3 WHERE sequence = 4; UPDATE log_entry SET sequence = 4 WHERE sequence = 90',
        ),
    ],
    [
      'an entry repeated',
      (database) => database.exec('UPDATE log_entry SET sealed = (SELECT sealed FROM log_entry WHERE sequence = 3) WHERE sequence = 4'),
    ],
    ['a bit changed', (database) => flip(database, 'log_entry', 'sealed', 'WHERE sequence = 4')],
    ['the head changed', (database) => flip(database, 'log_head', 'key', '')],
    ['an entry added', (database) => database.exec('INSERT INTO log_entry SELECT 6, sealed FROM log_entry WHERE sequence = 5')],
    ['an anchor put in', (database) => database.exec('INSERT INTO log_anchor VALUES (1, zeroblob(29))')],
  ];

  test.each(edits)('%s', async (_, edit) => {
    const folder = await vaultWithLog();
    const database = new SQLite(vaultFile(folder));
    edit(database);
    database.close();
    const vault = opened(folder);
    await vault.unsealWithPasscode(passcode);
    const log = vault.readLog();
    const mended = log.kind === 'intact' && log.entries.some(({ event }) => event.kind === 'log-repaired');
    expect(log.kind === 'edited' || mended).toBe(true);
    if (log.kind === 'edited') expect(log.sentence).toMatch(/changed from outside/);
  });

  function flip(database: Database, table: string, column: string, where: string): void {
    const row = database.prepare<[], { blob: Buffer }>(`SELECT ${column} AS blob FROM ${table} ${where}`).get();
    if (row === undefined) throw new Error(`no ${table}`);
    row.blob.writeUInt8(row.blob.readUInt8(20) ^ 1, 20);
    database.prepare(`UPDATE ${table} SET ${column} = ? ${where}`).run(row.blob);
  }
});

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import SQLite from 'better-sqlite3';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { restoreBackup } from '../../../main/vault/backup.ts';
import { vaultFile } from '../../../main/vault/files.ts';
import { applicationId } from '../../../main/vault/schema.ts';
import { openVault } from '../../../main/vault/vault.ts';
import { counters, enrolled, expectSentence, holds, newFolder, noKeystore, opened, passcode, systemKeystore, templates } from './build.ts';

vi.mock('node:crypto', async (original) => (await import('./cheap-scrypt.ts')).cheapScrypt(original));

test('folder and files are their owner’s alone, also where they were not before', async () => {
  const folder = join(newFolder(), 'vault');
  mkdirSync(folder, { mode: 0o755 });
  chmodSync(folder, 0o755);
  const vault = opened(folder);
  await enrolled(vault, 'Ada');
  const modes = () => readdirSync(folder).map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));
  expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  expect(readdirSync(folder)).toContain('facelatch.sqlite-wal');
  expect(new Set(modes())).toEqual(new Set(['600']));
  vault.close();
  chmodSync(vaultFile(folder), 0o644);
  opened(folder);
  expect(new Set(modes())).toEqual(new Set(['600']));
});

describe('is refused with a sentence and left as it is:', () => {
  function expectUntouched(folder: string): void {
    const before = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('hex')]);
    expectSentence(openVault(folder, noKeystore));
    expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('hex')])).toEqual(before);
  }

  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text file', Buffer.from('dear diary')],
    ['random bytes', Buffer.alloc(8192, 0xa7)],
    ['a header with nothing behind it', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(20)])],
  ])('%s', (_, bytes) => {
    const folder = newFolder();
    writeFileSync(vaultFile(folder), bytes);
    expectUntouched(folder);
  });

  test.each(['DELETE', 'WAL'])("another program's database in journal mode %s", (mode) => {
    const folder = newFolder();
    const foreign = new SQLite(vaultFile(folder));
    foreign.pragma(`journal_mode = ${mode}`);
    foreign.exec("CREATE TABLE diary (text); INSERT INTO diary VALUES ('dear diary')");
    foreign.close();
    expectUntouched(folder);
  });

  test('a database of a newer Facelatch', () => {
    const folder = newFolder();
    const newer = new SQLite(vaultFile(folder));
    newer.pragma(`application_id = ${applicationId}`);
    newer.pragma('user_version = 99');
    newer.exec('CREATE TABLE person (id)');
    newer.close();
    expectUntouched(folder);
  });

  test('a vault cut short', async () => {
    const folder = newFolder();
    const vault = opened(folder);
    await enrolled(vault, 'Ada');
    vault.close();
    const whole = readFileSync(vaultFile(folder));
    for (const length of [1, 99, 100, 4096, whole.length - 5000, whole.length - 4096]) {
      writeFileSync(vaultFile(folder), whole.subarray(0, length));
      expectSentence(openVault(folder, noKeystore));
      expect(readFileSync(vaultFile(folder)).equals(whole.subarray(0, length)), `${length}`).toBe(true);
    }
  });

  test('a folder everybody may write, a file in place of the folder', () => {
    const open = join(newFolder(), 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    expectUntouched(open);
    const file = join(newFolder(), 'file');
    writeFileSync(file, 'x');
    expectSentence(openVault(file, noKeystore));
    expectSentence(openVault(join(file, 'below'), noKeystore));
  });

  test('a backup that is none, is missing or is damaged', async () => {
    const folder = newFolder();
    const source = opened(newFolder());
    await enrolled(source, 'Ada');
    const backup = join(folder, 'backup');
    source.exportBackup(backup);
    const whole = readFileSync(backup);
    expect((statSync(backup).mode & 0o777).toString(8)).toBe('600');
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 4096, 8192);
    writeFileSync(join(folder, 'damaged'), damaged);
    writeFileSync(join(folder, 'text'), 'dear diary');
    const target = newFolder();
    for (const name of ['damaged', 'text', 'missing']) {
      expectSentence(restoreBackup(join(folder, name), target));
      expect(readdirSync(target)).toEqual([]);
    }
    expectSentence(source.exportBackup(join(folder, 'no', 'such', 'folder')));
  });
});

const secret = Buffer.alloc(32, 7);
const children: ChildProcess[] = [];

afterEach(() => {
  for (const process_ of children.splice(0)) process_.kill('SIGKILL');
});

/** A child that prints `open` once it holds the vault. */
async function child(folder: string, task: 'hold' | 'write'): Promise<{ process: ChildProcess; lines: string[] }> {
  const process_ = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), folder, task, secret.toString('hex')], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(process_);
  const lines: string[] = [];
  const reader = createInterface({ input: process_.stdout });
  reader.on('line', (line) => lines.push(line));
  await once(reader, 'line');
  return { process: process_, lines };
}

test('one process at a time, and the next as soon as the first is gone, however it went', async () => {
  const folder = newFolder();
  const holder = await child(folder, 'hold');
  expect(holder.lines).toEqual(['open']);
  const refused = openVault(folder, noKeystore);
  expect(refused).toEqual({ kind: 'refused', sentence: 'Another Facelatch is using this vault.' });
  holder.process.kill('SIGKILL');
  await once(holder.process, 'exit');
  expect(opened(folder).people()).toEqual([]);
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

test.skipIf(!canMount)('a full disk: a sentence, nothing half written, and what was there stays', async () => {
  const mount = join(newFolder(), 'small');
  mkdirSync(mount);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=0700', 'tmpfs', mount]);
  try {
    const vault = opened(mount);
    const personId = await enrolled(vault, 'Ada', 1);
    vault.writeCounters(counters);
    writeFileSync(join(mount, 'ballast'), Buffer.alloc(1), { flag: 'w' });
    try {
      for (;;) writeFileSync(join(mount, 'ballast'), Buffer.alloc(4096), { flag: 'a' });
    } catch {
      // Full.
    }
    let last = 1;
    let full = vault.replaceTemplates(personId, templates(5, 2));
    for (let seed = 2; full.kind === 'done'; seed += 1) {
      last = seed;
      full = vault.replaceTemplates(personId, templates(5, seed + 1));
    }
    expect(full).toEqual({ kind: 'refused', sentence: 'The disk is full: nothing was changed.' });
    expect(holds(vault.gallery(personId), templates(5, last))).toBe(true);
    expectSentence(await vault.enrolPerson({ name: 'Bea', passcode: 'passcode of bea', templates: templates(5, 3) }));
    expect(vault.people()).toHaveLength(1);
    vault.seal();
    expect(await vault.unsealWithPasscode(passcode)).toMatchObject({ kind: 'unsealed', records: { kind: 'whole' } });
    expect(holds(vault.gallery(personId), templates(5, last))).toBe(true);
    vault.close();
    const again = opened(mount);
    expect(await again.unsealWithPasscode(passcode)).toMatchObject({ kind: 'unsealed', records: { kind: 'whole' } });
    expect(holds(again.gallery(personId), templates(5, last))).toBe(true);
    again.close();
    const below = join(mount, 'new');
    expectSentence(openVault(below, noKeystore));
  } finally {
    execFileSync('umount', ['-l', mount]);
  }
});

test('kill -9 in the middle of writing loses nothing that was said to be written', async () => {
  const folder = newFolder();
  const first = opened(folder, systemKeystore(secret));
  const personId = await enrolled(first, 'Ada', 1);
  first.close();
  let written = 0;
  for (let kill = 0; kill < 12; kill += 1) {
    const writer = await child(folder, 'write');
    await once(writer.process.stdout as NodeJS.ReadableStream, 'data');
    await new Promise((resolve) => setTimeout(resolve, 7 * kill));
    writer.process.kill('SIGKILL');
    await once(writer.process, 'exit');
    written = Math.max(written, ...writer.lines.map(Number).filter(Number.isFinite));
    const vault = opened(folder, systemKeystore(secret));
    const stored = vault.readCounters();
    const round = stored.kind === 'counters' ? stored.counters.highestWallMs : 0;
    expect(round).toBeGreaterThanOrEqual(written);
    expect(vault.unsealWithKeystore()).toEqual({ kind: 'unsealed', personIds: [personId] });
    // The round after the one counted may have been under way: its templates may be there, never anything between.
    expect([round, round + 1].some((seed) => holds(vault.gallery(personId), templates(5, seed)))).toBe(true);
    expect(vault.readLog().kind).toBe('intact');
    vault.close();
  }
  expect(written).toBeGreaterThan(12);
});

import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Refusal, refuse } from './results.ts';
import { applicationId, schemaVersion } from './schema.ts';

const fileName = 'facelatch.sqlite';
const draftPrefix = `${fileName}.new-`;

export function vaultFile(folder: string): string {
  return join(folder, fileName);
}

/** A name nobody else uses for a file that is still being made. */
export function draftFile(folder: string): string {
  return join(folder, `${draftPrefix}${process.pid}-${process.hrtime.bigint()}`);
}

/** Makes the folder, for its owner alone. A folder that everybody may write is refused, not narrowed: it is somebody else's. */
export function prepareFolder(folder: string): Refusal | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode } = statSync(folder);
  if (process.platform === 'win32') return undefined;
  if ((mode & 0o002) !== 0) return refuse('The vault cannot be kept in a folder that everybody may write.');
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return undefined;
}

/** Narrows the database and what SQLite keeps beside it to its owner. */
export function narrowModes(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(fileName)) chmodSync(join(folder, name), 0o600);
  }
}

/** Removes what a start that was killed left half made. */
export function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(draftPrefix)) unlinkSync(join(folder, name));
  }
}

/** Removes what SQLite kept beside a database that is gone: a write-ahead log of another database must never meet a new one. A database that is there keeps it. */
export function forgetRemains(folder: string): void {
  const file = vaultFile(folder);
  if (existsSync(file)) return;
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** Removes one draft and what SQLite kept beside it, if they are still there. */
export function removeDraft(draft: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${draft}${suffix}`, { force: true });
}

/** Gives a finished draft its name. False where that name is taken: nothing is ever overwritten. */
export function publishDraft(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
    // A file system without hard links.
    if (existsSync(file)) return false;
    renameSync(draft, file);
    return true;
  }
}

/**
 * Looks at a file's header without SQLite, which would already change a foreign database by opening it. Offsets from SQLite's file format,
 * section 1.3: user version at 60, application id at 68. Undefined when the file is a vault this Facelatch can read.
 */
export function headerFault(file: string): Refusal | undefined {
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  const length = readSync(handle, header, 0, header.length, 0);
  closeSync(handle);
  const isSqlite = length === header.length && header.toString('latin1', 0, 16) === 'SQLite format 3\0';
  if (!isSqlite) return refuse(`${file} is not a Facelatch vault or is damaged: it was left untouched.`);
  if (header.readUInt32BE(68) !== applicationId) return refuse(`${file} belongs to another program: it was left untouched.`);
  if (header.readUInt32BE(60) > schemaVersion) return newerVault;
  return undefined;
}

export const newerVault = refuse('The vault was written by a newer Facelatch: it was left untouched.');

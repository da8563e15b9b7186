import { closeSync, existsSync, openSync } from 'node:fs';
import SQLite, { type Database } from 'better-sqlite3';
import {
  draftFile,
  headerFault,
  narrowModes,
  newerVault,
  prepareFolder,
  publishDraft,
  removeDraft,
  removeDrafts,
  vaultFile,
} from './files.ts';
import { type Refusal, refusalOf, refuse } from './results.ts';
import { applicationId, migrate, schemaVersion } from './schema.ts';

export type DatabaseOpening = { readonly kind: 'opened'; readonly database: Database } | Refusal;

/** Another process gives its lock back within this time when it is only closing. */
const lockWaitMs = 300;

/**
 * Opens the vault's database in a folder, or makes it. It is this process's alone until closed. A file that is foreign, damaged, newer or in use is
 * refused and left as it is.
 */
export function openDatabase(folder: string, nowMs: number): DatabaseOpening {
  try {
    const folderFault = prepareFolder(folder);
    if (folderFault !== undefined) return folderFault;
    const file = vaultFile(folder);
    if (!existsSync(file)) createDatabase(draftFile(folder), file, nowMs);
    return openExisting(folder, file, nowMs);
  } catch (error) {
    return refusalOf(error);
  }
}

/**
 * Makes an empty vault: in a draft first, complete with header and tables, so that a kill leaves either no vault or a whole one. `fill` writes
 * into it before it gets its name. False where the name is taken by then. Throws what SQLite and the file system throw.
 */
export function createDatabase(draft: string, file: string, nowMs: number, fill: (database: Database) => void = () => undefined): boolean {
  try {
    // Made here and not by SQLite, so that it is never readable by others, not for a moment.
    closeSync(openSync(draft, 'wx', 0o600));
    const database = new SQLite(draft);
    try {
      database.pragma(`application_id = ${applicationId}`);
      harden(database);
      migrate(database, nowMs);
      fill(database);
      database.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      database.close();
    }
    return publishDraft(draft, file);
  } finally {
    removeDraft(draft);
  }
}

function openExisting(folder: string, file: string, nowMs: number): DatabaseOpening {
  const fault = headerFault(file);
  if (fault !== undefined) return fault;
  const database = new SQLite(file, { fileMustExist: true, timeout: lockWaitMs });
  const refused = checkOpened(database, nowMs);
  if (refused !== undefined) {
    database.close();
    return refused;
  }
  removeDrafts(folder);
  narrowModes(folder);
  return { kind: 'opened', database };
}

function checkOpened(database: Database, nowMs: number): Refusal | undefined {
  try {
    harden(database);
    // Takes the lock that EXCLUSIVE keeps.
    database.exec('BEGIN IMMEDIATE; COMMIT');
    if (database.pragma('quick_check(1)', { simple: true }) !== 'ok') return refuse('The vault is damaged: it was left untouched.');
    if (Number(database.pragma('user_version', { simple: true })) > schemaVersion) return newerVault;
    migrate(database, nowMs);
    return undefined;
  } catch (error) {
    return refusalOf(error);
  }
}

/** One process at a time, every commit on the disk before it returns, deleted content overwritten, nothing in temporary files. */
function harden(database: Database): void {
  database.pragma('locking_mode = EXCLUSIVE');
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('secure_delete = ON');
  database.pragma('temp_store = MEMORY');
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
}

/**
 * Moves everything from the write-ahead log into the database and empties the log, so that no older version of a secret stays in it. A full disk
 * only puts it off: what was committed is safe in the log.
 */
export function checkpoint(database: Database): void {
  try {
    database.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    refusalOf(error);
  }
}

import { constants, copyFileSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite, { type Database } from 'better-sqlite3';
import { createDatabase } from './database.ts';
import { draftFile, headerFault, prepareFolder, publishDraft, removeDraft, vaultFile } from './files.ts';
import { type Done, done, type Refusal, refusalOf, refuse } from './results.ts';

/** What a backup holds: enough to unseal by passcode, nothing the keystore or this machine could open. */
const copiedTables: readonly (readonly [table: string, where: string])[] = [
  ['person', ''],
  ['passcode_wrapping', ''],
  ['record', "WHERE kind <> 'log-root'"],
];

/** Writes everybody's sealed records into a new file. Refuses where the file exists. */
export function exportBackup(database: Database, file: string, nowMs: number): Done | Refusal {
  try {
    if (existsSync(file)) return refuse(`${file} exists already: choose another name.`);
    const made = createDatabase(draftFile(dirname(file)), file, nowMs, (copy) => {
      copy.transaction(() => {
        for (const [table, where] of copiedTables) copyRows(database, copy, table, where);
      })();
    });
    return made ? done : refuse(`${file} exists already: choose another name.`);
  } catch (error) {
    return refusalOf(error);
  }
}

function copyRows(from: Database, to: Database, table: string, where: string): void {
  for (const row of from.prepare<[], unknown[]>(`SELECT * FROM ${table} ${where}`).raw().iterate()) {
    to.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
  }
}

/** Makes a vault of a backup in a folder that has none yet. Its people come back with passcode and templates; counters and log begin anew. */
export function restoreBackup(file: string, folder: string): Done | Refusal {
  try {
    const fault = prepareFolder(folder) ?? headerFault(file);
    if (fault !== undefined) return fault;
    if (existsSync(vaultFile(folder))) return refuse('There is a vault already: a backup is never put over it.');
    const draft = draftFile(folder);
    try {
      copyFileSync(file, draft, constants.COPYFILE_EXCL);
      if (!isWhole(draft)) return refuse(`${file} is damaged: nothing was restored.`);
      return publishDraft(draft, vaultFile(folder)) ? done : refuse('There is a vault already: a backup is never put over it.');
    } finally {
      removeDraft(draft);
    }
  } catch (error) {
    return refusalOf(error);
  }
}

function isWhole(file: string): boolean {
  const database = new SQLite(file, { readonly: true });
  try {
    return database.pragma('quick_check(1)', { simple: true }) === 'ok';
  } catch {
    return false;
  } finally {
    database.close();
  }
}

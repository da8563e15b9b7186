import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../contract/json.ts';
import { lockModes } from '../contract/lock-state.ts';

/*
 * How Facelatch locks this computer, in a small file beside the vault: for `facelatch doctor`, which opens no vault, and for a start at which the vault
 * cannot be opened. It holds nothing secret, and nothing is unlocked by what it says.
 */

const schema = v.object({
  mode: v.picklist(lockModes),
  chosen: v.picklist(lockModes),
  /** Why the chosen mode is not on. */
  sentence: v.exactOptional(v.pipe(v.string(), v.maxLength(500))),
  /** The owner's own lock command. It is checked again before it is run. */
  lockCommand: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(21))),
});
export type LockingReport = v.InferOutput<typeof schema>;

const fileIn = (profileDir: string): string => join(profileDir, 'locking.json');

/** Throws what the file system throws. */
export function writeLockingReport(profileDir: string, report: LockingReport): void {
  writeFileSync(fileIn(profileDir), `${JSON.stringify(report)}\n`, { mode: 0o600 });
}

/** Nobody is enrolled any more. Throws what the file system throws. */
export function forgetLockingReport(profileDir: string): void {
  rmSync(fileIn(profileDir), { force: true });
}

/** Undefined where none was written or it is damaged. */
export function readLockingReport(profileDir: string): LockingReport | undefined {
  try {
    return parseJson(readFileSync(fileIn(profileDir), 'utf8'), schema);
  } catch {
    return undefined;
  }
}

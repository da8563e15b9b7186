import { checkpoint } from './database.ts';
import { writeFace } from './face-records.ts';
import { readyDevice, wrapWithKeystore } from './keystore-wrapping.ts';
import { placeAfterLastEntry, pruneLog, readHead, startLog } from './log.ts';
import type { OpenPerson, PersonReading } from './open-person.ts';
import { writeRecord } from './records.ts';
import { done } from './results.ts';
import { newKey } from './seal.ts';
import { anyLogRoot, append, type VaultState, write } from './vault-state.ts';

/** After the right passcode: brings back what a lost keystore, a restored backup or a damaged log head took away. */
export function mend(vault: VaultState, person: OpenPerson): void {
  readyDevice(vault);
  write(vault, () => {
    wrapWithKeystore(vault, person.id, person.dataKey);
    mendLog(vault);
    return done;
  });
}

/**
 * Writes a face as it is kept today: one of before renewal, or one whose learning was touched. Where that fails it is as right in memory, and is
 * written after the next unsealing.
 */
export function mendFace(vault: VaultState, { person, foundFace }: PersonReading): void {
  const face = vault.open.get(person.id)?.face;
  if (face === undefined || foundFace === 'whole' || foundFace === 'damaged') return;
  write(vault, () => {
    writeFace(vault.database, person.dataKey, person.id, face);
    if (foundFace === 'learning-damaged') append(vault, { kind: 'templates-changed', cause: 'learning-damaged' });
    return done;
  });
  checkpoint(vault.database);
}

function mendLog(vault: VaultState): void {
  const { database, open } = vault;
  const head = readHead(database, vault.device?.logKey);
  const known = anyLogRoot(vault);
  if (known === undefined && head.kind !== 'none') return;
  const root = known ?? newKey();
  for (const person of open.values()) {
    if (person.logRoot !== undefined) continue;
    writeRecord(database, person.dataKey, person.id, 'log-root', root);
    open.set(person.id, { ...person, logRoot: Buffer.from(root) });
  }
  if (head.kind === 'head') {
    pruneLog(database, root);
    return;
  }
  startLog(database, vault.device?.logKey, root, placeAfterLastEntry(database));
  append(vault, { kind: known === undefined ? 'log-started' : 'log-repaired' });
}

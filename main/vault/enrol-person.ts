import { randomUUID } from 'node:crypto';
import { passcodeFault } from '../contract/passcode.ts';
import type { Template } from '../identity/template.ts';
import type { Enrolment } from './api.ts';
import { checkpoint } from './database.ts';
import { newFace, wipeFace, writeFace } from './face-records.ts';
import { readyDevice, wrapWithKeystore } from './keystore-wrapping.ts';
import { startLog } from './log.ts';
import { openPerson } from './open-person.ts';
import { wrapWithPasscode } from './passcode.ts';
import { writeRecord } from './records.ts';
import { done, refuse } from './results.ts';
import { newKey, wipe } from './seal.ts';
import { anyLogRoot, append, keepOpen, peopleOf, sealed, sealedMeanwhile, type VaultState, write } from './vault-state.ts';
import { writePasscodeWrapping } from './wrappings.ts';

/** Adds a person with a key of their own; with the first one the log begins. */
export async function enrolPerson(
  vault: VaultState,
  person: { readonly name: string; readonly passcode: string; readonly templates: readonly Template[] },
): Promise<Enrolment> {
  const { database } = vault;
  const fault = passcodeFault(person.passcode);
  if (fault !== undefined) return refuse(fault);
  if (peopleOf(vault).length > 0 && vault.open.size === 0) return sealed;
  const readied = readyDevice(vault);
  if (readied.kind === 'refused') return readied;
  const personId = randomUUID();
  const dataKey = newKey();
  const wrapping = await wrapWithPasscode(dataKey, person.passcode, personId);
  const written = write(vault, () => {
    const isFirst = peopleOf(vault).length === 0;
    if (!isFirst && vault.open.size === 0) return sealedMeanwhile;
    database.prepare('INSERT INTO person VALUES (?, ?)').run(personId, vault.now());
    writePasscodeWrapping(database, personId, wrapping);
    wrapWithKeystore(vault, personId, dataKey);
    writeRecord(database, dataKey, personId, 'name', Buffer.from(person.name, 'utf8'));
    const face = newFace(person.templates, 'on');
    writeFace(database, dataKey, personId, face);
    wipeFace(face);
    const logRoot = isFirst ? newKey() : anyLogRoot(vault);
    if (logRoot !== undefined) writeRecord(database, dataKey, personId, 'log-root', logRoot);
    if (isFirst && logRoot !== undefined) {
      startLog(database, vault.device?.logKey, logRoot, 0);
      append(vault, { kind: 'log-started' });
      wipe(logRoot);
    }
    append(vault, { kind: 'person-enrolled' });
    return done;
  });
  if (written.kind === 'refused') {
    wipe(dataKey);
    return written;
  }
  keepOpen(vault, openPerson(database, dataKey, personId).person);
  checkpoint(database);
  return { kind: 'enrolled', personId };
}

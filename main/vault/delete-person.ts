import type { Database } from 'better-sqlite3';
import { checkpoint } from './database.ts';
import { wipePerson } from './open-person.ts';
import { type Done, done, type Refusal, refusalOf, refuse } from './results.ts';
import { append, forgetDevice, peopleOf, type VaultState, write } from './vault-state.ts';

const notHere = refuse('Nobody of that name is enrolled here.');

/** Removes a person; with the last one everything else goes as well. */
export function deletePerson(vault: VaultState, personId: string): Done | Refusal {
  const { database } = vault;
  const written = write(vault, () => {
    const { changes } = database.prepare('DELETE FROM person WHERE id = ?').run(personId);
    if (changes === 0) return notHere;
    if (peopleOf(vault).length > 0) append(vault, { kind: 'person-deleted' });
    else database.exec('DELETE FROM guarded; DELETE FROM device_key; DELETE FROM log_head; DELETE FROM log_anchor; DELETE FROM log_entry');
    return done;
  });
  if (written.kind === 'refused') return written;
  const person = vault.open.get(personId);
  if (person !== undefined) wipePerson(person);
  vault.open.delete(personId);
  if (peopleOf(vault).length === 0) forgetDevice(vault);
  compact(database);
  return done;
}

/** Empties the free pages and the write-ahead log. A full disk puts it off: secure_delete has overwritten the content already. */
function compact(database: Database): void {
  checkpoint(database);
  try {
    database.exec('VACUUM');
  } catch (error) {
    refusalOf(error);
  }
  checkpoint(database);
}

import type { KeystoreUnsealing, Unsealing, WrongPasscode } from './api.ts';
import { loadWrappingKey } from './device-key.ts';
import { keystoreLost } from './keystore-wrapping.ts';
import { mend, mendFace } from './mend.ts';
import { isWhole, openPerson, wipePerson } from './open-person.ts';
import { refusalOf } from './results.ts';
import { wipe } from './seal.ts';
import { damaged, keepOpen, peopleOf, sealedMeanwhile, unwrap, type VaultState } from './vault-state.ts';
import { readKeystoreWrapping } from './wrappings.ts';

export const wrongPasscode: WrongPasscode = { kind: 'wrong-passcode' };

/** Tries one person, or everybody when no id is given. */
export async function unsealWithPasscode(vault: VaultState, passcode: string, personId?: string): Promise<Unsealing> {
  try {
    const ids = personId === undefined ? peopleOf(vault).map(({ id }) => id) : [personId];
    return await unsealFirst(vault, ids, passcode);
  } catch (error) {
    return refusalOf(error);
  }
}

async function unsealFirst(vault: VaultState, ids: readonly string[], passcode: string): Promise<Unsealing> {
  const { sealings } = vault;
  for (const id of ids) {
    const dataKey = await unwrap(vault, id, passcode);
    if (dataKey === undefined) continue;
    if (sealings !== vault.sealings) {
      wipe(dataKey);
      return sealedMeanwhile;
    }
    const reading = openPerson(vault.database, dataKey, id);
    const { person } = reading;
    keepOpen(vault, person);
    mend(vault, person);
    mendFace(vault, reading);
    return {
      kind: 'unsealed',
      personId: id,
      records: isWhole(person) ? { kind: 'whole' } : { kind: 'damaged', sentence: damaged.sentence },
    };
  }
  return wrongPasscode;
}

/** Unseals everybody whose key the OS keystore can open, where nothing was sealed since the start. */
export function unsealWithKeystore(vault: VaultState): KeystoreUnsealing {
  const { database, keystore, open } = vault;
  if (keystore.kind === 'none') return { kind: 'passcode-needed', sentence: keystore.sentence };
  if (vault.sealings > 0) return { kind: 'passcode-needed', sentence: 'The passcode is required.' };
  const wrappingKey = loadWrappingKey(database, keystore);
  if (wrappingKey === undefined) {
    return { kind: 'passcode-needed', sentence: keystoreLost };
  }
  for (const { id } of peopleOf(vault)) {
    const dataKey = open.has(id) ? undefined : readKeystoreWrapping(database, wrappingKey, id);
    const reading = dataKey === undefined ? undefined : openPerson(database, dataKey, id);
    if (reading === undefined) continue;
    if (isWhole(reading.person)) {
      keepOpen(vault, reading.person);
      mendFace(vault, reading);
    } else wipePerson(reading.person);
  }
  wipe(wrappingKey);
  const personIds = [...open.keys()];
  return personIds.length > 0 ? { kind: 'unsealed', personIds } : { kind: 'passcode-needed', sentence: 'Type the passcode once.' };
}

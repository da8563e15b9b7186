import { passcodeFault } from '../contract/passcode.ts';
import type { WrongPasscode } from './api.ts';
import { checkpoint } from './database.ts';
import { wrapWithPasscode } from './passcode.ts';
import { type Done, done, type Refusal, refuse } from './results.ts';
import { wipe } from './seal.ts';
import { wrongPasscode } from './unseal.ts';
import { append, changedMeanwhile, isUnchanged, unwrap, type VaultState, write } from './vault-state.ts';
import { readPasscodeWrapping, writePasscodeWrapping } from './wrappings.ts';

/** Wraps the same data key under another passcode. */
export async function changePasscode(
  vault: VaultState,
  personId: string,
  passcode: string,
  newPasscode: string,
): Promise<Done | WrongPasscode | Refusal> {
  const { database } = vault;
  const fault = passcodeFault(newPasscode);
  if (fault !== undefined) return refuse(fault);
  const before = readPasscodeWrapping(database, personId);
  const dataKey = await unwrap(vault, personId, passcode);
  if (dataKey === undefined) return wrongPasscode;
  const wrapping = await wrapWithPasscode(dataKey, newPasscode, personId);
  wipe(dataKey);
  const written = write(vault, () => {
    if (!isUnchanged(vault, personId, before?.sealed)) return changedMeanwhile;
    writePasscodeWrapping(database, personId, wrapping);
    append(vault, { kind: 'passcode-changed' });
    return done;
  });
  // The old wrapping must not stay in the write-ahead log: with the old passcode it would still open the data key.
  checkpoint(database);
  return written;
}

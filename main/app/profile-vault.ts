import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { forgetLockingReport, type LockingReport, readLockingReport } from '../session/locking-report.ts';
import { forgetRemains, vaultFile } from '../vault/files.ts';
import type { Keystore } from '../vault/keystore.ts';
import { openVault, type VaultOpening } from '../vault/vault.ts';

/** There was a vault here and there is none: whoever took it away shall not be met like somebody who never had one. */
export interface VaultGone {
  readonly kind: 'gone';
}

/** The vault of one profile folder, and what lies beside it and says that there has to be one. */
export interface ProfileVault {
  /** Makes an empty vault only where none ever was. */
  open(): VaultOpening | VaultGone;
  /** Somebody chose to start anew: what was left of a vault that is gone is removed, and the next opening is a first one. */
  forget(): void;
  /** Whether somebody set Facelatch up here, as far as the files tell. */
  wasSetUp(): boolean;
  report(): LockingReport | undefined;
}

/** `wasLocked`: the guardian started this process because one died while locked, so there was a vault whatever the files say. */
export function profileVault(profileDir: string, wasLocked: boolean, keystore: () => Keystore): ProfileVault {
  const folder = join(profileDir, 'vault');
  let expected = wasLocked;
  const report = (): LockingReport | undefined => readLockingReport(profileDir);
  const exists = (): boolean => existsSync(vaultFile(folder));
  return {
    open: () => (!exists() && (expected || report() !== undefined) ? { kind: 'gone' } : openVault(folder, keystore())),
    forget: () => {
      expected = false;
      forgetLockingReport(profileDir);
      forgetRemains(folder);
    },
    wasSetUp: () => expected || report() !== undefined || exists(),
    report,
  };
}

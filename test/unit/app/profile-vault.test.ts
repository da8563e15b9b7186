import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { profileVault } from '../../../main/app/profile-vault.ts';
import { Facelatch } from '../../../main/app/wiring/facelatch.ts';
import type { AppView } from '../../../main/contract/ipc.ts';
import { writeLockingReport } from '../../../main/session/locking-report.ts';
import { vaultFile } from '../../../main/vault/files.ts';
import type { Keystore } from '../../../main/vault/keystore.ts';
import { bareWorld } from './bare-world.ts';

const noKeystore: Keystore = { kind: 'none', sentence: 'None here.' };

let profile: string;
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), 'facelatch-profile-'));
});
afterEach(() => rmSync(profile, { recursive: true, force: true }));

const folder = (): string => join(profile, 'vault');

/** Facelatch on this profile, as far as its start goes. */
function startOn(wasLocked: boolean): { facelatch: Facelatch; systemLocks: () => number; shown: AppView[] } {
  const stored = profileVault(profile, wasLocked, () => noKeystore);
  const shown: AppView[] = [];
  let systemLocks = 0;
  const facelatch = new Facelatch({
    ...bareWorld,
    openVault: stored.open,
    forgetVault: stored.forget,
    withoutVault: () => {
      if (!stored.wasSetUp()) return undefined;
      systemLocks += 1;
      return 'The system was asked to lock.';
    },
    screens: { cover: () => undefined, uncover: () => undefined, show: (view) => shown.push(view) },
  });
  return { facelatch, systemLocks: () => systemLocks, shown };
}

const setUpBefore = (): void => writeLockingReport(profile, { mode: 'cover', chosen: 'cover' });

test('a profile in which nothing ever was is a first start', () => {
  const { facelatch, systemLocks } = startOn(false);
  expect(facelatch.view()).toEqual({ kind: 'welcome' });
  expect(systemLocks()).toBe(0);
  facelatch.latch?.end();
});

test('a vault that was deleted is no first start: the system locks once, nothing is made, and a page says so', () => {
  setUpBefore();
  const { facelatch, systemLocks } = startOn(false);
  expect(facelatch.view()).toMatchObject({
    kind: 'trouble',
    sentence: 'Facelatch was set up here, and its vault is gone.',
    canStartAnew: true,
  });
  expect(systemLocks()).toBe(1);
  expect(existsSync(folder())).toBe(false);
});

test('where Facelatch died while locked, deleting everything it keeps is no first start either', () => {
  const { facelatch, systemLocks } = startOn(true);
  expect(facelatch.view()).toMatchObject({ kind: 'trouble', canStartAnew: true });
  expect(systemLocks()).toBe(1);
});

test('somebody who means it starts anew; nothing of the old database meets the new one', async () => {
  setUpBefore();
  const made = profileVault(profile, false, () => noKeystore);
  made.forget();
  const opening = made.open();
  if (opening.kind === 'opened') opening.vault.close();
  setUpBefore();
  rmSync(vaultFile(folder()));
  writeFileSync(`${vaultFile(folder())}-wal`, 'of another database');

  const { facelatch, shown } = startOn(true);
  expect(await facelatch.handlers()['try-again']({}, 1)).toEqual({ kind: 'done' });
  expect(shown.at(-1)).toMatchObject({ kind: 'trouble', canStartAnew: true });
  expect(await facelatch.handlers()['start-anew']({}, 1)).toEqual({ kind: 'done' });
  expect(shown.at(-1)).toEqual({ kind: 'welcome' });
  facelatch.latch?.end();
});

test('a vault that is damaged, and not gone, cannot be started anew over', async () => {
  const first = profileVault(profile, false, () => noKeystore).open();
  if (first.kind === 'opened') first.vault.close();
  writeFileSync(vaultFile(folder()), 'a shopping list');
  const { facelatch } = startOn(true);
  expect(facelatch.view()).toMatchObject({ kind: 'trouble', canStartAnew: false });
  expect(await facelatch.handlers()['start-anew']({}, 1)).toMatchObject({ kind: 'refused' });
  expect(existsSync(vaultFile(folder()))).toBe(true);
});

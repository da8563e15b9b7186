import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lockerCheck, modeCheck, profileDirs } from '../../../main/cli/desktop-checks.ts';
import { readLockingReport, writeLockingReport } from '../../../main/session/locking-report.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'facelatch-doctor-'));
  vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', 'unix:path=/no/such/bus');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('how Facelatch locks, for those who open no vault', () => {
  test('is written for its owner alone and read again', () => {
    const report = {
      mode: 'cover',
      chosen: 'session',
      sentence: 'logind no longer answers.',
      lockCommand: ['/usr/bin/swaylock', '-f'],
    } as const;
    writeLockingReport(folder, { ...report, lockCommand: [...report.lockCommand] });
    expect(readLockingReport(folder)).toEqual(report);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'locking.json')).mode & 0o777).toBe(0o600);
  });

  test.each(['', '[]', '{"mode":"open","chosen":"cover"}', '{"mode":"cover","chosen":"cover","lockCommand":"sh"}', '\0'])(
    'is nothing where it reads %j',
    (text) => {
      writeFileSync(join(folder, 'locking.json'), text);
      expect(readLockingReport(folder)).toBeUndefined();
    },
  );

  test('is looked for where Electron keeps it', () => {
    expect(profileDirs('linux', { XDG_CONFIG_HOME: '/x' }, '/home/ada')).toEqual([join('/x', 'Facelatch'), join('/x', 'facelatch')]);
    expect(profileDirs('darwin', {}, '/Users/ada')[0]).toBe(join('/Users/ada', 'Library', 'Application Support', 'Facelatch'));
    expect(profileDirs('win32', { APPDATA: 'C:\\x' }, 'C:\\ada')[0]).toBe(join('C:\\x', 'Facelatch'));
  });
});

describe.skipIf(process.platform !== 'linux')('the doctor', () => {
  test('names the owner’s own lock command, and one that no longer holds', () => {
    const locker = join(folder, 'locker');
    writeFileSync(locker, '#!/bin/sh\n');
    chmodSync(locker, 0o755);
    writeLockingReport(folder, { mode: 'cover', chosen: 'cover', lockCommand: [locker, '-f'] });
    expect(lockerCheck(folder)).toMatchObject({ state: 'ok', found: `${locker} -f (your own command)` });
    rmSync(locker);
    expect(lockerCheck(folder)).toMatchObject({
      state: 'limited',
      found: expect.stringContaining(`There is no program ${locker} here.`),
      mend: expect.anything(),
    });
  });

  test('names the mode that is on, why it is not the chosen one, and whether the other could be', async () => {
    expect(await modeCheck(folder)).toMatchObject({
      state: 'ok',
      found: expect.stringMatching(/^nothing is locked yet; session mode is not offered: .*\.$/),
    });
    writeLockingReport(folder, { mode: 'session', chosen: 'session' });
    expect((await modeCheck(folder)).found).toMatch(/^session mode; /);
    writeLockingReport(folder, { mode: 'cover', chosen: 'session', sentence: 'logind no longer answers.' });
    expect(await modeCheck(folder)).toMatchObject({
      state: 'limited',
      found: expect.stringMatching(/^cover mode instead of session mode\. logind no longer answers\. Now: /),
      mend: expect.anything(),
    });
  });
});

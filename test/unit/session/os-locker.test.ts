import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findOsLocker, findProgram, type LockerSurroundings, lockOs } from '../../../main/session/os-locker.ts';
import { calls, fakeLocker } from './processes.ts';

function surroundings(platform: NodeJS.Platform, programs: readonly string[], env: Record<string, string> = {}): LockerSurroundings {
  return { platform, env, findProgram: (name) => (programs.includes(name) ? `/bin/${name.split('/').at(-1)}` : undefined) };
}

describe('the system’s locker', () => {
  test('on Linux is logind’s, for this session', () => {
    expect(findOsLocker(surroundings('linux', ['loginctl', 'i3lock'], { XDG_SESSION_ID: 'c2', DISPLAY: ':0' }))).toMatchObject({
      kind: 'available',
      command: { file: '/bin/loginctl', args: ['lock-session', 'c2'] },
      caveat: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });

  test('without a logind session is a locker that stands alone, for the display there is', () => {
    const programs = ['loginctl', 'swaylock', 'i3lock', 'xdg-screensaver'];
    expect(findOsLocker(surroundings('linux', programs, { WAYLAND_DISPLAY: 'wayland-0' }))).toMatchObject({ name: 'swaylock' });
    expect(findOsLocker(surroundings('linux', programs, { DISPLAY: ':0' }))).toMatchObject({ name: 'i3lock' });
    expect(findOsLocker(surroundings('linux', ['xdg-screensaver'], { DISPLAY: ':0' }))).toMatchObject({
      command: { file: '/bin/xdg-screensaver', args: ['lock'] },
    });
  });

  test('is missing in a sentence, with the line that mends it', () => {
    for (const found of [
      findOsLocker(surroundings('linux', [])),
      findOsLocker(surroundings('win32', [])),
      findOsLocker(surroundings('darwin', [])),
    ]) {
      expect(found).toMatchObject({ kind: 'missing', sentence: expect.stringMatching(/^[^\n]+\.$/), mend: expect.stringMatching(/./) });
    }
  });

  test('on Windows locks the work station', () => {
    const file = 'C:\\Windows\\System32\\rundll32.exe';
    const found = findOsLocker({
      platform: 'win32',
      env: { SystemRoot: 'C:\\Windows' },
      findProgram: (name) => (name === file ? file : undefined),
    });
    expect(found).toEqual({
      kind: 'available',
      name: 'LockWorkStation',
      command: { file, args: ['user32.dll,LockWorkStation'] },
      caveat: expect.stringContaining('tells no program whether it has locked'),
    });
  });

  test('on macOS suspends the session where that exists, else puts the display to sleep and says what that needs', () => {
    const session = '/System/Library/CoreServices/Menu Extras/User.menu/Contents/Resources/CGSession';
    expect(findOsLocker(surroundings('darwin', [session, '/usr/bin/pmset']))).toMatchObject({ name: 'CGSession' });
    expect(findOsLocker(surroundings('darwin', ['/usr/bin/pmset']))).toMatchObject({
      command: { file: '/bin/pmset', args: ['displaysleepnow'] },
      caveat: expect.stringContaining('require'),
    });
  });

  test('is looked for as the shell would', () => {
    expect(findProgram('sh')).toMatch(/\/sh$/);
    expect(findProgram('/bin/sh')).toBe('/bin/sh');
    expect(findProgram('no-such-program-here')).toBeUndefined();
    expect(findProgram('/etc/passwd')).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('locking', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'facelatch-locker-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('runs the locker once', async () => {
    expect(await lockOs(fakeLocker(folder, 'locked'))).toEqual({ kind: 'done' });
    expect(calls(folder, 'locked')).toBe(1);
  });

  test('says when it failed or is not there', async () => {
    expect(await lockOs({ file: '/bin/sh', args: ['-c', 'exit 3'] })).toMatchObject({ kind: 'refused' });
    expect(await lockOs({ file: '/no/such/locker', args: [] })).toEqual({
      kind: 'refused',
      sentence: '/no/such/locker could not be started.',
    });
  });

  test('takes a locker that stays for one that locks', async () => {
    expect(await lockOs({ file: '/bin/sleep', args: ['2'] }, 200)).toEqual({ kind: 'done' });
  });
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLockCommand, chooseLocker, lockCommandText, readLockCommand } from '../../../main/session/lock-command.ts';

describe.skipIf(process.platform === 'win32')('the owner’s own lock command', () => {
  let folder = '';
  let locker = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'facelatch-command-'));
    locker = program('bin', 'mylocker', 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function program(inFolder: string, name: string, mode: number): string {
    mkdirSync(join(folder, inFolder), { recursive: true, mode: 0o755 });
    const file = join(folder, inFolder, name);
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, mode);
    return file;
  }

  test('is a program with its arguments, as they are', () => {
    expect(readLockCommand(`${locker} -f --color 000000`)).toEqual({
      kind: 'command',
      command: { file: locker, args: ['-f', '--color', '000000'] },
    });
    expect(readLockCommand(`  ${locker}   --image "/a picture/of mine.png" --title=""  `)).toEqual({
      kind: 'command',
      command: { file: locker, args: ['--image', '/a picture/of mine.png', '--title='] },
    });
  });

  test('is found on the search path once, and kept by its full path', () => {
    const reading = readLockCommand('sleep 1');
    expect(reading).toMatchObject({ kind: 'command', command: { file: expect.stringMatching(/^\/.*\/sleep$/), args: ['1'] } });
  });

  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['two commands', 'sleep 1; rm -rf /'],
    ['a pipe', 'sleep 1 | sh'],
    ['a background job', 'sleep 1 &'],
    ['a redirection', 'sleep 1 > /etc/passwd'],
    ['a substitution', 'sleep $(reboot)'],
    ['backquotes', 'sleep `reboot`'],
    ['a variable', 'sleep $HOME'],
    ['a line end', 'sleep 1\nreboot'],
    ['a zero', 'sleep 1\0'],
    ['a direction mark', 'sleep \u202e1'],
    ['an open quotation mark', 'sleep "1'],
    ['a shell', 'sh -c true'],
    ['a shell by its path', '/bin/bash'],
    ['what runs others', 'env sleep 1'],
    ['a command that unlocks', 'loginctl unlock-session 1'],
    ['a relative path', './mylocker'],
    ['a path upwards', '../bin/mylocker'],
    ['a program that is not there', 'no-such-locker-here'],
    ['a folder', '/usr/bin'],
    ['a file that is no program', '/etc/passwd'],
    ['too long a line', `sleep ${'1'.repeat(600)}`],
    ['too many arguments', `sleep ${'1 '.repeat(30)}`],
  ])('%s is refused in a sentence', (_, text) => {
    expect(readLockCommand(text)).toEqual({ kind: 'refused', sentence: expect.stringMatching(/^[A-Z/a-z][^\n]*\.$/) });
  });

  test('a program that anybody may change, by itself or by its folder, is refused, also later', () => {
    const changeable = program('bin', 'changeable', 0o777);
    expect(readLockCommand(changeable)).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/^Anybody/) });
    const inOpenFolder = program('open', 'locker', 0o755);
    expect(checkLockCommand([inOpenFolder]).kind).toBe('command');
    chmodSync(join(folder, 'open'), 0o777);
    expect(checkLockCommand([inOpenFolder])).toMatchObject({ kind: 'refused' });
    symlinkSync('/nowhere', join(folder, 'bin', 'broken'));
    expect(checkLockCommand([join(folder, 'bin', 'broken')])).toMatchObject({ kind: 'refused' });
  });

  test.each(['lock.bat', 'lock.CMD'])('a script that only a shell of Windows runs is refused: %s', (name) => {
    expect(readLockCommand(program('bin', name, 0o755))).toEqual({
      kind: 'refused',
      sentence: `${name} is a script for a shell: name the locker itself.`,
    });
  });

  test('comes before the system’s locker, which stands in where it no longer holds', () => {
    const surroundings = {
      platform: 'linux',
      env: { DISPLAY: ':0' },
      findProgram: (name: string) => (name === 'i3lock' ? '/bin/i3lock' : undefined),
    } as const;
    expect(chooseLocker([locker, '-f'], surroundings)).toEqual({
      locker: { kind: 'available', name: `${locker} -f`, command: { file: locker, args: ['-f'] } },
      fault: undefined,
    });
    expect(chooseLocker(['/gone/locker'], surroundings)).toMatchObject({
      locker: { name: 'i3lock' },
      fault: 'There is no program /gone/locker here.',
    });
    expect(chooseLocker(undefined, surroundings)).toMatchObject({ locker: { name: 'i3lock' }, fault: undefined });
  });

  test('whatever is typed is a sentence or a command that reads the same again', () => {
    const words = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('sleep', '"', ' ', '-f', '/', locker)), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(words, (parts) => {
        const reading = readLockCommand(parts.join(' '));
        if (reading.kind === 'refused') expect(reading.sentence).toMatch(/\.$/);
        else expect(readLockCommand(lockCommandText(reading.command))).toEqual(reading);
      }),
      { numRuns: 2_000 },
    );
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { guardianArguments } from '../../main/app/arguments.ts';
import { secretVariable } from '../../main/session/guardian.ts';
import { type GuardianEvent, GuardianKeeper } from '../../main/session/guardian-keeper.ts';
import { overSocket } from '../../main/session/guardian-link.ts';
import { executable, plainEnv, sandboxArgs, test } from './installed-app.ts';

test('the installed binary is a guardian over a socket, as on Windows, with no standard streams', async ({ profileDir }) => {
  test.skip(process.platform === 'win32', 'the stand-in for the system’s locker is a shell');
  const called = path.join(profileDir, 'called');
  const locker = { file: '/bin/sh', args: ['-c', 'echo locked >> "$1"', 'sh', called] };
  const events: GuardianEvent[] = [];
  let isCovering = true;
  let process_: ChildProcess | undefined;
  const guardian = overSocket(({ address, secret }) => {
    const args = [...guardianArguments(process.platform, address), ...sandboxArgs];
    // Chromium's own files stay in the test's folder.
    const env = plainEnv({ [secretVariable]: secret, XDG_CONFIG_HOME: profileDir });
    process_ = spawn(executable, args, { stdio: 'ignore', detached: true, env });
    return process_;
  }, 60_000);
  const said: string[] = [];
  guardian.onLine((line) => said.push(line));
  const calls = async () => (await readFile(called, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '').length;
  const keeper = new GuardianKeeper({
    start: () => guardian,
    locker,
    relaunch: undefined,
    isCovering: () => isCovering,
    onEvent: (event) => events.push(event),
  });
  try {
    await expect.poll(() => said, { timeout: 60_000 }).toContain('{"kind":"ready"}');
    keeper.arm();
    await expect.poll(() => keeper.isWatching).toBe(true);
    expect(await calls()).toBe(0);
    isCovering = false;
    await expect.poll(() => events).toContainEqual({ kind: 'system-locked', because: 'uncovered', succeeded: true });
    expect(await calls()).toBe(1);
    keeper.disarm();
    keeper.stop();
    await expect.poll(() => process_?.exitCode ?? process_?.signalCode).not.toBeNull();
  } finally {
    guardian.kill();
  }
});

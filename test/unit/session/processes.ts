import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardianProcess } from '../../../main/session/guardian-keeper.ts';
import type { Command } from '../../../main/session/os-locker.ts';

const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };

export function startGuardian(): GuardianProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'guardian-child.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env,
  });
}

export function startApp(folder: string): GuardianProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'app-child.ts'), folder], { stdio: ['pipe', 'pipe', 'inherit'], env });
}

/** A locker that writes one line to `FOLDER/NAME` each time it is called. */
export function fakeLocker(folder: string, name: string): Command {
  return { file: '/bin/sh', args: ['-c', `echo called >> "$1"`, 'sh', join(folder, name)] };
}

/** How often a fake locker was called. */
export function calls(folder: string, name: string): number {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

/** Waits until something holds; throws after `limitMs`. */
export async function until(holds: () => boolean, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

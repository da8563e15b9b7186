import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { secretVariable } from '../../../main/session/guardian.ts';
import type { GuardianLink, Meeting } from '../../../main/session/guardian-link.ts';
import type { Command } from '../../../main/session/os-locker.ts';

export type PipedProcess = ChildProcessByStdio<Writable, Readable, null>;

const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };

const guardianFile = join(import.meta.dirname, 'guardian-child.ts');

/** A guardian on its standard streams. */
export function startGuardian(): PipedProcess {
  return spawn(process.execPath, [guardianFile], { stdio: ['pipe', 'pipe', 'inherit'], detached: true, env });
}

/** A guardian that comes to a socket. */
export function startGuardianFor({ address, secret }: Meeting): ChildProcess {
  return spawn(process.execPath, [guardianFile, address], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
    env: { ...env, [secretVariable]: secret },
  });
}

export function startApp(folder: string, link: GuardianLink): PipedProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'app-child.ts'), folder, link], { stdio: ['pipe', 'pipe', 'inherit'], env });
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

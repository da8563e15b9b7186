import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FromGuardian, ToGuardian } from '../../../main/session/guardian.ts';
import type { GuardianLink } from '../../../main/session/guardian-link.ts';
import { calls, fakeLocker, isRunning, type PipedProcess, startApp, startGuardian, until } from './processes.ts';

let folder = '';
const started: PipedProcess[] = [];
const pids: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'facelatch-guardian-'));
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const pid of pids.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function lines(child: PipedProcess): string[] {
  const read: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => read.push(line));
  return read;
}

interface Guardian {
  readonly process: PipedProcess;
  readonly said: string[];
  readonly say: (message: ToGuardian) => void;
}

async function guardian(): Promise<Guardian> {
  const child = startGuardian();
  started.push(child);
  const said = lines(child);
  await until(() => said.length > 0);
  return { process: child, said, say: (message) => child.stdin.write(`${JSON.stringify(message)}\n`) };
}

function order(silenceMs = 60_000): ToGuardian {
  return { kind: 'arm', locker: fakeLocker(folder, 'locked'), relaunch: fakeLocker(folder, 'relaunched'), silenceMs };
}

const beat: ToGuardian = { kind: 'beat', covering: true };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(process.platform === 'win32')('the guardian', () => {
  test('locks the system and starts the app again when the app dies', async () => {
    const { process: child, say } = await guardian();
    say(order());
    say(beat);
    child.stdin.end();
    await once(child, 'exit');
    expect(calls(folder, 'locked')).toBeGreaterThan(0);
    await until(() => calls(folder, 'relaunched') === 1);
  });

  test('locks when the app is silent, and not while it beats', async () => {
    const { say, said } = await guardian();
    say(order(600));
    for (let count = 0; count < 12; count += 1) {
      say(beat);
      await pause(100);
    }
    expect(calls(folder, 'locked')).toBe(0);
    await until(() => calls(folder, 'locked') === 1);
    await until(() => said.includes(JSON.stringify({ kind: 'locked', because: 'silence', code: 0 } satisfies FromGuardian)));
    expect(calls(folder, 'relaunched')).toBe(0);
  });

  test('locks when the windows stop covering, and forgives a moment', async () => {
    const { say, said } = await guardian();
    say(order());
    say(beat);
    say({ kind: 'beat', covering: false });
    say(beat);
    await pause(1_300);
    expect(calls(folder, 'locked')).toBe(0);
    for (let count = 0; count < 15; count += 1) {
      say({ kind: 'beat', covering: false });
      await pause(100);
    }
    await until(() => calls(folder, 'locked') === 1);
    await until(() => said.includes(JSON.stringify({ kind: 'locked', because: 'uncovered', code: 0 } satisfies FromGuardian)));
  });

  test('that was itself stopped for a while, as in sleep, gives the app its time anew', async () => {
    const { process: child, say, said } = await guardian();
    say(order(1_200));
    say(beat);
    await until(() => said.some((line) => line.includes('beat')));
    child.kill('SIGSTOP');
    await pause(2_500);
    child.kill('SIGCONT');
    for (let count = 0; count < 10; count += 1) {
      await pause(100);
      say(beat);
    }
    expect(calls(folder, 'locked')).toBe(0);
  });

  test('does nothing once disarmed', async () => {
    const { process: child, say } = await guardian();
    say(order(300));
    say(beat);
    say({ kind: 'disarm' });
    await pause(600);
    child.stdin.end();
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    await pause(300);
    expect(calls(folder, 'locked')).toBe(0);
    expect(calls(folder, 'relaunched')).toBe(0);
  });

  test('killed while armed, has the last word', async () => {
    const { process: child, say, said } = await guardian();
    say(order());
    say(beat);
    await until(() => said.some((line) => line.includes('beat')));
    child.kill('SIGKILL');
    await until(() => calls(folder, 'locked') === 1);
  });

  test('is not ended by polite signals', async () => {
    const { process: child, say, said } = await guardian();
    say(order());
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) child.kill(signal);
    await pause(200);
    say(beat);
    await until(() => said.some((line) => line.includes('beat')));
    expect(calls(folder, 'locked')).toBe(0);
  });

  test('tries a locker that fails again, and stops trying once disarmed', async () => {
    const { say } = await guardian();
    const failing = { file: '/bin/sh', args: ['-c', 'echo called >> "$1"; exit 1', 'sh', join(folder, 'locked')] };
    say({ kind: 'arm', locker: failing, silenceMs: 200 });
    await until(() => calls(folder, 'locked') >= 2);
    say({ kind: 'disarm' });
    await pause(300);
    const after = calls(folder, 'locked');
    await pause(1_500);
    expect(calls(folder, 'locked')).toBe(after);
  });

  test('where the system has no locker starts the app again, which comes back covered', async () => {
    const { process: child, say } = await guardian();
    say({ kind: 'arm', relaunch: fakeLocker(folder, 'relaunched'), silenceMs: 60_000 });
    say(beat);
    child.stdin.end();
    await until(() => calls(folder, 'relaunched') >= 1);
  });

  test('reads broken lines as nothing', async () => {
    const { process: child, say, said } = await guardian();
    say(order());
    for (const line of [
      '',
      '{',
      'null',
      '[]',
      '{"kind":"unlock"}',
      '{"kind":"arm"}',
      '{"kind":"arm","silenceMs":"x"}',
      '\u0000'.repeat(1000),
    ]) {
      child.stdin.write(`${line}\n`);
    }
    say(beat);
    await until(() => said.some((line) => line.includes('beat')));
    child.stdin.end();
    await until(() => calls(folder, 'locked') >= 1);
  });
});

const links: readonly GuardianLink[] = ['standard streams', 'socket'];

describe.skipIf(process.platform === 'win32').each(links)('app and guardian together, by %s', (link) => {
  async function app(): Promise<{ process: PipedProcess; said: string[]; guardianPid: () => number }> {
    const child = startApp(folder, link);
    started.push(child);
    const said = lines(child);
    await until(() => said.includes('watched'), 40_000);
    const guardianPid = (): number => {
      const pid = Number(said.findLast((line) => line.startsWith('guardian'))?.split(' ')[1]);
      pids.push(pid);
      return pid;
    };
    return { process: child, said, guardianPid };
  }

  test('an app that beats and covers is left alone', async () => {
    await app();
    await pause(1_500);
    expect(calls(folder, 'locked')).toBe(0);
  });

  test('the app killed: locked and started again', async () => {
    const { process: child, guardianPid } = await app();
    guardianPid();
    child.kill('SIGKILL');
    await until(() => calls(folder, 'locked') >= 1 && calls(folder, 'relaunched') >= 1);
  });

  test('the app stopped: locked', async () => {
    const { process: child, guardianPid } = await app();
    guardianPid();
    child.kill('SIGSTOP');
    await until(() => calls(folder, 'locked') >= 1);
  });

  test('the cover gone: locked', async () => {
    const { guardianPid } = await app();
    guardianPid();
    writeFileSync(join(folder, 'uncovered'), '');
    await until(() => calls(folder, 'locked') >= 1);
  });

  test('the guardian killed: locked, and a new one keeps watch', async () => {
    const { process: child, said, guardianPid } = await app();
    const first = guardianPid();
    process.kill(first, 'SIGKILL');
    await until(() => calls(folder, 'locked') >= 1);
    await until(() => guardianPid() !== first);
    expect(said).toContain(JSON.stringify({ kind: 'lost', whileLocked: true }));
    await until(() => said.filter((line) => line === 'watched').length === 2);
    const before = calls(folder, 'locked');
    child.kill('SIGKILL');
    await until(() => calls(folder, 'locked') > before);
  });

  test('the guardian stopped: replaced, and locked', async () => {
    const { guardianPid } = await app();
    const first = guardianPid();
    process.kill(first, 'SIGSTOP');
    await until(() => calls(folder, 'locked') >= 1);
    await until(() => guardianPid() !== first && !isRunning(first));
  });

  test.each(['app first', 'guardian first'])('both killed at once, the %s: locked', async (which) => {
    const { process: child, guardianPid } = await app();
    const pid = guardianPid();
    if (which === 'app first') {
      child.kill('SIGKILL');
      process.kill(pid, 'SIGKILL');
    } else {
      process.kill(pid, 'SIGKILL');
      child.kill('SIGKILL');
    }
    await until(() => calls(folder, 'locked') >= 1);
  });

  test('a guardian that cannot live is given up aloud, and the app is told', async () => {
    const { said, guardianPid } = await app();
    for (let count = 0; count < 5; count += 1) {
      const pid = guardianPid();
      await until(() => isRunning(pid));
      process.kill(pid, 'SIGKILL');
      if (count < 4) await until(() => guardianPid() !== pid);
    }
    await until(() => said.some((line) => line.includes('given-up')));
  });
});

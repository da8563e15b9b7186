import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretVariable, type ToGuardian } from '../../../main/session/guardian.ts';
import { type GuardianEvent, GuardianKeeper } from '../../../main/session/guardian-keeper.ts';
import { type Guardian, guardianLink, type Meeting, overSocket, pipeName } from '../../../main/session/guardian-link.ts';
import { calls, fakeLocker, isRunning, startGuardianFor, until } from './processes.ts';

test.each([
  ['win32', true, 'socket'],
  ['win32', false, 'standard streams'],
  ['linux', true, 'standard streams'],
  ['linux', false, 'standard streams'],
  ['darwin', true, 'standard streams'],
] as const)('on %s, installed %s, the guardian is spoken to by %s', (platform, isPackaged, link) => {
  expect(guardianLink(platform, isPackaged)).toBe(link);
});

test('a pipe on Windows has the name that Windows wants, and 128 bits nobody guesses', () => {
  expect(pipeName(Buffer.alloc(16, 0xab))).toBe(`\\\\.\\pipe\\facelatch-guardian-${'ab'.repeat(16)}`);
});

describe.skipIf(process.platform === 'win32')('a guardian that comes to a socket', () => {
  let folder = '';
  const children: ChildProcess[] = [];
  const sockets: Socket[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'facelatch-link-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const socket of sockets.splice(0)) socket.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Stands where the guardian's process would, and does nothing: the test itself comes to the socket in its place. */
  function standIn(): ChildProcess {
    const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
    children.push(child);
    return child;
  }

  function meet(comesWithinMs?: number): { guardian: Guardian; meeting: Meeting; child: ChildProcess; said: string[] } {
    let meeting: Meeting = { address: '', secret: '' };
    const child = standIn();
    const guardian = overSocket((given) => {
      meeting = given;
      return child;
    }, comesWithinMs);
    const said: string[] = [];
    guardian.onLine((line) => said.push(line));
    return { guardian, meeting, child, said };
  }

  /** Somebody at the socket, who notes what they hear. */
  function visitor(address: string, says: string | Buffer): { socket: Socket; heard: () => string } {
    const socket = connect(address);
    sockets.push(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      text += bytes.toString();
    });
    socket.write(says);
    return { socket, heard: () => text };
  }

  test('is told, in order, what was said before it came, and is heard', async () => {
    const { guardian, meeting, said } = meet();
    guardian.tell('first');
    guardian.tell('second');
    const { heard } = visitor(meeting.address, `${meeting.secret}\nhere already\n`);
    await until(() => heard() === 'first\nsecond\n');
    guardian.tell('third');
    await until(() => heard() === 'first\nsecond\nthird\n');
    expect(said).toEqual(['here already']);
  });

  test('strangers hear nothing, are dropped, and do not keep it away', async () => {
    const { guardian, meeting, child, said } = meet();
    guardian.tell('order');
    const wrong = `${meeting.secret.slice(0, -1)}${meeting.secret.endsWith('0') ? '1' : '0'}\n`;
    const strangers = [
      wrong,
      'hello\n',
      '\n',
      `${meeting.secret}x\n`,
      Buffer.alloc(1_000_000, 7),
      `${JSON.stringify({ kind: 'beat' })}\n`,
    ].map((says) => visitor(meeting.address, says));
    await until(() => strangers.every(({ socket }) => socket.closed));
    const silent = visitor(meeting.address, meeting.secret.slice(0, 10));
    const gone = visitor(meeting.address, '');
    gone.socket.destroy();
    await once(silent.socket, 'connect');
    const itself = visitor(meeting.address, `${meeting.secret}\n`);
    await until(() => itself.heard() === 'order\n');
    await until(() => silent.socket.closed);
    for (const { heard } of [...strangers, silent, gone]) expect(heard()).toBe('');
    expect(said).toEqual([]);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  });

  test('comes once: nobody is let in after it, with the secret or without', async () => {
    const { guardian, meeting } = meet();
    expect(statSync(dirname(meeting.address)).mode & 0o777).toBe(0o700);
    const early = visitor(meeting.address, meeting.secret);
    await once(early.socket, 'connect');
    const itself = visitor(meeting.address, `${meeting.secret}\n`);
    guardian.tell('order');
    await until(() => itself.heard() === 'order\n');
    early.socket.write('\n');
    await until(() => early.socket.closed);
    expect(early.heard()).toBe('');
    const [error] = (await once(connect(meeting.address), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/ENOENT|ECONNREFUSED/);
    expect(existsSync(dirname(meeting.address))).toBe(false);
    guardian.tell('another');
    await until(() => itself.heard() === 'order\nanother\n');
  });

  test('that never comes is killed, and nobody waits for it any more', async () => {
    const { guardian, meeting, child } = meet(300);
    let gone = 0;
    guardian.onGone(() => {
      gone += 1;
    });
    const { socket } = visitor(meeting.address, 'hello');
    await until(() => gone > 0);
    expect(child.signalCode).toBe('SIGKILL');
    await until(() => socket.closed);
    expect(existsSync(dirname(meeting.address))).toBe(false);
  });

  test('whose connection ends is killed', async () => {
    const { meeting, child } = meet();
    const { socket } = visitor(meeting.address, `${meeting.secret}\n`);
    await once(socket, 'connect');
    socket.end();
    await until(() => child.signalCode === 'SIGKILL');
  });

  test('is let go before it came, or after', async () => {
    const before = meet();
    before.guardian.release();
    await until(() => before.child.signalCode === 'SIGKILL');
    let real: ChildProcess | undefined;
    const after = overSocket((meeting) => {
      real = startGuardianFor(meeting);
      children.push(real);
      return real;
    });
    const said: string[] = [];
    after.onLine((line) => said.push(line));
    await until(() => said.includes('{"kind":"ready"}'));
    after.release();
    await until(() => real?.exitCode === 0 || real?.signalCode === 'SIGKILL');
  });

  test('and never comes, time after time, is lost and given up aloud', async () => {
    const events: GuardianEvent[] = [];
    const keeper = new GuardianKeeper({
      start: () => overSocket(standIn, 50),
      locker: undefined,
      relaunch: undefined,
      isCovering: () => true,
      onEvent: (event) => events.push(event),
    });
    await until(() => events.some(({ kind }) => kind === 'given-up'));
    expect(events.filter(({ kind }) => kind === 'lost').length).toBe(5);
    keeper.stop();
  });

  test('where nobody waits ends by itself', async () => {
    const child = startGuardianFor({ address: join(folder, 'nobody'), secret: 'x' });
    children.push(child);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });

  test('hands the secret on to nothing that it starts', async () => {
    const file = join(folder, 'environment');
    const tellsAll = { file: '/bin/sh', args: ['-c', 'env > "$1".part; mv "$1".part "$1"', 'sh', file] };
    const guardian = overSocket((meeting) => {
      const child = startGuardianFor(meeting);
      children.push(child);
      return child;
    });
    const order: ToGuardian = { kind: 'arm', locker: tellsAll, silenceMs: 100 };
    guardian.tell(JSON.stringify(order));
    await until(() => existsSync(file));
    const environment = readFileSync(file, 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toContain(secretVariable);
  });

  test('takes a connection that breaks for a death, as one that ends', async () => {
    const address = join(folder, 'link');
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      const [locker, relaunch] = [fakeLocker(folder, 'locked'), fakeLocker(folder, 'relaunched')];
      const order: ToGuardian = { kind: 'arm', locker, relaunch, silenceMs: 60_000 };
      socket.write(`${JSON.stringify(order)}\n`);
      // What it said lies unread: the system then tells it of a reset instead of an end.
      setTimeout(() => socket.destroy(), 1_000);
    }).listen({ path: address });
    const child = startGuardianFor({ address, secret: 'x' });
    children.push(child);
    await until(() => calls(folder, 'locked') > 0 && calls(folder, 'relaunched') === 1);
    await until(() => child.pid !== undefined && !isRunning(child.pid));
    server.close();
  });
});

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectLogind, type Logind, type LogindEvent, systemBusAddress } from '../../../main/session/logind.ts';
import { findProgram } from '../../../main/session/os-locker.ts';
import { makeSleepDelay } from '../../../main/session/sleep-delay.ts';
import { until } from './processes.ts';

/** Debian: apt install dbus libglib2.0-bin python3-dbusmock. */
const canMock =
  spawnSync('/usr/bin/python3', ['-c', 'import dbusmock']).status === 0 &&
  ['dbus-daemon', 'dbus-send', 'gdbus'].every((name) => findProgram(name));
if (!canMock) console.log('skipped: logind over D-Bus (needs dbus, libglib2.0-bin and python3-dbusmock)');

const sessionPath = '/org/freedesktop/login1/session/c1';

describe.skipIf(!canMock)('logind, mocked behind a real dbus-daemon', () => {
  let daemon: ChildProcess;
  let address = '';
  let mock: ChildProcess;
  let events: LogindEvent[] = [];
  const open: Logind[] = [];

  beforeAll(async () => {
    daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(createInterface({ input: daemon.stdout as NodeJS.ReadableStream }), 'line');
    address = String(line);
  });

  beforeEach(async () => {
    events = [];
    await startMock();
    busctl('/org/freedesktop/login1', 'org.freedesktop.DBus.Mock.AddSession', 'c1', 'seat0', 'uint32:1000', 'ada', 'boolean:true');
  });

  afterEach(async () => {
    for (const logind of open.splice(0)) await logind.close();
    mock.kill('SIGKILL');
    await once(mock, 'exit');
  });

  afterAll(() => {
    daemon.kill('SIGKILL');
  });

  async function startMock(): Promise<void> {
    mock = spawn('/usr/bin/python3', ['-m', 'dbusmock', '--system', '--template', 'logind'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address },
    });
    await until(() =>
      send('/org/freedesktop/DBus', 'org.freedesktop.DBus.NameHasOwner', 'org.freedesktop.DBus', 'org.freedesktop.login1').includes('true'),
    );
  }

  /** dbus-send: another process on the same bus. Plain arguments are strings. */
  function send(path: string, method: string, destination: string, ...args: string[]): string {
    const typed = args.map((arg) => (/^(uint32|boolean|array|dict|variant|string):/.test(arg) ? arg : `string:${arg}`));
    return execFileSync('dbus-send', [`--bus=${address}`, '--print-reply', `--dest=${destination}`, path, method, ...typed], {
      encoding: 'utf8',
    });
  }

  function busctl(path: string, method: string, ...args: string[]): string {
    return send(path, method, 'org.freedesktop.login1', ...args);
  }

  /** The desktop's locker closes or opens: it tells logind. */
  function desktopLocker(locked: boolean): void {
    busctl(sessionPath, 'org.freedesktop.login1.Session.SetLockedHint', `boolean:${locked}`);
  }

  /** What logind was asked, by its own account. */
  function wasAsked(member: string): boolean {
    return busctl(sessionPath, 'org.freedesktop.DBus.Mock.GetMethodCalls', member).includes('struct');
  }

  async function connected(sessionId: string | undefined = 'c1', uid = 1000): Promise<Logind> {
    const connection = await connectLogind({ busAddress: address, sessionId, uid, onEvent: (event) => events.push(event) });
    if (connection.kind === 'refused') throw new Error(connection.sentence);
    open.push(connection.logind);
    return connection.logind;
  }

  test('is asked to lock, and believed once the desktop says that it has', async () => {
    const logind = await connected();
    const locking = logind.lock();
    await until(() => wasAsked('Lock'));
    desktopLocker(true);
    expect(await locking).toEqual({ kind: 'done' });
    expect(await logind.isLocked()).toBe(true);
  });

  test('a desktop without a locker is found out', async () => {
    const logind = await connected();
    expect(await logind.lock()).toEqual({ kind: 'refused', sentence: 'No screen locker of this desktop answered logind.' });
  });

  test('is asked to unlock after a match, and believed once the desktop says that it has', async () => {
    const logind = await connected();
    desktopLocker(true);
    const unlocking = logind.unlock();
    await until(() => wasAsked('Unlock'));
    desktopLocker(false);
    expect(await unlocking).toEqual({ kind: 'done' });
  });

  test('a desktop that stays locked is found out', async () => {
    const logind = await connected();
    desktopLocker(true);
    expect(await logind.unlock()).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('did not open') });
  });

  test('tells of Lock, of the desktop’s locker and of sleep', async () => {
    await connected();
    busctl(sessionPath, 'org.freedesktop.login1.Session.Lock');
    await until(() => events.some(({ kind }) => kind === 'lock-asked'));
    desktopLocker(true);
    await until(() => events.some((event) => event.kind === 'locked' && event.locked));
    desktopLocker(false);
    await until(() => events.some((event) => event.kind === 'locked' && !event.locked));
    setSleeping(true);
    await until(() => events.some((event) => event.kind === 'sleep' && event.starting));
    setSleeping(false);
    await until(() => events.some((event) => event.kind === 'sleep' && !event.starting));
  });

  function setSleeping(starting: boolean): void {
    busctl(
      '/org/freedesktop/login1',
      'org.freedesktop.DBus.Properties.Set',
      'org.freedesktop.login1.Manager',
      'PreparingForSleep',
      `variant:boolean:${starting}`,
    );
    execFileSync('gdbus', [
      ...['call', '--address', address, '--dest', 'org.freedesktop.login1', '--object-path', '/org/freedesktop/login1'],
      ...['--method', 'org.freedesktop.DBus.Mock.EmitSignal', 'org.freedesktop.login1.Manager', 'PrepareForSleep', 'b', `[<${starting}>]`],
    ]);
  }

  test('an Unlock sent by anybody else opens nothing', async () => {
    const logind = await connected();
    desktopLocker(true);
    await until(() => events.some((event) => event.kind === 'locked' && event.locked));
    events = [];
    // Straight to the connection, as any process on the bus can, and by the bus to everybody.
    const names = send('/org/freedesktop/DBus', 'org.freedesktop.DBus.ListNames', 'org.freedesktop.DBus');
    for (const name of names.match(/:1\.\d+/g) ?? []) {
      execFileSync('dbus-send', [
        `--bus=${address}`,
        '--type=signal',
        `--dest=${name}`,
        sessionPath,
        'org.freedesktop.login1.Session.Unlock',
      ]);
    }
    execFileSync('dbus-send', [`--bus=${address}`, '--type=signal', sessionPath, 'org.freedesktop.login1.Session.Unlock']);
    expect(await logind.isLocked()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(events.some((event) => event.kind === 'locked')).toBe(false);
  });

  test('finds the user’s graphical session where the app was started outside it', async () => {
    execFileSync('gdbus', [
      ...['call', '--address', address, '--dest', 'org.freedesktop.login1', '--object-path', '/org/freedesktop/login1/user/1000'],
      ...['--method', 'org.freedesktop.DBus.Properties.Set', 'org.freedesktop.login1.User', 'Display'],
      `<('c1', objectpath '${sessionPath}')>`,
    ]);
    expect((await connected(undefined)).sessionId).toBe('c1');
  });

  test('without a session, a logind or a bus is refused in a sentence', async () => {
    const onEvent = () => undefined;
    const none = { kind: 'refused', sentence: 'logind knows no session of this user.' };
    expect(await connectLogind({ busAddress: address, sessionId: 'c9', uid: 4242, onEvent })).toEqual(none);
    const nowhere = await connectLogind({ busAddress: 'unix:path=/no/such/bus', sessionId: 'c1', uid: 1000, onEvent });
    expect(nowhere).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/\.$/) });
  });

  test('a logind that dies is no unlock', async () => {
    const logind = await connected();
    desktopLocker(true);
    await until(() => events.some((event) => event.kind === 'locked' && event.locked));
    events = [];
    mock.kill('SIGKILL');
    await once(mock, 'exit');
    expect(await logind.isLocked()).toBeUndefined();
    expect(await logind.unlock()).toMatchObject({ kind: 'refused' });
    expect(await logind.lock()).toMatchObject({ kind: 'refused' });
    expect(events.some((event) => event.kind === 'locked')).toBe(false);
    await startMock();
  });

  test('a logind that dies is noticed though it says nothing, and so is its coming back', async () => {
    await connected();
    mock.kill('SIGKILL');
    await once(mock, 'exit');
    await until(() => events.some(({ kind }) => kind === 'lost'));
    await startMock();
    busctl('/org/freedesktop/login1', 'org.freedesktop.DBus.Mock.AddSession', 'c1', 'seat0', 'uint32:1000', 'ada', 'boolean:true');
    await until(() => events.at(-1)?.kind === 'found');
    expect(events.map(({ kind }) => kind)).toEqual(['lost', 'found']);
  });

  test('a lid that is closed is noticed though logind sends no signal of it', async () => {
    setLid(false);
    await connected();
    setLid(true);
    await until(() => events.some((event) => event.kind === 'lid' && event.closed));
    setLid(false);
    await until(() => events.some((event) => event.kind === 'lid' && !event.closed));
  });

  let lidKnown = false;
  /** The mock has no lid by itself. */
  function setLid(closed: boolean): void {
    const manager = 'org.freedesktop.login1.Manager';
    const method = lidKnown ? 'org.freedesktop.DBus.Properties.Set' : 'org.freedesktop.DBus.Mock.AddProperty';
    busctl('/org/freedesktop/login1', method, manager, 'LidClosed', `variant:boolean:${closed}`);
    lidKnown = true;
  }

  test.skipIf(findProgram('systemd-inhibit') === undefined)(
    'sleep waits for us while we ask it to, and no longer than we live',
    async () => {
      const inhibitors = () => busctl('/org/freedesktop/login1', 'org.freedesktop.login1.Manager.ListInhibitors');
      vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', address);
      const delay = makeSleepDelay(findProgram('systemd-inhibit'));
      delay.hold();
      await until(() => inhibitors().includes('"Facelatch"'));
      expect(inhibitors()).toMatch(/"sleep"[^}]*"Facelatch"[^}]*"delay"/);
      delay.hold();
      delay.release();
      await until(() => !inhibitors().includes('"Facelatch"'));
      expect(delay.isHeld()).toBe(false);
      delay.hold();
      await until(() => inhibitors().includes('"Facelatch"'));
      delay.release();
      vi.unstubAllEnvs();
      await until(() => !inhibitors().includes('"Facelatch"'));
    },
  );
});

test('where nothing can delay sleep, nothing is held', async () => {
  for (const program of [undefined, '/no/such/program']) {
    const delay = makeSleepDelay(program);
    delay.hold();
    await until(() => !delay.isHeld());
    delay.release();
  }
});

test('the system bus is where libdbus looks for it', () => {
  expect(systemBusAddress({})).toBe('unix:path=/var/run/dbus/system_bus_socket');
  expect(systemBusAddress({ DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/x' })).toBe('unix:path=/x');
});

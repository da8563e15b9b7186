import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { findProgram } from '../../main/session/os-locker.ts';

/** Debian: apt install dbus libglib2.0-bin python3-dbusmock. */
export const canMockLogind =
  process.platform === 'linux' &&
  ['dbus-daemon', 'dbus-send', 'gdbus', '/usr/bin/python3'].every((name) => findProgram(name) !== undefined) &&
  spawnSync('/usr/bin/python3', ['-c', 'import dbusmock']).status === 0;

const manager = { path: '/org/freedesktop/login1', interface: 'org.freedesktop.login1.Manager' };
const session = { path: '/org/freedesktop/login1/session/c1', interface: 'org.freedesktop.login1.Session' };
const mockInterface = 'org.freedesktop.DBus.Mock';

/** A real message bus of its own with a logind on it that is python-dbusmock's, and a desktop's locker that obeys it. */
export interface MockedLogind {
  /** What makes a process take this bus for the system's. */
  readonly env: Readonly<Record<string, string>>;
  /** How often the session was asked to lock or to unlock. */
  asked(member: 'Lock' | 'Unlock'): number;
  isLocked(): boolean;
  /** The desktop's locker closes or opens by its own means. */
  lockerBecomes(locked: boolean): void;
  /** From now on logind only says what it was asked: a locker that is no part of the mock has to do the rest. */
  leaveToLocker(): void;
  /** From now on the desktop's locker does not open when logind asks. */
  refuseToOpen(): void;
  /** The computer is about to sleep, or woke. */
  sleep(starting: boolean): void;
  inhibitors(): string;
  /** logind is gone, the bus is not. */
  die(): Promise<void>;
  end(): Promise<void>;
}

export async function startMockedLogind(): Promise<MockedLogind> {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(createInterface({ input: daemon.stdout as NodeJS.ReadableStream }), 'line');
  const address = String(line);
  const env = { DBUS_SYSTEM_BUS_ADDRESS: address, XDG_SESSION_ID: 'c1' };
  const mock = spawn('/usr/bin/python3', ['-m', 'dbusmock', '--system', '--template', 'logind'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });

  const send = (path: string, method: string, ...args: string[]): string =>
    execFileSync('dbus-send', [`--bus=${address}`, '--print-reply', '--dest=org.freedesktop.login1', path, method, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const emit = (name: string, value: boolean): void => {
    const call = ['call', '--address', address, '--dest', 'org.freedesktop.login1', '--object-path', manager.path];
    execFileSync('gdbus', [...call, '--method', `${mockInterface}.EmitSignal`, manager.interface, name, 'b', `[<${value}>]`]);
  };
  /** Python of the mock that runs when the session is asked: the signal logind sends, and what a desktop's locker tells back. */
  const obeys = (member: 'Lock' | 'Unlock', answer: string): void => {
    const code = `self.EmitSignal("", "${member}", "", []); ${answer}`;
    const args = [session.interface, member, '', '', code].map((arg) => `string:${arg}`);
    send(session.path, `${mockInterface}.AddMethod`, ...args);
  };

  await untilThere(() =>
    send(manager.path, `${mockInterface}.AddSession`, 'string:c1', 'string:seat0', 'uint32:0', 'string:ada', 'boolean:true'),
  );
  obeys('Lock', 'self.UpdateProperties("", {"LockedHint": dbus.Boolean(True)})');
  obeys('Unlock', 'self.UpdateProperties("", {"LockedHint": dbus.Boolean(False)})');

  return {
    env,
    asked: (member) => (send(session.path, `${mockInterface}.GetMethodCalls`, `string:${member}`).match(/struct/g) ?? []).length,
    isLocked: () =>
      send(session.path, 'org.freedesktop.DBus.Properties.Get', `string:${session.interface}`, 'string:LockedHint').includes(
        'boolean true',
      ),
    lockerBecomes: (locked) => void send(session.path, `${session.interface}.SetLockedHint`, `boolean:${locked}`),
    leaveToLocker() {
      // How xss-lock finds its session; the mock's template has no such method.
      const code = `ret = dbus.ObjectPath("${session.path}")`;
      send(
        manager.path,
        `${mockInterface}.AddMethod`,
        ...[manager.interface, 'GetSessionByPID', 'u', 'o', code].map((arg) => `string:${arg}`),
      );
      obeys('Lock', 'pass');
      obeys('Unlock', 'pass');
    },
    refuseToOpen: () => obeys('Unlock', 'pass'),
    sleep(starting) {
      const set = [`string:${manager.interface}`, 'string:PreparingForSleep', `variant:boolean:${starting}`];
      send(manager.path, 'org.freedesktop.DBus.Properties.Set', ...set);
      emit('PrepareForSleep', starting);
    },
    inhibitors: () => send(manager.path, `${manager.interface}.ListInhibitors`),
    die: () => killed(mock),
    async end() {
      await killed(mock);
      await killed(daemon);
    },
  };
}

async function untilThere(call: () => string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      call();
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

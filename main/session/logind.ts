import { createClient, type Message, type MessageBus } from 'dbus-native';

/*
 * logind over D-Bus (org.freedesktop.login1, see its manual page). dbus-native is the library: it is pure JavaScript with one dependency and no install script,
 * typed, and tested by its authors against the real dbus-daemon.
 *
 * A signal is taken only for a hint that something changed: any process may send one straight to us. What counts is what logind itself then answers.
 * It is also asked without a hint every other second: the lid sends no signal, and a logind that is gone sends none either.
 */

/** What logind tells of this session. */
export type LogindEvent =
  /** Somebody asked the session to lock: `loginctl lock-session`, the desktop's menu, the lid. */
  | { readonly kind: 'lock-asked' }
  /** The desktop's own locker closed or opened. */
  | { readonly kind: 'locked'; readonly locked: boolean }
  | { readonly kind: 'sleep'; readonly starting: boolean }
  | { readonly kind: 'lid'; readonly closed: boolean }
  /** The bus or logind is gone: nothing is known until `found`. Trying goes on. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'found' };

export type SessionOutcome = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly sentence: string };

export interface Logind {
  readonly sessionId: string;
  /** Asks the desktop's locker to lock; `done` once it says that it has. */
  lock(): Promise<SessionOutcome>;
  /** Asks the desktop's locker to open; `done` once it says that it has. For after a match or the passcode, and nothing else. */
  unlock(): Promise<SessionOutcome>;
  /** Whether the desktop's locker is closed; undefined when logind does not answer. */
  isLocked(): Promise<boolean | undefined>;
  close(): Promise<void>;
}

export type LogindConnection =
  | { readonly kind: 'connected'; readonly logind: Logind }
  | { readonly kind: 'refused'; readonly sentence: string };

export interface LogindSurroundings {
  /** Address of the system bus. */
  readonly busAddress: string;
  /** `XDG_SESSION_ID`, where the app was started inside the session. */
  readonly sessionId: string | undefined;
  readonly uid: number;
  readonly onEvent: (event: LogindEvent) => void;
}

const service = 'org.freedesktop.login1';
const manager = { path: '/org/freedesktop/login1', interface: 'org.freedesktop.login1.Manager' };
const sessionInterface = 'org.freedesktop.login1.Session';
const userInterface = 'org.freedesktop.login1.User';
const properties = 'org.freedesktop.DBus.Properties';
const callLimitMs = 3_000;
/** A desktop's locker takes this long at most to close or open, and to say so. */
const answerLimitMs = 4_000;
const pollMs = 100;
const watchEveryMs = 2_000;

/** The system bus's address, as libdbus finds it. */
export function systemBusAddress(env: Readonly<Record<string, string | undefined>>): string {
  return env.DBUS_SYSTEM_BUS_ADDRESS ?? 'unix:path=/var/run/dbus/system_bus_socket';
}

/** Connects to logind and finds this session. Without logind, without a session or without a bus: a sentence. */
export async function connectLogind(surroundings: LogindSurroundings): Promise<LogindConnection> {
  let bus: MessageBus;
  try {
    bus = createClient({ busAddress: surroundings.busAddress, timeout: callLimitMs, reconnect: true });
  } catch {
    return { kind: 'refused', sentence: 'There is no system bus.' };
  }
  // Failures come back from the calls; without a listener they would end the process.
  bus.connection.on('error', () => undefined);
  const session = await findSession(bus, surroundings);
  if (session === undefined) {
    await closeBus(bus);
    return { kind: 'refused', sentence: 'logind knows no session of this user.' };
  }
  const logind = new LogindSession(bus, session.id, session.path, surroundings.onEvent);
  if (await logind.listen()) return { kind: 'connected', logind };
  await logind.close();
  return { kind: 'refused', sentence: 'The system bus does not pass on what logind says.' };
}

interface SessionName {
  readonly id: string;
  readonly path: string;
}

async function findSession(bus: MessageBus, { sessionId, uid }: LogindSurroundings): Promise<SessionName | undefined> {
  if (sessionId !== undefined && sessionId !== '') {
    const path = await call<string>(bus, { ...manager, member: 'GetSession', signature: 's', body: [sessionId] });
    if (path !== undefined && (await readProperty(bus, path, sessionInterface, 'Id')) === sessionId) return { id: sessionId, path };
  }
  // Started outside the session, e.g. by systemd: the user's graphical session.
  const user = await call<string>(bus, { ...manager, member: 'GetUser', signature: 'u', body: [uid] });
  const display = user === undefined ? undefined : await readProperty(bus, user, userInterface, 'Display');
  if (!Array.isArray(display)) return undefined;
  const [id, path] = display;
  return typeof id === 'string' && id !== '' && typeof path === 'string' ? { id, path } : undefined;
}

/** One call to logind; undefined when it fails in whatever way. */
async function call<Reply>(bus: MessageBus, message: Message): Promise<Reply | undefined> {
  try {
    return await bus.invoke<Reply>({ destination: service, ...message }, { timeout: callLimitMs });
  } catch {
    return undefined;
  }
}

function readProperty(bus: MessageBus, path: string, interface_: string, name: string): Promise<unknown> {
  return call<unknown>(bus, { path, interface: properties, member: 'Get', signature: 'ss', body: [interface_, name] });
}

async function closeBus(bus: MessageBus): Promise<void> {
  try {
    await bus.close();
    // A bus that never answered is closed already and would be tried again for ever, which keeps the process alive.
    bus.connection.end();
  } catch {
    // Closed already.
  }
}

class LogindSession implements Logind {
  readonly sessionId: string;
  readonly #bus: MessageBus;
  readonly #path: string;
  readonly #onEvent: (event: LogindEvent) => void;
  #locked: boolean | undefined;
  #sleeping = false;
  #lidClosed: boolean | undefined;
  #answers = true;
  #closed = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(bus: MessageBus, sessionId: string, path: string, onEvent: (event: LogindEvent) => void) {
    this.#bus = bus;
    this.sessionId = sessionId;
    this.#path = path;
    this.#onEvent = onEvent;
  }

  async listen(): Promise<boolean> {
    this.#bus.connection.on('message', (message: Message) => this.#receive(message));
    this.#bus.connection.on('close', () => {
      this.#setAnswers(false);
    });
    this.#bus.on('reconnected', () => void this.#readLocked());
    const from = `type='signal',sender='${service}'`;
    const rules = [
      `${from},path='${this.#path}',interface='${sessionInterface}'`,
      `${from},path='${this.#path}',interface='${properties}',member='PropertiesChanged'`,
      `${from},path='${manager.path}',interface='${manager.interface}',member='PrepareForSleep'`,
    ];
    try {
      for (const rule of rules) await this.#bus.watch(rule);
    } catch {
      return false;
    }
    this.#locked = await this.isLocked();
    this.#lidClosed = await this.#isLidClosed();
    this.#watch = setInterval(() => void this.#lookAgain(), watchEveryMs);
    this.#watch.unref();
    return true;
  }

  async lock(): Promise<SessionOutcome> {
    if (!(await this.#ask('Lock'))) return { kind: 'refused', sentence: 'logind refused to lock the session.' };
    if (await this.#becomes(true)) return { kind: 'done' };
    return { kind: 'refused', sentence: 'No screen locker of this desktop answered logind.' };
  }

  async unlock(): Promise<SessionOutcome> {
    if (!(await this.#ask('Unlock'))) return { kind: 'refused', sentence: 'logind refused to unlock the session.' };
    if (await this.#becomes(false)) return { kind: 'done' };
    return { kind: 'refused', sentence: "The desktop's screen locker did not open: type its password." };
  }

  async isLocked(): Promise<boolean | undefined> {
    const locked = await readProperty(this.#bus, this.#path, sessionInterface, 'LockedHint');
    return typeof locked === 'boolean' ? locked : undefined;
  }

  /** Waits until the desktop's locker says that it is closed or open. */
  async #becomes(locked: boolean): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < answerLimitMs; waitedMs += pollMs) {
      if ((await this.isLocked()) === locked) return true;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    return false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    await closeBus(this.#bus);
  }

  async #ask(member: 'Lock' | 'Unlock'): Promise<boolean> {
    try {
      await this.#bus.invoke({ destination: service, path: this.#path, interface: sessionInterface, member }, { timeout: callLimitMs });
      return true;
    } catch {
      return false;
    }
  }

  #receive(message: Message): void {
    if (message.path === manager.path && message.member === 'PrepareForSleep') void this.#readSleeping();
    if (message.path !== this.#path) return;
    // Locking on a forged signal harms nobody; opening on one would.
    if (message.interface === sessionInterface && message.member === 'Lock') this.#onEvent({ kind: 'lock-asked' });
    void this.#readLocked();
  }

  async #lookAgain(): Promise<void> {
    await this.#readLocked();
    // A machine without a lid has no answer, and is not asked again.
    if (this.#lidClosed === undefined) return;
    const closed = await this.#isLidClosed();
    if (closed === undefined || closed === this.#lidClosed || this.#closed) return;
    this.#lidClosed = closed;
    this.#onEvent({ kind: 'lid', closed });
  }

  async #isLidClosed(): Promise<boolean | undefined> {
    const closed = await readProperty(this.#bus, manager.path, manager.interface, 'LidClosed');
    return typeof closed === 'boolean' ? closed : undefined;
  }

  async #readLocked(): Promise<void> {
    const locked = await this.isLocked();
    this.#setAnswers(locked !== undefined);
    if (locked === undefined || locked === this.#locked || this.#closed) return;
    this.#locked = locked;
    this.#onEvent({ kind: 'locked', locked });
  }

  #setAnswers(answers: boolean): void {
    if (answers === this.#answers || this.#closed) return;
    this.#answers = answers;
    this.#onEvent({ kind: answers ? 'found' : 'lost' });
  }

  async #readSleeping(): Promise<void> {
    const starting = await readProperty(this.#bus, manager.path, manager.interface, 'PreparingForSleep');
    if (typeof starting !== 'boolean' || starting === this.#sleeping || this.#closed) return;
    this.#sleeping = starting;
    this.#onEvent({ kind: 'sleep', starting });
  }
}

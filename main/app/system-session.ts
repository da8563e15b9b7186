import { connectLogind, type Logind, type LogindConnection, type LogindEvent, systemBusAddress } from '../session/logind.ts';
import { findProgram } from '../session/os-locker.ts';
import { makeSleepDelay } from '../session/sleep-delay.ts';
import type { Log } from './log.ts';
import type { SystemLocker } from './wiring/mode-desk.ts';

export interface SystemSessionWishes {
  readonly onEvent: (event: LogindEvent) => void;
  /** logind answers only now, or again. */
  readonly onFound: (logind: Logind, systemLocked: boolean) => void;
  /** Whether the screen is closed, so that the computer may sleep. */
  readonly isClosed: () => boolean;
}

export interface SystemSession {
  readonly locker: SystemLocker;
  readonly locked: boolean;
}

/** A start does not wait longer for logind; a later answer counts too. */
const startLimitMs = 1_500;
/** logind lets sleep wait for five seconds at most. */
const closingLimitMs = 3_000;
const closingPollMs = 50;
/** A window that is there is drawn by then. */
const drawnAfterMs = 150;

const onlyLinux: SystemSession = {
  locker: { kind: 'absent', sentence: 'Session mode needs logind, which only Linux has.' },
  locked: false,
};

/** Connects to logind where there is one: tells of its news from then on, and has sleep wait until the screen is closed. */
export async function openSystemSession(wishes: SystemSessionWishes, log: Log): Promise<SystemSession> {
  if (process.platform !== 'linux') return onlyLinux;
  const delay = makeSleepDelay(findProgram('systemd-inhibit'));
  let logind: Logind | undefined;
  // What is told before this function returns is in what it returns.
  let returned = false;
  const onEvent = (event: LogindEvent): void => {
    if (!returned) return;
    wishes.onEvent(event);
    if (event.kind === 'found') void foundAgain();
    if (event.kind === 'sleep' && event.starting) void closedThen(wishes.isClosed, () => delay.release());
    if (event.kind === 'sleep' && !event.starting) delay.hold();
  };
  const foundAgain = async (): Promise<void> => {
    const locked = await logind?.isLocked();
    if (logind !== undefined && locked !== undefined) wishes.onFound(logind, locked);
  };
  const taken = (connection: LogindConnection): void => {
    log(connection.kind === 'connected' ? `logind: session ${connection.logind.sessionId}` : `no logind: ${connection.sentence}`);
    if (connection.kind !== 'connected') return;
    logind = connection.logind;
    delay.hold();
    if (returned) void foundAgain();
  };
  const connecting = connectLogind({
    busAddress: systemBusAddress(process.env),
    sessionId: process.env.XDG_SESSION_ID,
    uid: process.getuid?.() ?? -1,
    onEvent,
  });
  const connection = await Promise.race([connecting, after(startLimitMs)]);
  if (connection === undefined) {
    returned = true;
    void connecting.then(taken);
    return { locker: { kind: 'absent', sentence: 'logind does not answer.' }, locked: false };
  }
  taken(connection);
  if (connection.kind === 'refused') return { locker: { kind: 'absent', sentence: connection.sentence }, locked: false };
  const locked = await connection.logind.isLocked();
  returned = true;
  return { locker: { kind: 'answers', logind: connection.logind }, locked: locked ?? false };
}

async function closedThen(isClosed: () => boolean, release: () => void): Promise<void> {
  for (let waitedMs = 0; waitedMs < closingLimitMs && !isClosed(); waitedMs += closingPollMs) await after(closingPollMs);
  await after(drawnAfterMs);
  release();
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}

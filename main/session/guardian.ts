import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/*
 * The guardian: a process of its own that has the session locked for real when Facelatch's cover cannot be relied on any more. It imports nothing but Node's
 * core, keeps no secret, and can do two things: run the operating system's locker, and start Facelatch again. It cannot unlock anything.
 *
 * Lines of JSON are the heartbeat, on standard input and output or, where a packaged program has no input, on a local socket that the app waits at. Their end
 * is the death of the other side.
 */

/** What the app's own socket has to hear first. Gone from the environment before anything is started. */
export const secretVariable = 'FACELATCH_GUARDIAN_SECRET';

interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

export type ToGuardian =
  /** The cover is about to show. `silenceMs`: how long without a beat is a hang. `locker` is absent where the system has none. */
  | { readonly kind: 'arm'; readonly locker?: Program; readonly relaunch?: Program; readonly silenceMs: number }
  /** Sent often while locked. `covering`: every display is covered right now. */
  | { readonly kind: 'beat'; readonly covering: boolean }
  /** Unlocked by a match or the passcode. */
  | { readonly kind: 'disarm' };

export type FromGuardian =
  | { readonly kind: 'ready' }
  /** Answers each beat. */
  | { readonly kind: 'beat' }
  /** The locker was run. `code`: how it ended; null when it could not be started or was killed. */
  | { readonly kind: 'locked'; readonly because: Alarm; readonly code: number | null };

/** Why the guardian locks. */
export type Alarm = 'death' | 'silence' | 'uncovered';

type Order = Extract<ToGuardian, { kind: 'arm' }>;

type Watch =
  | { readonly kind: 'idle' }
  | { readonly kind: 'armed'; readonly order: Order; readonly lastBeatMs: number; readonly coveredMs: number }
  /** The locker was called for; the next beat that covers ends the alarm. */
  | { readonly kind: 'alarmed'; readonly order: Order };

const tickMs = 100;
/** A tick this late means that the guardian itself was stopped or the machine slept: the other side gets its time anew. */
const lateTickMs = 1_000;
/** Displays come and go: a cover may be missing for this long while it is made, which takes a window some hundred milliseconds. */
const uncoveredLimitMs = 1_000;
const retryMs = 1_000;
/** A locker that has not ended after this time is locking, as i3lock does. */
const lockerLimitMs = 3_000;

type Tell = (message: FromGuardian) => void;

/** Runs the guardian until the other side is gone and everything is done: on this process's standard streams, or on the socket at `address`. */
export function runGuardian(address?: string): void {
  const { input, output } = address === undefined ? { input: process.stdin, output: process.stdout } : reach(address);
  const tell: Tell = (message) => void output.write(`${JSON.stringify(message)}\n`);
  let watch: Watch = { kind: 'idle' };
  let lastTickMs = nowMs();
  let lastWord: ChildProcess | undefined;

  // A broken link must not end the guardian before it has locked, nor may a polite signal.
  output.on('error', () => undefined);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);

  const raise = (order: Order, because: Alarm): void => {
    watch = { kind: 'alarmed', order };
    void lockUntilDone(order.locker, because, tell, () => watch.kind !== 'alarmed');
  };

  const receive = (message: ToGuardian): void => {
    if (message.kind === 'arm') {
      watch = { kind: 'armed', order: message, lastBeatMs: nowMs(), coveredMs: nowMs() };
      releaseLastWord(lastWord);
      lastWord = holdLastWord(message.locker ?? message.relaunch);
    } else if (message.kind === 'disarm') {
      watch = { kind: 'idle' };
      releaseLastWord(lastWord);
      lastWord = undefined;
    } else if (watch.kind === 'armed') {
      watch = { ...watch, lastBeatMs: nowMs(), coveredMs: message.covering ? nowMs() : watch.coveredMs };
    } else if (watch.kind === 'alarmed' && message.covering) {
      watch = { kind: 'armed', order: watch.order, lastBeatMs: nowMs(), coveredMs: nowMs() };
    }
    if (message.kind === 'beat') tell({ kind: 'beat' });
  };

  const timer = setInterval(() => {
    const now = nowMs();
    const wasStopped = now - lastTickMs > lateTickMs;
    lastTickMs = now;
    if (watch.kind !== 'armed') return;
    if (wasStopped) watch = { ...watch, lastBeatMs: now, coveredMs: now };
    else if (now - watch.lastBeatMs > watch.order.silenceMs) raise(watch.order, 'silence');
    else if (watch.lastBeatMs - watch.coveredMs > uncoveredLimitMs) raise(watch.order, 'uncovered');
  }, tickMs);

  const lines = createInterface({ input });
  // A socket may break where a pipe only ends.
  input.on('close', () => lines.close());
  lines.on('error', () => lines.close());
  lines.on('line', (line) => {
    const message = parse(line);
    if (message !== undefined) receive(message);
  });
  lines.on('close', () => {
    clearInterval(timer);
    if (watch.kind === 'idle') process.exit(0);
    void endAfterDeath(watch.order, lastWord, tell);
  });
  tell({ kind: 'ready' });
}

/** The app's socket, which hears the secret first. Where nobody answers it ends at once, as it does when the other side is gone. */
function reach(address: string): { readonly input: Readable; readonly output: Writable } {
  const { [secretVariable]: secret = '' } = process.env;
  delete process.env[secretVariable];
  const socket = connect(address);
  socket.write(`${secret}\n`);
  return { input: socket, output: socket };
}

/** The other side died while locked: locks, starts it again (it comes back asking for the passcode), and leaves the watch to its new guardian. */
async function endAfterDeath({ locker, relaunch }: Order, lastWord: ChildProcess | undefined, tell: Tell): Promise<void> {
  const locking = locker === undefined ? undefined : lockOnce(locker, 'death', tell);
  if (relaunch !== undefined) startDetached(relaunch);
  await locking;
  releaseLastWord(lastWord);
  process.exit(0);
}

/** The same monotonic clock as everywhere in Facelatch. */
function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** A message, or undefined for what is none: a broken line changes nothing. */
function parse(line: string): ToGuardian | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  if (value.kind === 'disarm') return { kind: 'disarm' };
  if (value.kind === 'beat') return { kind: 'beat', covering: 'covering' in value && value.covering === true };
  if (value.kind !== 'arm' || !('silenceMs' in value) || typeof value.silenceMs !== 'number') return undefined;
  const locker = 'locker' in value ? program(value.locker) : undefined;
  const relaunch = 'relaunch' in value ? program(value.relaunch) : undefined;
  return { kind: 'arm', silenceMs: value.silenceMs, ...(locker && { locker }), ...(relaunch && { relaunch }) };
}

function program(value: unknown): Program | undefined {
  if (typeof value !== 'object' || value === null || !('file' in value) || !('args' in value)) return undefined;
  const { file, args } = value;
  if (typeof file !== 'string' || !Array.isArray(args) || !args.every((arg): arg is string => typeof arg === 'string')) return undefined;
  return { file, args };
}

/** Runs the locker, and again each second while it fails and nobody is back. */
async function lockUntilDone(locker: Program | undefined, because: Alarm, tell: Tell, isOver: () => boolean): Promise<void> {
  if (locker === undefined) return;
  while (!isOver()) {
    if ((await lockOnce(locker, because, tell)) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}

async function lockOnce(locker: Program, because: Alarm, tell: Tell): Promise<number | null> {
  const code = await run(locker);
  tell({ kind: 'locked', because, code });
  return code;
}

function run({ file, args }: Program): Promise<number | null> {
  return new Promise((resolve) => {
    const child = started(file, args, { stdio: 'ignore', detached: true });
    if (child === undefined) return resolve(null);
    const timer = setTimeout(() => resolve(0), lockerLimitMs);
    const end = (code: number | null): void => {
      clearTimeout(timer);
      resolve(code);
    };
    child.on('error', () => end(null));
    child.on('exit', (code) => end(code));
  });
}

/** A name that can be no program's (empty, with a null in it, too long) throws instead of failing: the guardian must outlive that too. */
function started(file: string, args: readonly string[], options: SpawnOptions): ChildProcess | undefined {
  try {
    return spawn(file, [...args], options);
  } catch {
    return undefined;
  }
}

/** Not with `windowsHide`: it would hide the first window of what is started too. */
function startDetached({ file, args }: Program): void {
  // The guardian may run on Electron as on Node; what it starts is the app.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = started(file, args, { stdio: 'ignore', detached: true, env });
  child?.on('error', () => undefined);
  child?.unref();
}

/**
 * While armed a shell waits with the locker in hand, on a pipe whose other end only the guardian holds: when the guardian is killed, even together with
 * Facelatch, the pipe ends and the shell locks. Windows has no shell that takes a program and its arguments as they are:
 * there the app alone watches the guardian.
 */
function holdLastWord(locker: Program | undefined): ChildProcess | undefined {
  if (locker === undefined || process.platform === 'win32') return undefined;
  const shell = started('/bin/sh', ['-c', 'read -r line && exit 0; exec "$@"', 'facelatch-last-word', locker.file, ...locker.args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell?.on('error', () => undefined);
  shell?.stdin?.on('error', () => undefined);
  return shell;
}

function releaseLastWord(shell: ChildProcess | undefined): void {
  shell?.stdin?.end('stand down\n');
}

import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable, type Writable } from 'node:stream';

/** A guardian process, whichever link its lines go by. Start it detached, so that it outlives this one. */
export interface Guardian {
  tell(line: string): void;
  onLine(run: (line: string) => void): void;
  /** Ends the link: a guardian that watches over nothing then ends by itself. */
  release(): void;
  kill(): void;
  /** `run` is called, perhaps more than once, when it has ended or could not be started. */
  onGone(run: () => void): void;
}

/** A guardian that has said nothing yet is starting, which takes seconds on a busy machine. */
export const startLimitMs = 10_000;

export type GuardianLink = 'standard streams' | 'socket';

/** A packaged Electron program on Windows is handed an empty standard input, whatever was connected to it. */
export function guardianLink(platform: NodeJS.Platform, isPackaged: boolean): GuardianLink {
  return platform === 'win32' && isPackaged ? 'socket' : 'standard streams';
}

/** A guardian that is spoken to on its standard input and output. */
export function overStandardStreams(child: ChildProcessByStdio<Writable, Readable, null>): Guardian {
  child.stdin.on('error', () => undefined);
  return {
    tell: (line) => writeLine(child.stdin, line),
    onLine: (run) => readLines(child.stdout, run),
    release: () => child.stdin.end(),
    ...lifeOf(child),
  };
}

/** What a guardian has to be given to find its way back: the address among its arguments, the secret in its environment, where other users cannot read it. */
export interface Meeting {
  readonly address: string;
  readonly secret: string;
}

/**
 * A guardian that comes back to a local socket: a named pipe on Windows, elsewhere a socket in a folder of this user's own. Anybody may find a pipe's name, so
 * whoever connects has to say the secret first; nothing is told before that, and who says something else is dropped. One connection is taken, and the socket
 * is closed behind it. A guardian that does not come in time is killed, and so is one whose connection ends.
 */
export function overSocket(start: (meeting: Meeting) => ChildProcess, comesWithinMs = startLimitMs): Guardian {
  const place = makePlace();
  const secret = randomBytes(32).toString('hex');
  const waiting = new Set<Socket>();
  const unsaid: string[] = [];
  const heard = new PassThrough();
  let link: Socket | undefined;
  const server = createServer().listen(place.address);
  const life = lifeOf(start({ address: place.address, secret }));
  const limit = setTimeout(() => giveUp(), comesWithinMs);
  const closeDoor = (): void => {
    clearTimeout(limit);
    server.close();
    place.remove();
    for (const socket of waiting) socket.destroy();
  };
  const giveUp = (): void => {
    closeDoor();
    life.kill();
  };
  server.on('error', giveUp);
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => waiting.delete(socket));
    hearSecret(socket, secret, (alreadySaid) => {
      waiting.delete(socket);
      closeDoor();
      link = socket;
      socket.on('close', life.kill);
      for (const line of unsaid.splice(0)) writeLine(socket, line);
      heard.write(alreadySaid);
      socket.pipe(heard);
    });
  });
  life.onGone(closeDoor);
  return {
    tell: (line) => (link === undefined ? void unsaid.push(line) : writeLine(link, line)),
    onLine: (run) => readLines(heard, run),
    release: () => (link === undefined ? giveUp() : void link.end()),
    ...life,
  };
}

function writeLine(stream: Writable, line: string): void {
  if (stream.writable) stream.write(`${line}\n`);
}

function readLines(input: Readable, run: (line: string) => void): void {
  createInterface({ input }).on('line', run);
}

function lifeOf(child: ChildProcess): Pick<Guardian, 'kill' | 'onGone'> {
  return {
    kill: () => void child.kill('SIGKILL'),
    onGone: (run) => {
      child.on('error', run);
      child.on('exit', run);
    },
  };
}

/** Calls `take`, with whatever followed, once the socket's first line is the secret, and drops the socket as soon as that line is another. */
function hearSecret(socket: Socket, secret: string, take: (alreadySaid: Buffer) => void): void {
  const expected = Buffer.from(`${secret}\n`);
  let said = Buffer.alloc(0);
  const hear = (bytes: Buffer): void => {
    said = Buffer.concat([said, bytes]);
    if (said.length < expected.length && !said.includes('\n')) return;
    socket.off('data', hear);
    const first = said.subarray(0, expected.length);
    if (first.length === expected.length && timingSafeEqual(first, expected)) take(said.subarray(expected.length));
    else socket.destroy();
  };
  socket.on('data', hear);
}

interface Place {
  readonly address: string;
  readonly remove: () => void;
}

function makePlace(): Place {
  if (process.platform === 'win32') return { address: pipeName(randomBytes(16)), remove: () => undefined };
  // Only its owner may enter a folder made this way.
  const folder = mkdtempSync(join(tmpdir(), 'facelatch-guardian-'));
  return { address: join(folder, 'link'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Windows keeps pipes in a place of their own that everybody may list and add to: nobody guesses this name and is there first. */
export function pipeName(random: Buffer): string {
  return `\\\\.\\pipe\\facelatch-guardian-${random.toString('hex')}`;
}

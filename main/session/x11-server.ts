import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';

/*
 * As much of the X11 protocol (X.Org, X Window System Protocol, X Version 11) as it takes to ask the server what it shows, and its window manager for something, over
 * its unix socket. Windows are told apart by the numbers the server gives them.
 */

export interface X11Window {
  /** Whether it and all it lies in are mapped. */
  readonly viewable: boolean;
  /** Takes input and shows nothing. */
  readonly inputOnly: boolean;
  /** No window manager decides over it: menus, notifications, lockers. */
  readonly overrideRedirect: boolean;
  /** In pixels, from its parent's corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface X11Server {
  /** Undefined where there is no such window. Rejects when the connection is lost. */
  window(id: number): Promise<X11Window | undefined>;
  /** `children` from the lowest to the topmost. Undefined where there is no such window; `parent` of the root is 0. */
  tree(id: number): Promise<{ readonly root: number; readonly parent: number; readonly children: readonly number[] } | undefined>;
  /** The number that the server has for a name. */
  atom(name: string): Promise<number>;
  /** The 32-bit numbers of a property; none where there is no such window or property. */
  numbers(id: number, property: number): Promise<readonly number[]>;
  /** Sends a client message about a window to the window manager of its root, which does with it what it will. `data`: five numbers at most. */
  tellManager(root: number, id: number, type: number, data: readonly number[]): void;
  /** Whether one client made both windows. */
  sameClient(one: number, other: number): boolean;
  close(): void;
}

const getWindowAttributes = 3;
const getGeometry = 14;
const queryTree = 15;
const internAtom = 16;
const getProperty = 20;
const sendEvent = 25;
const clientMessage = 33;
/** SubstructureNotify and SubstructureRedirect: what a window manager alone listens for. */
const managersEvents = 0x180000;
const propertyWords = 1_024;
const headBytes = 32;
const mapStateViewable = 2;
const classInputOnly = 2;
const connectLimitMs = 2_000;

/** Connects to the local server that DISPLAY names, with the cookie of XAUTHORITY; rejects where there is none, or it lets nobody in. */
export async function connectX11(env: Readonly<Record<string, string | undefined>>): Promise<X11Server> {
  const number = /^(?:unix)?:(\d+)(?:\.\d+)?$/.exec(env.DISPLAY ?? '')?.[1];
  if (number === undefined) throw new Error('DISPLAY names no local X server');
  const cookie = await readFile(env.XAUTHORITY ?? join(homedir(), '.Xauthority')).then(
    (file) => cookieFor(file, number),
    () => undefined,
  );
  const socket = connect(`/tmp/.X11-unix/X${number}`);
  const reader = new Replies(socket);
  socket.setTimeout(connectLimitMs, () => socket.destroy(new Error('the X server does not answer')));
  socket.write(greeting(cookie));
  const answer = await reader.next(setUpBytes);
  socket.setTimeout(0);
  if (answer[0] === 1) return serverOn(socket, reader, answer.readUInt32LE(16));
  socket.destroy();
  throw new Error('the X server lets nobody in without its cookie');
}

function serverOn(socket: Socket, reader: Replies, idsOfOneClient: number): X11Server {
  const send = (opcode: number, ...words: readonly number[]): void => void socket.write(request(opcode, ofWords(words)));
  const ask = (opcode: number, ...words: readonly number[]): Promise<Buffer | undefined> => {
    send(opcode, ...words);
    return reader.reply();
  };
  return {
    async window(id) {
      const [attributes, geometry] = await Promise.all([ask(getWindowAttributes, id), ask(getGeometry, id)]);
      if (attributes === undefined || geometry === undefined) return undefined;
      return {
        viewable: attributes[26] === mapStateViewable,
        inputOnly: attributes.readUInt16LE(12) === classInputOnly,
        overrideRedirect: attributes[27] === 1,
        x: geometry.readInt16LE(12),
        y: geometry.readInt16LE(14),
        width: geometry.readUInt16LE(16),
        height: geometry.readUInt16LE(18),
      };
    },
    async tree(id) {
      const reply = await ask(queryTree, id);
      if (reply === undefined) return undefined;
      return { root: reply.readUInt32LE(8), parent: reply.readUInt32LE(12), children: listIn(reply, reply.readUInt16LE(16)) };
    },
    async atom(name) {
      socket.write(request(internAtom, Buffer.concat([ofWords([name.length]), Buffer.from(name), padding(name.length)])));
      return (await reader.reply())?.readUInt32LE(8) ?? 0;
    },
    async numbers(id, property) {
      const reply = await ask(getProperty, id, property, 0, 0, propertyWords);
      return reply?.[1] === 32 ? listIn(reply, reply.readUInt32LE(16)) : [];
    },
    tellManager(root, id, type, data) {
      const [head, ...rest] = [clientMessage | (32 << 8), id, type, ...data, 0, 0, 0, 0, 0];
      send(sendEvent, root, managersEvents, head as number, ...rest.slice(0, 7));
    },
    sameClient: (one, other) => (one & ~idsOfOneClient) === (other & ~idsOfOneClient),
    close: () => void socket.destroy(),
  };
}

/** A request with nothing in its second byte. `rest`: whole words. */
function request(opcode: number, rest: Buffer): Buffer {
  const head = Buffer.from([opcode, 0, 0, 0]);
  head.writeUInt16LE(1 + rest.length / 4, 2);
  return Buffer.concat([head, rest]);
}

function ofWords(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, 4 * index);
  return bytes;
}

function padding(length: number): Buffer {
  return Buffer.alloc(-length & 3);
}

/** The numbers that follow the head of a reply. */
function listIn(reply: Buffer, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => reply.readUInt32LE(headBytes + 4 * index));
}

/** Cuts what the server sends into its answers, which come in the order of the requests. */
class Replies {
  #bytes = Buffer.alloc(0);
  readonly #waiting: { sizeOf: (bytes: Buffer) => number; resolve: (answer: Buffer) => void; reject: (error: Error) => void }[] = [];
  #lost: Error | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#handOut();
    });
    socket.on('error', (error) => this.#lose(error));
    socket.on('close', () => this.#lose(new Error('the X server hung up')));
  }

  next(sizeOf: (bytes: Buffer) => number): Promise<Buffer> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => this.#waiting.push({ sizeOf, resolve, reject }));
  }

  /** Undefined for an error; events that every client gets are passed over. */
  async reply(): Promise<Buffer | undefined> {
    const answer = await this.next(replyBytes);
    return answer[0] === 1 ? answer : undefined;
  }

  #handOut(): void {
    for (;;) {
      while (this.#waiting[0]?.sizeOf === replyBytes && this.#bytes.length >= headBytes && (this.#bytes[0] as number) > 1)
        this.#bytes = this.#bytes.subarray(replyBytes(this.#bytes));
      const [first] = this.#waiting;
      const size = first?.sizeOf(this.#bytes) ?? Number.POSITIVE_INFINITY;
      if (first === undefined || this.#bytes.length < size) return;
      this.#waiting.shift();
      first.resolve(this.#bytes.subarray(0, size));
      this.#bytes = this.#bytes.subarray(size);
    }
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}

/** An answer to the greeting: eight bytes, and what they say follows. */
function setUpBytes(bytes: Buffer): number {
  return bytes.length < 8 ? 8 : 8 + 4 * bytes.readUInt16LE(6);
}

/** Replies (1) and generic events (35) say how much follows; errors (0) and other events are 32 bytes. */
function replyBytes(bytes: Buffer): number {
  const isLong = bytes.length >= 8 && (bytes[0] === 1 || ((bytes[0] as number) & 0x7f) === 35);
  return isLong ? headBytes + 4 * bytes.readUInt32LE(4) : headBytes;
}

const cookieName = 'MIT-MAGIC-COOKIE-1';

function greeting(cookie: Buffer | undefined): Buffer {
  const name = Buffer.from(cookie === undefined ? '' : cookieName);
  const head = Buffer.alloc(12);
  head.write('l');
  head.writeUInt16LE(11, 2);
  head.writeUInt16LE(name.length, 6);
  head.writeUInt16LE(cookie?.length ?? 0, 8);
  return Buffer.concat([head, name, padding(name.length), cookie ?? Buffer.alloc(0), padding(cookie?.length ?? 0)]);
}

/** Entries of Xauthority files (Xau, `Xauth(3)`): family, address, display number, name and data, each but the first with its length before it, big-endian. */
function cookieFor(file: Buffer, display: string): Buffer | undefined {
  const familyInternet = 0;
  const familyInternet6 = 6;
  for (let at = 0; at + 2 <= file.length; ) {
    const family = file.readUInt16BE(at);
    at += 2;
    const fields: Buffer[] = [];
    while (fields.length < 4 && at + 2 <= file.length) {
      const length = file.readUInt16BE(at);
      fields.push(file.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    const [, number, name, data] = fields.map((field) => field.toString('latin1'));
    const isLocal = family !== familyInternet && family !== familyInternet6;
    if (isLocal && (number === display || number === '') && name === cookieName && data !== undefined) return Buffer.from(data, 'latin1');
  }
  return undefined;
}

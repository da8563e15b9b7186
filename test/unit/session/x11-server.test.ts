import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findProgram } from '../../../main/session/os-locker.ts';
import { connectX11 } from '../../../main/session/x11-server.ts';

const missing = findProgram('Xvfb') === undefined ? 'skipped: needs Xvfb (Debian: xvfb)' : undefined;
if (missing !== undefined) console.log(missing);

/** A real server without a screen, which lets in who has the cookie; and an entry of Xauthority for it. */
async function serve(folder: string, cookie: Buffer): Promise<{ readonly child: ChildProcess; readonly display: string }> {
  const file = join(folder, 'server-cookie');
  // The server takes any cookie of its file, whatever display it is for.
  await writeFile(file, entry(256, '', '0', cookie));
  const child = spawn('Xvfb', ['-displayfd', '3', '-auth', file, '-nolisten', 'tcp', '-screen', '0', '640x480x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve) => child.stdio[3]?.once('data', (chunk) => resolve(String(chunk).trim())));
  return { child, display: `:${number}` };
}

/** One entry of an Xauthority file, as `xauth` writes it. */
function entry(family: number, address: string, display: string, cookie: Buffer): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(family);
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return Buffer.concat([head, ...[address, display, 'MIT-MAGIC-COOKIE-1'].map((text) => field(Buffer.from(text))), field(cookie)]);
}

test.skipIf(missing !== undefined)(
  'a real X server lets in who has its cookie, tells of its root, and of no window that it has not',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'facelatch-x11-'));
    const cookie = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const { child, display } = await serve(folder, cookie);
    try {
      const authority = join(folder, 'authority');
      const other = Buffer.alloc(16, 7);
      // Another display's and a network's entries come first and are passed over.
      await writeFile(
        authority,
        Buffer.concat([
          entry(256, 'here', '99', other),
          entry(0, 'abcd', display.slice(1), other),
          entry(256, 'here', display.slice(1), cookie),
        ]),
      );
      const server = await connectX11({ DISPLAY: display, XAUTHORITY: authority });
      expect(await server.tree(0x7fffffff)).toBeUndefined();
      expect(await server.window(0x7fffffff)).toBeUndefined();
      // The first window that any server has is its root; its number is found as nobody else's.
      const roots = await Promise.all(Array.from({ length: 2_000 }, (_, id) => server.tree(id)));
      const root = roots.findIndex((tree, id) => tree?.root === id);
      expect(roots[root]?.parent).toBe(0);
      expect(await server.window(root)).toEqual({
        viewable: true,
        inputOnly: false,
        overrideRedirect: false,
        x: 0,
        y: 0,
        width: 640,
        height: 480,
      });
      expect(server.sameClient(0x200001, 0x200002)).toBe(true);
      expect(server.sameClient(0x200001, 0x400001)).toBe(false);
      // Names keep their numbers, a text is no list of numbers, and what is sent to a window manager that is not there comes back to nobody.
      expect(await server.atom('WM_NAME')).toBe(39);
      const [state, supported, again] = await Promise.all(
        ['_NET_WM_STATE', '_NET_SUPPORTED', '_NET_WM_STATE'].map((name) => server.atom(name)),
      );
      expect(state).toBeGreaterThan(39);
      expect(supported).not.toBe(state);
      expect(again).toBe(state);
      expect(await server.numbers(root, await server.atom('_XKB_RULES_NAMES'))).toEqual([]);
      expect(await server.numbers(0x7fffffff, state as number)).toEqual([]);
      server.tellManager(root, root, state as number, [1, supported as number, 0, 2]);
      expect((await server.tree(root))?.root).toBe(root);
      const lost = server.tree(root);
      child.kill('SIGKILL');
      await lost.catch(() => undefined);
      await expect(server.window(root)).rejects.toThrow();
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  },
);

test.skipIf(missing !== undefined)('without its cookie the server is not asked, and says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-x11-'));
  const { child, display } = await serve(folder, Buffer.alloc(16, 1));
  try {
    const authority = join(folder, 'authority');
    await writeFile(authority, entry(256, 'here', display.slice(1), Buffer.alloc(16, 2)));
    await expect(connectX11({ DISPLAY: display, XAUTHORITY: authority })).rejects.toThrow('lets nobody in');
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});

test('a display elsewhere, none, or a file of nonsense beside a server that is not there is refused in words', async () => {
  await expect(connectX11({})).rejects.toThrow('no local X server');
  await expect(connectX11({ DISPLAY: 'elsewhere:0' })).rejects.toThrow('no local X server');
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-x11-'));
  const nonsense = join(folder, 'authority');
  await writeFile(nonsense, Buffer.from([1, 0, 255, 255, 3]));
  await expect(connectX11({ DISPLAY: ':59999', XAUTHORITY: nonsense })).rejects.toThrow();
  await rm(folder, { recursive: true, force: true });
});

/** Stands at a display where a server would. `hear`: each time something was asked, with how often that was before. */
async function standIn(display: string, hear: (socket: Socket, chunk: Buffer, before: number) => void): Promise<Server> {
  const made = createServer((socket) => {
    let asked = 0;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => hear(socket, chunk, asked++));
  });
  await new Promise<void>((resolve) => made.listen(`/tmp/.X11-unix/X${display.slice(1)}`, resolve));
  return made;
}

/** What a server says to whom it lets in. */
function greetingOf(idsOfOneClient: number): Buffer {
  const greeting = Buffer.alloc(40);
  greeting.writeUInt8(1);
  greeting.writeUInt16LE(8, 6);
  greeting.writeUInt32LE(idsOfOneClient, 16);
  return greeting;
}

test('answers are read in whatever pieces they come, past events and errors', async () => {
  const long = Buffer.alloc(32 + 8);
  long.writeUInt8(1);
  long.writeUInt32LE(2, 4);
  long.writeUInt32LE(77, 8);
  long.writeUInt16LE(2, 16);
  long.writeUInt32LE(5, 32);
  long.writeUInt32LE(6, 36);
  const event = Buffer.alloc(32, 34);
  const error = Buffer.alloc(32);
  const greeting = greetingOf(0x1fffff);
  const made = await standIn(':59998', (socket, _, before) => {
    if (before === 0) socket.write(greeting.subarray(0, 5), () => setTimeout(() => socket.write(greeting.subarray(5)), 20));
    else {
      const sent = Buffer.concat([event, error, event, long]);
      for (let at = 0; at < sent.length; at += 7) socket.write(sent.subarray(at, at + 7));
    }
  });
  try {
    const server = await connectX11({ DISPLAY: ':59998', XAUTHORITY: '/nowhere' });
    expect(await Promise.all([server.tree(1), server.tree(2)])).toEqual([undefined, { root: 77, parent: 0, children: [5, 6] }]);
    server.close();
    await expect(server.tree(1)).rejects.toThrow();
  } finally {
    await new Promise((resolve) => made.close(resolve));
  }
});

test('names, properties and messages to the window manager are on the wire as the protocol has them', async () => {
  const atom = Buffer.alloc(32);
  atom.writeUInt8(1);
  atom.writeUInt32LE(300, 8);
  const property = Buffer.concat([Buffer.alloc(32), Buffer.from([5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])]);
  property.writeUInt8(1);
  property.writeUInt8(32, 1);
  property.writeUInt32LE(2, 4);
  property.writeUInt32LE(2, 16);
  const answers = [greetingOf(0), atom, property];
  const asked: Buffer[] = [];
  const made = await standIn(':59997', (socket, chunk, before) => {
    asked.push(chunk);
    const answer = answers[before];
    if (answer !== undefined) socket.write(answer);
  });
  try {
    const server = await connectX11({ DISPLAY: ':59997', XAUTHORITY: '/nowhere' });
    expect(await server.atom('HELLO')).toBe(300);
    expect(await server.numbers(0x400001, 300)).toEqual([5, 0xffffffff]);
    server.tellManager(0x123, 0x400001, 300, [1, 301, 0, 2]);
    await expect.poll(() => asked.length, { timeout: 10_000 }).toBe(4);
    const words = (bytes: Buffer | undefined): readonly number[] =>
      Array.from({ length: (bytes?.length ?? 0) / 4 }, (_, index) => bytes?.readUInt32LE(4 * index) ?? 0);
    // InternAtom: four words, a name of five bytes, padded.
    expect(asked[1]).toEqual(Buffer.concat([Buffer.from([16, 0, 4, 0, 5, 0, 0, 0]), Buffer.from('HELLO'), Buffer.alloc(3)]));
    // GetProperty: six words, of any type, from its start.
    expect(words(asked[2])).toEqual([20 | (6 << 16), 0x400001, 300, 0, 0, 1_024]);
    // SendEvent: eleven words, to who manages the root, a ClientMessage of five 32-bit numbers.
    expect(words(asked[3])).toEqual([25 | (11 << 16), 0x123, 0x180000, 33 | (32 << 8), 0x400001, 300, 1, 301, 0, 2, 0]);
    server.close();
  } finally {
    await new Promise((resolve) => made.close(resolve));
  }
});

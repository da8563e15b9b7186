import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { openDoor, type RequestHandlers, type Sender } from '../../../main/app/ipc-door.ts';
import { type Channel, type Reply, requests } from '../../../main/contract/ipc.ts';

type Listener = (event: Sender, payload: unknown) => Promise<Reply>;

/** A door whose handlers write down what got through. */
function door() {
  const listeners = new Map<string, Listener>();
  const passed: { channel: Channel; payload: unknown }[] = [];
  const log: string[] = [];
  const channels = Object.keys(requests) as Channel[];
  const handlers = Object.fromEntries(
    channels.map((channel) => [
      channel,
      (payload: unknown): Reply => {
        passed.push({ channel, payload });
        return { kind: 'done' };
      },
    ]),
  ) as unknown as RequestHandlers;
  openDoor({ handle: (channel, listener) => listeners.set(channel, listener as unknown as Listener) }, handlers, (line) => log.push(line));
  const knock = (channel: string, payload: unknown, event: Sender = ownPage): Promise<Reply> => {
    const listener = listeners.get(channel);
    if (listener === undefined) throw new Error(`nobody listens on ${channel}`);
    return listener(event, payload);
  };
  return { channels, knock, passed, log };
}

function senderAt(url: string, top = true): Sender {
  const frame = { url };
  return { sender: { id: 1, mainFrame: top ? frame : { url } }, senderFrame: frame } as unknown as Sender;
}

const ownPage = senderAt('app://facelatch/index.html');

describe('the door', () => {
  it('lets a well-formed request of our own page through', async () => {
    const { knock, passed } = door();
    expect(await knock('unlock-with-passcode', { passcode: 'violet' })).toEqual({ kind: 'done' });
    expect(passed).toEqual([{ channel: 'unlock-with-passcode', payload: { passcode: 'violet' } }]);
  });

  it.each([
    ['another origin', senderAt('https://facelatch/index.html')],
    ['another host', senderAt('app://evil/index.html')],
    ['a host that begins like ours', senderAt('app://facelatch.evil/index.html')],
    ['credentials before our host', senderAt('app://x@facelatch/index.html')],
    ['a file', senderAt('file:///app://facelatch/index.html')],
    ['no address', senderAt('')],
    ['a frame inside our page', senderAt('app://facelatch/index.html', false)],
    ['a frame that is gone', { sender: { id: 1 }, senderFrame: null } as unknown as Sender],
  ])('refuses %s on every channel', async (_name, event) => {
    const { channels, knock, passed, log } = door();
    for (const channel of channels) expect((await knock(channel, {}, event)).kind).toBe('refused');
    expect(passed).toEqual([]);
    expect(log).toHaveLength(channels.length);
  });

  it('lets through only what the schema of the channel says, whatever is sent', async () => {
    const { channels, knock, passed, log } = door();
    const wellFormed: Readonly<Record<string, unknown>> = {
      passcode: 'violet',
      newPasscode: 'violet',
      name: 'Ada',
      personId: 'p',
      seat: 'you',
      cameraId: 'simulated:0',
      minutes: 5,
    };
    const nearlyRight = fc.dictionary(
      fc.constantFrom(...Object.keys(wellFormed)),
      fc.oneof(fc.anything(), fc.constantFrom(...Object.values(wellFormed))),
      { noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...channels), fc.oneof(fc.anything(), nearlyRight), async (channel, payload) => {
        const before = passed.length;
        const reply = await knock(channel, payload);
        expect(reply.kind).toBe(passed.length > before ? 'done' : 'refused');
      }),
      { numRuns: 5000 },
    );
    expect(passed.length).toBeGreaterThan(0);
    for (const { channel, payload } of passed) expect(v.is(requests[channel], payload)).toBe(true);
    expect(log.length).toBeGreaterThan(1000);
  });

  it('writes no content of a refused request into the log', async () => {
    const { knock, log } = door();
    await knock('unlock-with-passcode', { passcode: 'violet-secret', extra: 1 });
    expect(log.join()).not.toContain('violet');
  });

  it('answers no to a handler that fails, and tells the page nothing of it', async () => {
    const listeners = new Map<string, Listener>();
    const failing = Object.fromEntries(
      Object.keys(requests).map((channel) => [
        channel,
        () => {
          throw new Error('inner detail');
        },
      ]),
    ) as unknown as RequestHandlers;
    openDoor({ handle: (channel, listener) => listeners.set(channel, listener as unknown as Listener) }, failing, () => undefined);
    const reply = await listeners.get('look')?.(ownPage, {});
    expect(reply?.kind).toBe('refused');
    expect(JSON.stringify(reply)).not.toContain('inner detail');
  });
});

import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import * as v from 'valibot';
import { type Channel, type Payload, type Reply, requests } from '../contract/ipc.ts';
import { describeError, type Log } from './log.ts';
import { isOurs } from './page-address.ts';

/** One function for each channel, given only what passed the channel's schema. `sender` is the id of the page's web contents. */
export type RequestHandlers = { readonly [C in Channel]: (payload: Payload<C>, sender: number) => Reply | Promise<Reply> };

/** What is asked about a sender before it is listened to. */
export type Sender = Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>;

const refusal: Reply = { kind: 'refused', sentence: 'This request was refused.' };
const failure: Reply = { kind: 'refused', sentence: 'Something went wrong; nothing was changed.' };

/** Opens every channel of the contract. What comes from elsewhere or has another shape is refused and logged, without its content. */
export function openDoor(ipc: Pick<IpcMain, 'handle'>, handlers: RequestHandlers, log: Log): void {
  for (const channel of Object.keys(requests) as Channel[]) {
    ipc.handle(channel, (event, payload: unknown) => answer(channel, event, payload, handlers, log));
  }
}

async function answer<C extends Channel>(channel: C, event: Sender, payload: unknown, handlers: RequestHandlers, log: Log): Promise<Reply> {
  const judged = judge(channel, event, payload);
  if (judged.kind === 'refused') {
    log(`request ${channel} refused: ${judged.why}`);
    return refusal;
  }
  try {
    return await handlers[channel](judged.payload, event.sender.id);
  } catch (error) {
    // A bug. At a lock it changes nothing: whoever asked is told no.
    log(`request ${channel} failed: ${describeError(error)}`);
    return failure;
  }
}

type Judged<C extends Channel> =
  | { readonly kind: 'heard'; readonly payload: Payload<C> }
  | { readonly kind: 'refused'; readonly why: string };

/** A frame that is gone meanwhile throws when it is asked for its address, and so may a payload that is looked into: both are refused too. */
function judge<C extends Channel>(channel: C, event: Sender, payload: unknown): Judged<C> {
  try {
    if (!isOwnPage(event)) return { kind: 'refused', why: 'not from a page of ours' };
    const parsed = v.safeParse(requests[channel], payload);
    return parsed.success ? { kind: 'heard', payload: parsed.output as Payload<C> } : { kind: 'refused', why: 'wrong shape' };
  } catch {
    return { kind: 'refused', why: 'it could not be read' };
  }
}

/** True for the top frame of one of our own pages. */
function isOwnPage({ sender, senderFrame }: Sender): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isOurs(senderFrame.url);
}

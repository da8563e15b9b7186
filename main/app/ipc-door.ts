import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import * as v from 'valibot';
import { type Channel, type Payload, type Reply, requests } from '../contract/ipc.ts';
import { describeError, type Log } from './log.ts';
import { isOurs } from './protocol.ts';

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
  if (!isOwnPage(event)) {
    log(`request ${channel} refused: not from a page of ours`);
    return refusal;
  }
  const parsed = v.safeParse(requests[channel], payload);
  if (!parsed.success) {
    log(`request ${channel} refused: wrong shape`);
    return refusal;
  }
  try {
    return await handlers[channel](parsed.output as Payload<C>, event.sender.id);
  } catch (error) {
    // A bug. At a lock it changes nothing: whoever asked is told no.
    log(`request ${channel} failed: ${describeError(error)}`);
    return failure;
  }
}

/** True for the top frame of one of our own pages. */
function isOwnPage({ sender, senderFrame }: Sender): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isOurs(senderFrame.url);
}

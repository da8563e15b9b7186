import type { Payload, Reply } from '../../../contract/ipc.ts';
import { captureAfterPasscode } from './near-miss-capture.ts';
import { sayRefused } from './notices.ts';
import { checkPasscode, tryPasscode } from './passcode.ts';
import { notNow } from './replies.ts';
import { show } from './showing.ts';
import { isInside, isLocked, type LatchState } from './state.ts';

/** A passcode typed on the lock screen. */
export async function unlockWithPasscode(latch: LatchState, { passcode }: Payload<'unlock-with-passcode'>): Promise<Reply> {
  if (!isLocked(latch)) return notNow;
  const { reply, personId } = await tryPasscode(latch, passcode, []);
  if (reply.kind === 'refused') latch.learning.forgetNearMisses();
  if (reply.kind === 'refused' && isLocked(latch)) sayRefused(latch, reply.sentence);
  if (personId !== undefined && !isLocked(latch)) captureAfterPasscode(latch, personId);
  show(latch);
  return reply;
}

/** The passcode that is owed, typed inside after the system's own login opened the screen. */
export async function givePasscode(latch: LatchState, { passcode }: Payload<'give-passcode'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  const reply = await checkPasscode(latch, passcode);
  show(latch);
  return reply;
}

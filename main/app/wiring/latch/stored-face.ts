import type { Payload, Reply } from '../../../contract/ipc.ts';
import type { Vault } from '../../../vault/api.ts';
import * as learnedFace from '../learned-face.ts';
import { stopCapture } from './near-miss-capture.ts';
import { changeWithPasscode, checkPasscode } from './passcode.ts';
import { notNow } from './replies.ts';
import { show } from './showing.ts';
import { isInside, type LatchState } from './state.ts';

/*
 * What a person does with their stored face and with what was learned of it.
 */

/** Has this person's own passcode typed for a change of their stored face. */
export async function changeFace(latch: LatchState, personId: string, passcode: string, change: (vault: Vault) => Reply): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  const checked = await checkPasscode(latch, passcode, personId);
  if (checked.kind === 'refused') return checked;
  if (!isInside(latch)) return notNow;
  stopCapture(latch);
  const reply = change(latch.world.vault);
  show(latch);
  return reply;
}

/** Learning less takes no passcode. */
export function stopLearning(latch: LatchState, { personId }: Payload<'stop-learning'>): Reply {
  if (!isInside(latch)) return notNow;
  stopCapture(latch);
  const written = latch.world.vault.writeLearning(personId, 'off');
  show(latch);
  return written;
}

export function startLearning(latch: LatchState, { personId, passcode }: Payload<'start-learning'>): Promise<Reply> {
  return changeFace(latch, personId, passcode, (vault) => vault.writeLearning(personId, 'on'));
}

export function undoLearning(latch: LatchState, { personId, passcode }: Payload<'undo-learning'>): Promise<Reply> {
  return changeFace(latch, personId, passcode, (vault) => learnedFace.undoLearned(vault, personId));
}

export function forgetLearning(latch: LatchState, { personId, passcode }: Payload<'forget-learning'>): Promise<Reply> {
  return changeFace(latch, personId, passcode, (vault) => learnedFace.forgetAllLearned(vault, personId));
}

export function removeAlternate(latch: LatchState, { personId, passcode }: Payload<'remove-alternate'>): Promise<Reply> {
  return changeFace(latch, personId, passcode, (vault) => learnedFace.removeAlternate(vault, personId));
}

/** A new key and a new transform of the stored vectors: what was copied before is worth nothing. */
export async function renewFace(latch: LatchState, { personId, passcode }: Payload<'renew-face'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  stopCapture(latch);
  return changeWithPasscode(latch, () => latch.world.vault.rotateKey(personId, passcode));
}

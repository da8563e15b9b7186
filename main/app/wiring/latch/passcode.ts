import type { Reply } from '../../../contract/ipc.ts';
import type { Unsealing, Vault } from '../../../vault/api.ts';
import type { PasscodeOutcome } from '../lock-keeper.ts';
import { done, refuse } from './replies.ts';
import { saveSettings } from './saving.ts';
import { show } from './showing.ts';
import { isLocked, type LatchState } from './state.ts';

/** Has a passcode checked by the vault, which unseals on the way: this person's, or anybody's where none is named. */
export async function checkPasscode(latch: LatchState, passcode: string, personId?: string): Promise<Reply> {
  return (await tryPasscode(latch, passcode, personId === undefined ? [] : [personId])).reply;
}

/** The same for the passcode of one of these people, anybody's where none is named, and whose it was. One try, however many are asked. */
export async function tryPasscode(
  latch: LatchState,
  passcode: string,
  personIds: readonly string[],
): Promise<{ reply: Reply; personId: string | undefined }> {
  let refused: Extract<Unsealing, { kind: 'refused' }> | undefined;
  let personId: string | undefined;
  const wasLocked = isLocked(latch);
  const { state } = latch.keeper;
  const isOtherCamera = state.kind === 'passcode-required' && state.reason === 'other-camera';
  const outcome = await latch.keeper.tryPasscode(async () => {
    const unsealing = await unseal(latch.world.vault, passcode, personIds);
    if (unsealing.kind === 'wrong-passcode') return 'wrong';
    if (unsealing.kind === 'refused') {
      refused = unsealing;
      return 'unchecked';
    }
    latch.damage = unsealing.records.kind === 'damaged' ? unsealing.records.sentence : undefined;
    if (wasLocked && isLocked(latch)) latch.entry = { by: 'passcode', wallMs: latch.world.clocks().wallMs };
    personId = unsealing.personId;
    return 'right';
  });
  if (outcome === 'right' && isOtherCamera) saveSettings(latch, { ...latch.settings, cameraPin: latch.pin });
  return { reply: outcome === 'unchecked' && refused !== undefined ? refused : outcomeReply(outcome), personId };
}

/** A change for which the vault itself asks for the passcode: the try counts as any other. */
export async function changeWithPasscode(latch: LatchState, change: () => ReturnType<Vault['changePasscode']>): Promise<Reply> {
  let reply: Reply = done;
  const outcome = await latch.keeper.tryPasscode(async () => {
    const changed = await change();
    if (changed.kind === 'refused') reply = changed;
    return changed.kind === 'done' ? 'right' : changed.kind === 'wrong-passcode' ? 'wrong' : 'unchecked';
  });
  show(latch);
  return outcome === 'right' || outcome === 'unchecked' ? reply : outcomeReply(outcome);
}

async function unseal(vault: Vault, passcode: string, personIds: readonly string[]): Promise<Unsealing> {
  if (personIds.length === 0) return vault.unsealWithPasscode(passcode);
  for (const personId of new Set(personIds)) {
    const unsealing = await vault.unsealWithPasscode(passcode, personId);
    if (unsealing.kind !== 'wrong-passcode') return unsealing;
  }
  return { kind: 'wrong-passcode' };
}

function outcomeReply(outcome: PasscodeOutcome): Reply {
  switch (outcome) {
    case 'right':
      return done;
    case 'wrong':
      return refuse('Wrong passcode');
    case 'waiting':
      return refuse('Wait a moment before the next try');
    case 'unchecked':
      return refuse('The passcode could not be checked');
  }
}

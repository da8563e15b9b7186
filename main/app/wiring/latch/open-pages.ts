import type { Payload, Reply } from '../../../contract/ipc.ts';
import { activityView } from '../activity.ts';
import { checkPasscode } from './passcode.ts';
import { notNow } from './replies.ts';
import { doneAndShown } from './showing.ts';
import { isInside, type LatchState } from './state.ts';

/** Opens the page of the log. */
export function showActivity(latch: LatchState): Reply {
  if (!isInside(latch)) return notNow;
  const reading = latch.world.vault.readLog();
  if (reading.kind === 'refused') return reading;
  latch.activity = activityView(reading);
  return doneAndShown(latch);
}

export function hideActivity(latch: LatchState): Reply {
  latch.activity = undefined;
  return doneAndShown(latch);
}

/** Opens the page of what the last looks measured, for their owner alone. */
export async function showInsight(latch: LatchState, { personId, passcode }: Payload<'show-insight'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  const checked = await checkPasscode(latch, passcode, personId);
  if (checked.kind === 'refused') return checked;
  if (!isInside(latch)) return notNow;
  latch.insightOf = personId;
  return doneAndShown(latch);
}

export function hideInsight(latch: LatchState): Reply {
  latch.insightOf = undefined;
  return doneAndShown(latch);
}

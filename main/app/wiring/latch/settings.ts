import type { IdleLockMinutes, Payload, Reply } from '../../../contract/ipc.ts';
import type { Settings } from '../stored-settings.ts';
import { useLocker } from './locking-report.ts';
import { look } from './looking.ts';
import { checkPasscode } from './passcode.ts';
import { notNow } from './replies.ts';
import { saveSettings } from './saving.ts';
import { doneAndShown, show } from './showing.ts';
import { cameraOf, isInside, isLocked, type LatchState } from './state.ts';

/** Who sits before the simulated camera. */
export function chooseSeat(latch: LatchState, { seat }: Payload<'choose-seat'>): Reply {
  if (cameraOf(latch)?.driver !== 'simulated') return notNow;
  latch.vision.takeSeat(seat);
  if (isLocked(latch)) look(latch);
  return doneAndShown(latch);
}

export function chooseCamera(latch: LatchState, { cameraId }: Payload<'choose-camera'>): Reply {
  if (!isInside(latch) || !latch.vision.cameras.some(({ id }) => id === cameraId)) return notNow;
  return saveSettings(latch, { ...latch.settings, cameraId });
}

export function chooseIdleLock(latch: LatchState, minutes: IdleLockMinutes): Reply {
  if (!isInside(latch)) return notNow;
  return saveSettings(latch, { ...latch.settings, idleLockMinutes: minutes });
}

export async function chooseMode(latch: LatchState, { mode, passcode }: Payload<'choose-mode'>): Promise<Reply> {
  if (!isInside(latch) || (mode === 'session' && !latch.modes.view().sessionOffered)) return notNow;
  const saved = await saveWithPasscode(latch, passcode, { lockMode: mode });
  if (saved.kind === 'done') latch.modes.choose(mode);
  return saved;
}

export async function choosePanicShortcut(latch: LatchState, { shortcut, passcode }: Payload<'choose-panic-shortcut'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  const saved = await saveWithPasscode(latch, passcode, { panicShortcut: shortcut });
  if (saved.kind === 'done') latch.panicFault = latch.world.outside?.registerPanic(shortcut);
  show(latch);
  return saved;
}

export async function chooseLockCommand(latch: LatchState, { command, passcode }: Payload<'choose-lock-command'>): Promise<Reply> {
  const { outside } = latch.world;
  if (!isInside(latch) || outside === undefined) return notNow;
  const reading = command.trim() === '' ? undefined : outside.readLockCommand(command);
  if (reading?.kind === 'refused') return reading;
  const saved = await saveWithPasscode(latch, passcode, { lockCommand: reading?.words });
  if (saved.kind === 'done') useLocker(latch);
  show(latch);
  return saved;
}

/** Asking for more takes no passcode. */
export function requireAttention(latch: LatchState): Reply {
  if (!isInside(latch)) return notNow;
  return saveSettings(latch, { ...latch.settings, attentionRequired: true });
}

export function waiveAttention(latch: LatchState, { passcode }: Payload<'waive-attention'>): Promise<Reply> {
  return isInside(latch) ? saveWithPasscode(latch, passcode, { attentionRequired: false }) : Promise.resolve(notNow);
}

/** Saves a choice that guards the screen, once the passcode was typed for it. */
async function saveWithPasscode(latch: LatchState, passcode: string, choice: Partial<Settings>): Promise<Reply> {
  const checked = await checkPasscode(latch, passcode);
  if (checked.kind === 'refused') return checked;
  if (!isInside(latch)) return notNow;
  return saveSettings(latch, { ...latch.settings, ...choice });
}

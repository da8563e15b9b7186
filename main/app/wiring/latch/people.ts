import type { Payload, Reply } from '../../../contract/ipc.ts';
import { readSettings } from '../stored-settings.ts';
import { beginEnrolment } from './enrolling.ts';
import { reportLocking } from './locking-report.ts';
import { changeWithPasscode, checkPasscode, tryPasscode } from './passcode.ts';
import { notNow } from './replies.ts';
import { doneAndShown } from './showing.ts';
import { isEnrolled, isInside, type LatchState } from './state.ts';

export function beginSetUp(latch: LatchState): Reply {
  if (latch.place.kind !== 'welcome') return notNow;
  latch.place = { kind: 'set-passcode' };
  return doneAndShown(latch);
}

/** The first person: from now on there is something to lock for. */
export async function setUp(latch: LatchState, { name, passcode }: Payload<'set-up'>): Promise<Reply> {
  if (latch.place.kind !== 'set-passcode' || isEnrolled(latch)) return notNow;
  const enrolled = await latch.world.vault.enrolPerson({ name, passcode, templates: [] });
  if (enrolled.kind === 'refused') return enrolled;
  latch.keeper.happen({ kind: 'enrolled' });
  reportLocking(latch);
  latch.entry = { by: 'set-up', wallMs: latch.world.clocks().wallMs };
  beginEnrolment(latch, enrolled.personId, name);
  return doneAndShown(latch);
}

export async function addPerson(latch: LatchState, { name, newPasscode, passcode }: Payload<'add-person'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  const checked = await checkPasscode(latch, passcode);
  if (checked.kind === 'refused') return checked;
  const enrolled = await latch.world.vault.enrolPerson({ name, passcode: newPasscode, templates: [] });
  if (enrolled.kind === 'refused') return enrolled;
  if (isInside(latch)) beginEnrolment(latch, enrolled.personId, name);
  return doneAndShown(latch);
}

export async function changePasscode(latch: LatchState, { personId, passcode, newPasscode }: Payload<'change-passcode'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  return changeWithPasscode(latch, () => latch.world.vault.changePasscode(personId, passcode, newPasscode));
}

export async function deletePerson(latch: LatchState, { personId, passcode }: Payload<'delete-person'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  const { vault } = latch.world;
  // Whoever set Facelatch up can take others out: those who forgot their passcode, and those who shall no longer come in.
  const [first] = vault.people();
  const { reply: checked } = await tryPasscode(latch, passcode, first === undefined ? [personId] : [personId, first.id]);
  if (checked.kind === 'refused') return checked;
  if (!isInside(latch)) return notNow;
  const deleted = vault.deletePerson(personId);
  if (deleted.kind === 'refused') return deleted;
  if (vault.people().length === 0) {
    latch.keeper.happen({ kind: 'nobody-enrolled' });
    latch.settings = readSettings(vault.readSettings());
    latch.place = { kind: 'welcome' };
    latch.world.outside?.report(undefined);
  }
  return doneAndShown(latch);
}

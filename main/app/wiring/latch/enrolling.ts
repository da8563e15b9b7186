import type { Appearance, Payload, Reply } from '../../../contract/ipc.ts';
import type { Observation } from '../../../contract/observation.ts';
import type { Preview } from '../../../contract/worker-messages.ts';
import * as enrolDesk from '../enrol-desk.ts';
import * as learnedFace from '../learned-face.ts';
import { stopCapture } from './near-miss-capture.ts';
import { checkPasscode } from './passcode.ts';
import { done, notNow } from './replies.ts';
import { saveSettings } from './saving.ts';
import { doneAndShown, show } from './showing.ts';
import { cameraOf, isInside, isLocked, type LatchState } from './state.ts';
import { changeFace } from './stored-face.ts';

/*
 * A face being set up: what people ask for, and what becomes of it frame by frame.
 */

export async function enrolAgain(latch: LatchState, { personId, passcode }: Payload<'enrol-again'>): Promise<Reply> {
  if (!isInside(latch)) return notNow;
  const checked = await checkPasscode(latch, passcode, personId);
  if (checked.kind === 'refused') return checked;
  const person = latch.world.vault.people().find(({ id }) => id === personId);
  if (!isInside(latch) || person?.name === undefined) return notNow;
  beginEnrolment(latch, personId, person.name);
  return doneAndShown(latch);
}

/** A second enrolment of somebody whose face is enrolled: with glasses, or a mask off. */
export function enrolAlternate(latch: LatchState, { personId, passcode }: Payload<'enrol-alternate'>): Promise<Reply> {
  return changeFace(latch, personId, passcode, (vault) => {
    const person = vault.people().find(({ id }) => id === personId);
    if (person?.name === undefined || learnedFace.faceView(vault, personId) === undefined) return notNow;
    beginEnrolment(latch, personId, person.name, 'alternate');
    return done;
  });
}

/** An enrolment that stopped begins anew, with whatever camera is there now. */
export function tryAgain(latch: LatchState): Reply {
  if (latch.place.kind !== 'enrol' || latch.place.desk.progress.kind !== 'stopped') return notNow;
  latch.vision.listCameras();
  return done;
}

export function askToLeave(latch: LatchState): Reply {
  if (latch.place.kind !== 'enrol' || isLocked(latch)) return notNow;
  leaveEnrolment(latch);
  return doneAndShown(latch);
}

/** Whoever calls this has had the passcode of this person typed. */
export function beginEnrolment(latch: LatchState, personId: string, personName: string, appearance: Appearance = 'usual'): void {
  stopCapture(latch);
  goOn(latch, enrolDesk.waitForCamera(personId, personName, appearance, latch.world.clocks().monotonicMs));
}

/** The thread or its cameras became known: an enrolment that waited for them goes on. */
export function goOnWithEnrolment(latch: LatchState): void {
  if (latch.place.kind !== 'enrol') return;
  const { desk } = latch.place;
  if (desk.progress.kind === 'waiting' || desk.progress.kind === 'stopped') goOn(latch, desk);
}

/** One frame, and its picture. */
export function observeEnrolment(
  latch: LatchState,
  desk: enrolDesk.EnrolDesk,
  observation: Observation,
  preview: Preview | undefined,
): void {
  const moved = enrolDesk.observeEnrolment(desk, observation, preview, latch.world.clocks().monotonicMs);
  latch.place = { kind: 'enrol', desk: moved };
  if (moved.progress.kind === 'complete') complete(latch, moved);
}

/** Camera or thread are gone: an enrolment under way says why it stopped. */
export function stopEnrolment(latch: LatchState, sentence: string): void {
  if (latch.place.kind !== 'enrol' || latch.place.desk.progress.kind === 'complete') return;
  latch.place = { kind: 'enrol', desk: enrolDesk.stopEnrolling(latch.place.desk, sentence) };
}

/** `stopped`: why, where it stopped by itself. */
export function leaveEnrolment(latch: LatchState, stopped?: string): void {
  latch.vision.stop();
  latch.vision.listCameras();
  latch.place = { kind: 'home', stopped };
}

/** Nobody goes on with an enrolment: it is left, so that the screen can lock itself again. */
export function leaveAbandonedEnrolment(latch: LatchState, nowMs: number): void {
  if (latch.place.kind !== 'enrol' || nowMs - latch.place.desk.movedOnAtMs <= enrolDesk.abandonedAfterMs) return;
  leaveEnrolment(latch, enrolDesk.abandonedBecause(latch.place.desk));
}

/** Whoever asks for something inside has read why an enrolment stopped; the next to open the lock has not. */
export function goOnInside(latch: LatchState): void {
  if (!isInside(latch) || latch.place.kind !== 'home' || latch.place.stopped === undefined) return;
  latch.place = { kind: 'home' };
  show(latch);
}

function goOn(latch: LatchState, desk: enrolDesk.EnrolDesk): void {
  const { state, cameras } = latch.vision;
  const camera = cameraOf(latch);
  if (state.kind === 'failed') {
    latch.place = { kind: 'enrol', desk: enrolDesk.stopEnrolling(desk, state.sentence) };
  } else if (state.kind === 'starting' || cameras.length === 0) {
    latch.place = { kind: 'enrol', desk };
  } else if (camera === undefined) {
    const absent = latch.vision.cameraState(latch.settings.cameraId);
    latch.place = { kind: 'enrol', desk: enrolDesk.stopEnrolling(desk, absent.kind === 'absent' ? absent.sentence : '') };
  } else {
    latch.place = { kind: 'enrol', desk: enrolDesk.startEnrolling(desk, state.model, latch.world.clocks().monotonicMs) };
    latch.vision.watch(camera, 'enrol');
  }
}

function complete(latch: LatchState, desk: enrolDesk.EnrolDesk): void {
  latch.vision.stop();
  const { vault, newId, clocks } = latch.world;
  const templates = enrolDesk.enrolledTemplates(desk, newId, clocks().wallMs);
  const replaced =
    desk.appearance === 'usual'
      ? vault.replaceTemplates(desk.personId, templates)
      : learnedFace.addAlternate(vault, desk.personId, templates);
  if (replaced.kind === 'refused') {
    latch.place = { kind: 'enrol', desk: enrolDesk.stopEnrolling(desk, replaced.sentence) };
    return;
  }
  latch.damage = undefined;
  const cameraId = latch.settings.cameraId ?? cameraOf(latch)?.id;
  saveSettings(latch, { ...latch.settings, cameraId, cameraPin: latch.pin });
}

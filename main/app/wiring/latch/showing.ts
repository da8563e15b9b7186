import type { InsightView } from '../../../contract/insight.ts';
import type { AppView, HomeView, LockedView, Reply, SeatsView } from '../../../contract/ipc.ts';
import { enrolView } from '../enrol-desk.ts';
import { lookNumbers } from '../look-numbers.ts';
import * as views from '../views.ts';
import { done } from './replies.ts';
import { cameraOf, hasAnyFace, isLocked, type LatchState, modelOf } from './state.ts';

/** What the windows show now. */
export function viewOf(latch: LatchState): AppView {
  if (latch.cover !== 'none' || isLocked(latch)) return lockedView(latch);
  switch (latch.place.kind) {
    case 'welcome':
    case 'set-passcode':
      return { kind: latch.place.kind };
    case 'enrol':
      return { ...enrolView(latch.place.desk), seats: seatsOf(latch) };
    case 'home':
      return homeView(latch);
  }
}

/** Hands the windows what they show, when that changed. A wait that only ran on is no change: windows count it down themselves. */
export function show(latch: LatchState): void {
  const view = viewOf(latch);
  const key = JSON.stringify(view, (name, value: unknown) =>
    name === 'rgba' ? latch.world.clocks().monotonicMs : name === 'passcodeWaitMs' ? value !== 0 : value,
  );
  if (key === latch.shown) return;
  latch.shown = key;
  latch.world.screens.show(view);
}

/** The reply to a request that was granted, once the windows show what came of it. */
export function doneAndShown(latch: LatchState): Reply {
  show(latch);
  return done;
}

function lockedView(latch: LatchState): LockedView {
  const { state } = latch.keeper;
  const modeSentence = views.modeSentence(latch.modes.view());
  const common = { kind: 'locked', refusals: latch.refusals, modeSentence, seats: seatsOf(latch) } as const;
  if (latch.cover === 'opening') return { ...common, phase: 'opening', sentence: 'Unlocked', tone: 'plain', passcodeWaitMs: 0 };
  return {
    ...common,
    phase: views.lockedPhase(state),
    tone: latch.notice?.tone ?? 'plain',
    sentence: views.lockedSentence(state, latch.notice, latch.look?.sentence, faceOf(latch)),
    passcodeWaitMs: latch.keeper.passcodeWaitMs(),
  };
}

function homeView(latch: LatchState): HomeView {
  const { vault } = latch.world;
  return {
    kind: 'home',
    unlockedBy: latch.entry.by,
    unlockedAtMs: latch.entry.wallMs,
    face: faceOf(latch),
    people: views.peopleView(vault, modelOf(latch)),
    camera: latch.vision.cameraState(latch.settings.cameraId),
    cameras: latch.vision.cameras,
    keyProtection: views.keyProtection(vault.protection()),
    idleLockMinutes: latch.settings.idleLockMinutes,
    attentionRequired: latch.settings.attentionRequired,
    activity: latch.activity,
    insight: insightView(latch),
    capturing: latch.learning.isCapturing,
    mode: latch.modes.view(),
    passcodeOwed: latch.keeper.hold !== undefined,
    enrolmentStopped: latch.place.kind === 'home' ? latch.place.stopped : undefined,
    panic: { chosen: latch.settings.panicShortcut, fault: latch.panicFault },
    locker: latch.locker,
  };
}

function insightView(latch: LatchState): InsightView | undefined {
  const personId = latch.insightOf;
  const person = latch.world.vault.people().find(({ id }) => id === personId);
  if (personId === undefined || person?.name === undefined) return undefined;
  return {
    personName: person.name,
    rules: lookNumbers(modelOf(latch), latch.settings.attentionRequired),
    looks: latch.insight.looksOf(personId),
  };
}

function seatsOf(latch: LatchState): SeatsView | undefined {
  return views.seatsView(cameraOf(latch), latch.vision.seat);
}

function faceOf(latch: LatchState): views.FaceState {
  const { vision } = latch;
  return views.faceState({
    visionFailure: vision.state.kind === 'failed' ? vision.state.sentence : undefined,
    camera: vision.cameraState(latch.settings.cameraId),
    cameraKnown: vision.cameras.length > 0,
    anyFace: hasAnyFace(latch),
    passcodeOwed: latch.keeper.hold !== undefined,
    damage: latch.damage,
  });
}

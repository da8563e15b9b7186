import { expect } from 'vitest';
import type { AppView, FaceView, HomeView } from '../../../main/contract/ipc.ts';
import type { Vault } from '../../../main/vault/api.ts';
import { type FaceObservation, faceObservation, pose, vectorOf } from '../identity/observations.ts';
import { type Bench, benchOn } from './surroundings.ts';

export const passcode = 'violet-harbour-41';
export const ownersFace = vectorOf(1);
export const strangersFace = vectorOf(2);

type Changes = Partial<Omit<FaceObservation, 'kind' | 'stamp'>>;

/** A head once around the ring and a half more, so that every bin is met. */
export function turnHead(bench: Bench, embedding = ownersFace): void {
  for (let frame = 0; frame < 4; frame++) {
    bench.pass(50);
    bench.observe(faceObservation(bench.nowMs(), { embedding }));
  }
  for (let angleDeg = 0; angleDeg < 720; angleDeg += 10) {
    const angle = (angleDeg * Math.PI) / 180;
    bench.pass(50);
    bench.observe(faceObservation(bench.nowMs(), { embedding, pose: pose(20 * Math.cos(angle), 14 * Math.sin(angle)) }));
  }
}

/** Ada, with passcode and face, at home. */
export async function enrolledBench(vault: Vault): Promise<Bench> {
  const bench = benchOn(vault);
  bench.visionReady();
  bench.latch.beginSetUp();
  expect(await bench.latch.setUp({ name: 'Ada', passcode })).toEqual({ kind: 'done' });
  turnHead(bench);
  expect(bench.latch.view()).toMatchObject({ kind: 'enrol', phase: 'complete' });
  bench.latch.leaveEnrolment();
  return bench;
}

/** Frames of one face, one every 60 ms. */
export function show(bench: Bench, embedding: Float32Array, frames: number, changes: Changes = {}): void {
  for (let frame = 0; frame < frames; frame++) {
    bench.pass(60);
    bench.observe(faceObservation(bench.nowMs(), { embedding, ...changes }));
  }
}

/** The screen locks and this face looks, until it is let in or refused; then the cover has gone where it goes. */
export function lookAtLock(bench: Bench, embedding: Float32Array, changes: Changes = {}): void {
  if (!bench.latch.isLocked) bench.latch.lockScreen();
  bench.latch.look();
  show(bench, embedding, 8, changes);
  bench.pass(6000);
  bench.latch.tick(0);
}

export function homeOf(bench: Bench): HomeView {
  const view: AppView = bench.latch.view();
  if (view.kind !== 'home') throw new Error(`the window shows ${view.kind}`);
  return view;
}

export function personId(bench: Bench): string {
  return homeOf(bench).people[0]?.id ?? '';
}

/** What settings say of Ada's face. */
export function faceOf(bench: Bench): FaceView {
  const details = homeOf(bench).people[0]?.details;
  if (details === undefined) throw new Error('no face is enrolled');
  return details;
}

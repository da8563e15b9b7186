import { describe, expect, it, vi } from 'vitest';
import { adaptationRulesOf } from '../../../main/identity/adaptation-rules.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { renewedVector } from '../../../main/identity/renewal.ts';
import type { Vault } from '../../../main/vault/api.ts';
import { near, vectorAt } from '../identity/learned.ts';
import { faceObservation } from '../identity/observations.ts';
import { newFolder, opened } from '../vault/build.ts';
import {
  enrolledBench,
  faceOf,
  homeOf,
  lookAtLock,
  ownersFace,
  passcode,
  personId,
  show,
  strangersFace,
  turnHead,
} from './house-of-one.ts';
import { type Bench, benchOn, model } from './surroundings.ts';

vi.mock('node:crypto', async (original) => (await import('../vault/cheap-scrypt.ts')).cheapScrypt(original));

const dayMs = 86_400_000;
const rules = adaptationRulesOf(model);
if (rules === undefined) throw new Error('no rules');

/** A face of the owner that is worth learning. */
const changed = (towards: number) => vectorAt(ownersFace, 0.6, towards);
/** One that nearly matches. */
const nearly = vectorAt(ownersFace, near, 1);

const learnedOf = (vault: Vault) =>
  vault.galleries().flatMap(({ templates }) => templates.filter(({ origin }) => origin.startsWith('learned')));

/** A look that nearly matches, at a screen locked for it. */
function nearMiss(bench: Bench): void {
  bench.latch.lockScreen();
  bench.latch.look();
  show(bench, nearly, 8);
  expect(bench.latch.isLocked).toBe(true);
}

async function typePasscode(bench: Bench): Promise<void> {
  expect(await bench.latch.unlockWithPasscode({ passcode })).toEqual({ kind: 'done' });
  bench.pass(1000);
}

describe('after a match', () => {
  it('learns how the owner looks now, once a day, and says so by its date', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    lookAtLock(bench, changed(1));
    expect(bench.latch.isLocked).toBe(false);
    expect(faceOf(bench)).toMatchObject({ learning: 'on', undoable: true, learned: [{ after: 'match', wallMs: expect.any(Number) }] });
    lookAtLock(bench, changed(2));
    expect(faceOf(bench).learned).toHaveLength(1);
    bench.pass(dayMs);
    bench.latch.tick(0);
    lookAtLock(bench, changed(2));
    expect(faceOf(bench).learned).toHaveLength(2);
    // What was learned opens for a face near to it.
    const only = vectorAt(ownersFace, 0.97, 1);
    expect(learnedOf(vault)).toHaveLength(2);
    lookAtLock(bench, only);
    expect(bench.latch.isLocked).toBe(false);
    expect(JSON.stringify(homeOf(bench).people)).not.toMatch(/distance|score|0\.\d/);
  });

  it('opens first and writes after, and a disk that is full costs the learning alone', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    const write = vi
      .spyOn(vault, 'writeAdaptation')
      .mockReturnValue({ kind: 'refused', sentence: 'The disk is full: nothing was changed.' });
    bench.latch.lockScreen();
    bench.latch.look();
    show(bench, changed(1), 3);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'opening' });
    expect(write).not.toHaveBeenCalled();
    bench.pass(1000);
    expect(write).toHaveBeenCalledTimes(1);
    expect(bench.covers.at(-1)).toBe('uncover');
    expect(faceOf(bench).learned).toEqual([]);
  });

  it('a bug in learning leaves the screen open and the lock as it was', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    vi.spyOn(vault, 'writeAdaptation').mockImplementation(() => {
      throw new Error('a bug');
    });
    bench.latch.lockScreen();
    bench.latch.look();
    show(bench, changed(1), 3);
    expect(() => bench.pass(1000)).toThrow('a bug');
    expect(bench.latch.isLocked).toBe(false);
    bench.latch.lockScreen();
    bench.latch.look();
    expect(() => show(bench, strangersFace, 8)).toThrow('a bug');
    expect(bench.latch.isLocked).toBe(true);
    bench.pass(5000);
    // The failed look counted all the same.
    expect(vault.readCounters()).toMatchObject({ counters: { failedLooks: 1 } });
  });

  it('closed again at once, nothing is learned: never while locked', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    bench.latch.lockScreen();
    bench.latch.look();
    show(bench, changed(1), 3);
    bench.latch.lock('suspend');
    bench.pass(1000);
    expect(learnedOf(vault)).toEqual([]);
  });

  it.each([
    ['seen in the dark, by infrared', { infrared: true as const }],
    ['with several faces in view', { faces: 2 }],
  ])('learns nothing from a look %s, although it opens', async (_, changes) => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    lookAtLock(bench, changed(1), changes);
    expect(bench.latch.isLocked).toBe(false);
    expect(learnedOf(vault)).toEqual([]);
    lookAtLock(bench, changed(1));
    expect(learnedOf(vault)).toHaveLength(1);
  });

  it('learns nothing from closed eyes where attention was switched off', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    await bench.latch.waiveAttention({ passcode });
    lookAtLock(bench, changed(1), { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } });
    expect(bench.latch.isLocked).toBe(false);
    expect(learnedOf(vault)).toEqual([]);
  });

  it('learns nothing right after a failed look, whoever it was', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    lookAtLock(bench, strangersFace);
    lookAtLock(bench, changed(1));
    expect(bench.latch.isLocked).toBe(false);
    expect(learnedOf(vault)).toEqual([]);
  });

  it('learns nothing for a day after five failed looks, over a restart as well', async () => {
    const folder = newFolder();
    const vault = opened(folder);
    const bench = await enrolledBench(vault);
    for (let failed = 0; failed < 5; failed++) lookAtLock(bench, strangersFace);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'passcode-required' });
    bench.latch.end();

    const again = opened(folder);
    const second = benchOn(again);
    second.visionReady();
    await typePasscode(second);
    second.pass(60_000);
    lookAtLock(second, changed(1));
    expect(second.latch.isLocked).toBe(false);
    expect(learnedOf(again)).toEqual([]);
    second.pass(dayMs);
    second.latch.tick(0);
    lookAtLock(second, changed(1));
    expect(learnedOf(again)).toHaveLength(1);
  });

  it('never learns while only the passcode counts: nobody looks then', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    bench.latch.lockNow();
    lookAtLock(bench, changed(1));
    expect(bench.latch.isLocked).toBe(true);
    await typePasscode(bench);
    expect(learnedOf(vault)).toEqual([]);
    expect(homeOf(bench).capturing).toBe(false);
  });

  it('learns from nobody but the owner of the face, and moves nobody by more than the rules allow', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    for (let day = 0; day < 5; day++) {
      lookAtLock(bench, vectorAt(ownersFace, 0.74, 100 + day));
      bench.pass(dayMs);
      bench.latch.tick(0);
      if (bench.latch.isLocked) await typePasscode(bench);
    }
    const { renewal, templates } = vault.galleries()[0] ?? {};
    if (renewal === undefined || templates === undefined) throw new Error('sealed');
    const core = renewedVector(ownersFace, renewal);
    expect(learnedOf(vault).length).toBeGreaterThan(1);
    for (const { vector } of learnedOf(vault)) expect(embeddingDistance(core, vector)).toBeLessThanOrEqual(rules.learn + 1e-5);
  });
});

describe('after a near miss', () => {
  it('and the passcode, takes a new capture and learns that, never the near miss itself', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    nearMiss(bench);
    expect(learnedOf(vault)).toEqual([]);
    await typePasscode(bench);
    expect(homeOf(bench).capturing).toBe(true);
    expect(bench.asked.at(-2)).toMatchObject({ kind: 'start', purpose: 'unlock', preview: false });
    expect(learnedOf(vault)).toEqual([]);
    const captured = vectorAt(ownersFace, 0.96, 1);
    show(bench, captured, 3);
    expect(homeOf(bench).capturing).toBe(false);
    expect(bench.asked.at(-1)).toEqual({ kind: 'stop' });
    expect(faceOf(bench).learned).toMatchObject([{ after: 'passcode' }]);
    const { renewal } = vault.galleries()[0] ?? {};
    if (renewal === undefined) throw new Error('sealed');
    expect(embeddingDistance(learnedOf(vault)[0]?.vector ?? new Float32Array(), renewedVector(captured, renewal))).toBeLessThan(1e-5);
    lookAtLock(bench, nearly);
    expect(bench.latch.isLocked).toBe(false);
  });

  it('without the passcode nothing is learned, whoever is let in after it', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    nearMiss(bench);
    bench.pass(5000);
    bench.latch.tick(0);
    bench.latch.look();
    show(bench, ownersFace, 4);
    bench.pass(1000);
    expect(bench.latch.isLocked).toBe(false);
    expect(homeOf(bench).capturing).toBe(false);
    show(bench, nearly, 10);
    expect(learnedOf(vault)).toEqual([]);
  });

  it.each<readonly [string, (bench: Bench) => unknown]>([
    ['a wrong passcode first', (bench) => bench.latch.unlockWithPasscode({ passcode: 'not-the-one' })],
    ['another lock', (bench) => bench.latch.lock('suspend')],
    ['a stranger in between', (bench) => [bench.pass(5000), bench.latch.tick(0), bench.latch.look(), show(bench, strangersFace, 8)]],
    ['more than twenty seconds', (bench) => bench.pass(20_500)],
  ])('%s: the passcode opens and no capture is taken', async (_, between) => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    nearMiss(bench);
    await between(bench);
    await typePasscode(bench);
    expect(homeOf(bench).capturing).toBe(false);
    show(bench, nearly, 10);
    expect(learnedOf(vault)).toEqual([]);
  });

  it('is none after three failed looks in a row, and none of a picture', async () => {
    const bench = await enrolledBench(opened(newFolder()));
    for (let failed = 0; failed < 2; failed++) lookAtLock(bench, strangersFace);
    bench.latch.look();
    show(bench, nearly, 8);
    await typePasscode(bench);
    expect(homeOf(bench).capturing).toBe(false);

    bench.latch.lockScreen();
    bench.latch.look();
    show(bench, nearly, 7, { liveness: { kind: 'spoof', score: 0, cues: [] } });
    show(bench, nearly, 1);
    await typePasscode(bench);
    expect(homeOf(bench).capturing).toBe(false);
  });

  it('is none while learning is off', async () => {
    const bench = await enrolledBench(opened(newFolder()));
    bench.latch.stopLearning({ personId: personId(bench) });
    nearMiss(bench);
    await typePasscode(bench);
    expect(homeOf(bench).capturing).toBe(false);
  });

  it.each<readonly [string, (bench: Bench) => unknown]>([
    ['another face', (bench) => show(bench, strangersFace, 1)],
    ['a picture', (bench) => show(bench, nearly, 1, { liveness: { kind: 'spoof', score: 0, cues: [] } })],
    ['thirty seconds without enough frames', (bench) => [bench.pass(31_000), bench.latch.tick(0)]],
    ['a lock', (bench) => bench.latch.lock('request')],
    ['learning switched off', (bench) => bench.latch.stopLearning({ personId: personId(bench) })],
    ['the camera unplugged', (bench) => bench.report({ kind: 'failed', sentence: 'Gone.' })],
    ['an enrolment', (bench) => bench.latch.enrolAgain({ personId: personId(bench), passcode })],
  ])('%s ends the capture: the camera stops and nothing is learned', async (_, end) => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    nearMiss(bench);
    await typePasscode(bench);
    show(bench, nearly, 2);
    expect(homeOf(bench).capturing).toBe(true);
    const watch = bench.lastWatch();
    await end(bench);
    const stopped = bench.asked.findLastIndex(({ kind }) => kind === 'stop');
    const started = bench.asked.findLastIndex((request) => request.kind === 'start' && request.look === watch);
    expect(stopped).toBeGreaterThan(started);
    for (let frame = 0; frame < 10; frame++) {
      bench.pass(60);
      bench.report({ kind: 'observation', look: watch, observation: faceObservation(bench.nowMs(), { embedding: nearly }) });
    }
    expect(learnedOf(vault)).toEqual([]);
  });

  it('a capture through another camera than the one enrolled with is none', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    const stream = (pin: string): void =>
      bench.report({
        kind: 'camera',
        look: bench.lastWatch(),
        state: { kind: 'streaming', camera: { id: 'simulated:0', driver: 'simulated', label: 'S' } },
        pin,
      });
    await bench.latch.enrolAgain({ personId: personId(bench), passcode });
    stream('serial-1');
    turnHead(bench);
    bench.latch.leaveEnrolment();
    bench.latch.lockScreen();
    bench.latch.look();
    stream('serial-1');
    show(bench, nearly, 8);
    await typePasscode(bench);
    expect(homeOf(bench).capturing).toBe(true);
    stream('serial-2');
    expect(homeOf(bench).capturing).toBe(false);
    show(bench, nearly, 5);
    expect(learnedOf(vault)).toEqual([]);
  });
});

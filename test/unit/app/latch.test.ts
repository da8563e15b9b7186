import { describe, expect, it, vi } from 'vitest';
import { Facelatch } from '../../../main/app/wiring/facelatch.ts';
import type { AppView } from '../../../main/contract/ipc.ts';
import type { Vault } from '../../../main/vault/api.ts';
import { faceObservation, pose } from '../identity/observations.ts';
import { newFolder, opened } from '../vault/build.ts';
import { bareWorld } from './bare-world.ts';
import { enrolledBench as enrolledOn, ownersFace, passcode, show, strangersFace, turnHead } from './house-of-one.ts';
import { type Bench, benchOn } from './surroundings.ts';

vi.mock('node:crypto', async (original) => (await import('../vault/cheap-scrypt.ts')).cheapScrypt(original));

const enrolledBench = (vault: Vault = opened(newFolder())): Promise<Bench> => enrolledOn(vault);

async function lockedBench(vault?: Vault): Promise<Bench> {
  const bench = await enrolledBench(vault);
  bench.latch.lockScreen();
  return bench;
}

/** The running watch's camera delivers, and says which device it is. */
function streamFrom(bench: Bench, pin: string): void {
  const camera = { id: 'simulated:0', driver: 'simulated', label: 'S' } as const;
  bench.report({ kind: 'camera', look: bench.lastWatch(), state: { kind: 'streaming', camera }, pin });
}

const isOpen = (bench: Bench): boolean => bench.covers.at(-1) === 'uncover';

describe('setting up', () => {
  it('leads from the welcome over passcode and ring to home, and stores the templates', async () => {
    const vault = opened(newFolder());
    const bench = benchOn(vault);
    expect(bench.latch.view()).toEqual({ kind: 'welcome' });
    bench.latch.beginSetUp();
    expect(bench.latch.view()).toEqual({ kind: 'set-passcode' });
    await bench.latch.setUp({ name: 'Ada', passcode });
    expect(bench.latch.view()).toMatchObject({ kind: 'enrol', phase: 'face-forward' });
    bench.visionReady();
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'start', purpose: 'enrol', preview: true });
    turnHead(bench);
    expect(bench.latch.view()).toMatchObject({ kind: 'enrol', phase: 'complete' });
    expect(bench.asked.at(-1)).toEqual({ kind: 'stop' });
    bench.latch.leaveEnrolment();
    expect(bench.latch.view()).toMatchObject({ kind: 'home', unlockedBy: 'set-up', face: { kind: 'ready' } });
    expect(vault.galleries()[0]?.templates.length).toBeGreaterThan(12);
  });

  it('shows the ring as in a mirror: a face turned to image right fills the left', async () => {
    const bench = benchOn(opened(newFolder()));
    bench.visionReady();
    bench.latch.beginSetUp();
    await bench.latch.setUp({ name: 'Ada', passcode });
    for (let frame = 0; frame < 4; frame++) {
      bench.pass(50);
      bench.observe(faceObservation(bench.nowMs(), { embedding: ownersFace }));
    }
    bench.pass(50);
    bench.observe(faceObservation(bench.nowMs(), { embedding: ownersFace, pose: pose(25, 0) }));
    const filled = (view: AppView) => (view.kind === 'enrol' ? view.bins.filter((bin) => bin.filledFirst).map((bin) => bin.angleDeg) : []);
    expect(filled(bench.latch.view())).toEqual([270]);
    bench.pass(50);
    bench.observe(faceObservation(bench.nowMs(), { embedding: ownersFace, pose: pose(0, 20) }));
    expect(filled(bench.latch.view()).sort()).toEqual([0, 270]);
  });

  it('says what is missing, and begins by itself once it is there', async () => {
    const bench = benchOn(opened(newFolder()));
    bench.report({ kind: 'failed', sentence: 'The network sface.onnx is missing.' });
    bench.latch.onVisionDeath();
    bench.latch.beginSetUp();
    await bench.latch.setUp({ name: 'Ada', passcode });
    expect(bench.latch.view()).toMatchObject({ kind: 'enrol', phase: 'stopped', hint: 'The network sface.onnx is missing.' });
    bench.visionReady();
    expect(bench.latch.view()).toMatchObject({ kind: 'enrol', phase: 'face-forward' });
  });

  it('lets nobody set up a second time over somebody enrolled', async () => {
    const bench = await enrolledBench();
    bench.latch.beginSetUp();
    expect((await bench.latch.setUp({ name: 'Eve', passcode: 'evil-passcode' })).kind).toBe('refused');
  });

  it('leaves an enrolment that nobody goes on with, so that the screen can lock itself', async () => {
    const bench = benchOn(opened(newFolder()));
    bench.visionReady();
    bench.latch.beginSetUp();
    await bench.latch.setUp({ name: 'Ada', passcode });
    for (let second = 0; second < 200; second++) {
      bench.pass(1000);
      bench.latch.tick(0);
    }
    const stopped = expect.stringMatching(/stopped after three minutes without progress\. Nothing of it was saved\.$/);
    expect(bench.latch.view()).toMatchObject({ kind: 'home', enrolmentStopped: stopped });

    // Nobody was there to read it: the screen locks itself, and whoever opens it reads it then.
    bench.pass(300_000);
    bench.latch.tick(300_000);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked' });
    bench.latch.goOn();
    await bench.latch.unlockWithPasscode({ passcode });
    bench.pass(2000);
    expect(bench.latch.view()).toMatchObject({ kind: 'home', enrolmentStopped: stopped });
    bench.latch.goOn();
    expect(bench.latch.view()).toMatchObject({ kind: 'home', enrolmentStopped: undefined });
  });

  it.each(['choose-idle-lock', 'go-on'] as const)('no longer says why it left an enrolment after a request to %s', async (channel) => {
    let monotonicMs = 0;
    const facelatch = new Facelatch({
      ...bareWorld,
      clocks: () => ({ monotonicMs, wallMs: monotonicMs }),
      openVault: () => ({ kind: 'opened', vault: opened(newFolder()) }),
      forgetVault: () => undefined,
      screens: { cover: () => undefined, uncover: () => undefined, show: () => undefined },
    });
    const handlers = facelatch.handlers();
    await handlers['begin-set-up']({}, 1);
    await handlers['set-up']({ name: 'Ada', passcode }, 1);
    monotonicMs = 181_000;
    facelatch.latch?.tick(0);
    expect(facelatch.view()).toMatchObject({ kind: 'home', enrolmentStopped: expect.any(String) });
    await (channel === 'go-on' ? handlers[channel]({}, 1) : handlers[channel]({ minutes: 5 }, 1));
    expect(facelatch.view()).toMatchObject({ kind: 'home', enrolmentStopped: undefined });
  });

  it('says nothing of an enrolment that is complete and left at its last page', async () => {
    const bench = benchOn(opened(newFolder()));
    bench.visionReady();
    bench.latch.beginSetUp();
    await bench.latch.setUp({ name: 'Ada', passcode });
    turnHead(bench);
    expect(bench.latch.view()).toMatchObject({ kind: 'enrol', phase: 'complete' });
    for (let second = 0; second < 200; second++) {
      bench.pass(1000);
      bench.latch.tick(0);
    }
    expect(bench.latch.view()).toMatchObject({ kind: 'home', enrolmentStopped: undefined, people: [{ face: 'enrolled' }] });
  });
});

describe('looking', () => {
  it('opens for the owner, shows the open padlock and then takes the cover away', async () => {
    const bench = await lockedBench();
    expect(bench.covers).toEqual(['cover']);
    bench.latch.look();
    expect(bench.asked.at(-1)).toMatchObject({ kind: 'start', purpose: 'unlock', preview: false });
    show(bench, ownersFace, 4);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'opening' });
    expect(bench.covers).toEqual(['cover']);
    bench.pass(1000);
    expect(bench.covers).toEqual(['cover', 'uncover']);
    expect(bench.latch.view()).toMatchObject({ kind: 'home', unlockedBy: 'face' });
  });

  it('does not open on one frame', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    show(bench, ownersFace, 1);
    expect(bench.latch.isLocked).toBe(true);
  });

  it('refuses a stranger with one sentence, and after five looks asks for the passcode, whoever looks then', async () => {
    const bench = await lockedBench();
    for (let refused = 1; refused <= 5; refused++) {
      bench.latch.look();
      show(bench, strangersFace, 8);
      expect(bench.latch.view()).toMatchObject({ kind: 'locked', sentence: 'Face not recognised', refusals: refused });
      bench.pass(5000);
      bench.latch.tick(0);
    }
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'passcode-required', sentence: expect.stringMatching(/Too many/) });
    bench.latch.look();
    show(bench, ownersFace, 20);
    expect(bench.latch.isLocked).toBe(true);
    expect(await bench.latch.unlockWithPasscode({ passcode })).toEqual({ kind: 'done' });
    bench.pass(1000);
    expect(isOpen(bench)).toBe(true);
  });

  it('counts no observation of an earlier watch', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    const earlier = bench.lastWatch() - 1;
    for (let frame = 0; frame < 10; frame++) {
      bench.pass(60);
      bench.report({ kind: 'observation', look: earlier, observation: faceObservation(bench.nowMs(), { embedding: ownersFace }) });
    }
    expect(bench.latch.isLocked).toBe(true);
  });

  it('counts no frame taken before the lock closed', async () => {
    const bench = await lockedBench();
    const beforeMs = bench.nowMs() - 500;
    bench.pass(10);
    bench.latch.look();
    for (let frame = 0; frame < 10; frame++) bench.observe(faceObservation(beforeMs + frame * 40, { embedding: ownersFace }));
    expect(bench.latch.isLocked).toBe(true);
  });

  it('looks again by itself when asked during a cool-down', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    show(bench, strangersFace, 8);
    bench.latch.look();
    const watch = bench.lastWatch();
    bench.pass(6000);
    bench.latch.tick(0);
    expect(bench.lastWatch()).toBe(watch + 1);
    show(bench, ownersFace, 4);
    expect(bench.latch.isLocked).toBe(false);
  });

  it('ends a look that finds nobody, and stays locked', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    for (let frame = 0; frame < 60; frame++) {
      bench.pass(200);
      bench.observe({ kind: 'no-face', stamp: { sequence: frame, capturedAtMs: bench.nowMs() } });
      if (frame % 5 === 0) bench.latch.tick(0);
      if (frame === 10) expect(bench.latch.view()).toMatchObject({ sentence: 'No face in view' });
    }
    expect(bench.asked.at(-1)).toEqual({ kind: 'stop' });
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'resting', refusals: 0 });
  });
});

describe('what breaks leaves it locked', () => {
  it('the vision thread dies in the middle of a look', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    show(bench, ownersFace, 2);
    bench.latch.onVisionDeath();
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'resting' });
    bench.visionReady();
    bench.latch.look();
    show(bench, ownersFace, 1);
    expect(bench.latch.isLocked).toBe(true);
    show(bench, ownersFace, 3);
    expect(bench.latch.isLocked).toBe(false);
  });

  it('the camera is lost in the middle of a look', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    bench.report({
      kind: 'camera',
      look: bench.lastWatch(),
      state: { kind: 'lost', camera: { id: 'simulated:0', driver: 'simulated', label: 'S' }, sentence: 'The camera was unplugged.' },
    });
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'resting', sentence: 'The camera was unplugged.' });
    expect((await bench.latch.unlockWithPasscode({ passcode })).kind).toBe('done');
  });

  it('another device in the place of the camera enrolled with opens only after the passcode, and that once', async () => {
    const bench = benchOn(opened(newFolder()));
    bench.visionReady();
    bench.latch.beginSetUp();
    await bench.latch.setUp({ name: 'Ada', passcode });
    streamFrom(bench, 'serial-1');
    turnHead(bench);
    bench.latch.leaveEnrolment();

    bench.latch.lockScreen();
    bench.latch.look();
    streamFrom(bench, 'serial-1');
    show(bench, ownersFace, 4);
    expect(bench.latch.isLocked).toBe(false);

    bench.latch.lockScreen();
    bench.latch.look();
    streamFrom(bench, 'serial-2');
    show(bench, ownersFace, 10);
    expect(bench.latch.isLocked).toBe(true);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', sentence: 'Another camera is connected: type your passcode' });
    expect((await bench.latch.unlockWithPasscode({ passcode })).kind).toBe('done');

    bench.latch.lockScreen();
    bench.latch.look();
    streamFrom(bench, 'serial-2');
    show(bench, ownersFace, 4);
    expect(bench.latch.isLocked).toBe(false);
  });

  it('the camera enrolled with is gone: no other one stands in for it', async () => {
    const bench = await lockedBench();
    bench.report({ kind: 'cameras', cameras: [{ id: 'other:1', driver: 'openni2', label: 'Another camera' }] });
    const started = bench.lastWatch();
    bench.latch.look();
    expect(bench.lastWatch()).toBe(started);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', sentence: 'Your camera is not connected.' });
  });

  it('a full disk: a face opens nothing, the passcode still does', async () => {
    const vault = opened(newFolder());
    const bench = await lockedBench(vault);
    bench.latch.look();
    vi.spyOn(vault, 'writeCounters').mockReturnValue({ kind: 'refused', sentence: 'The disk is full: nothing was changed.' });
    show(bench, ownersFace, 6);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'passcode-required' });
    expect((await bench.latch.unlockWithPasscode({ passcode })).kind).toBe('done');
    expect(bench.latch.isLocked).toBe(false);
  });

  it('the vault cannot tell whether a passcode is right', async () => {
    const vault = opened(newFolder());
    const bench = await lockedBench(vault);
    vi.spyOn(vault, 'unsealWithPasscode').mockResolvedValue({
      kind: 'refused',
      sentence: 'The disk reported an error: nothing was changed.',
    });
    expect(await bench.latch.unlockWithPasscode({ passcode })).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/disk/) });
    expect(bench.latch.isLocked).toBe(true);
  });

  it('the vault throws while a passcode is checked', async () => {
    const vault = opened(newFolder());
    const bench = await lockedBench(vault);
    vi.spyOn(vault, 'unsealWithPasscode').mockRejectedValueOnce(new Error('a bug'));
    await expect(bench.latch.unlockWithPasscode({ passcode })).rejects.toThrow('a bug');
    expect(bench.latch.isLocked).toBe(true);
    expect((await bench.latch.unlockWithPasscode({ passcode })).kind).toBe('done');
  });

  it('closed anew while a passcode is checked: what was unsealed is sealed again', async () => {
    const vault = opened(newFolder());
    const bench = await lockedBench(vault);
    bench.latch.lockNow();
    const checking = bench.latch.unlockWithPasscode({ passcode });
    bench.latch.lock('suspend');
    await checking;
    expect(bench.latch.isLocked).toBe(true);
    expect(vault.galleries()).toEqual([]);
  });
});

describe('locking', () => {
  it('locks after the chosen minutes without anybody, reckoned from the unlock at the earliest', async () => {
    const bench = await lockedBench();
    bench.pass(20 * 60_000);
    bench.latch.look();
    show(bench, ownersFace, 4);
    bench.pass(1000);
    bench.latch.tick(21 * 60_000);
    expect(bench.latch.isLocked).toBe(false);
    bench.pass(5 * 60_000);
    bench.latch.tick(26 * 60_000);
    expect(bench.latch.isLocked).toBe(true);
  });

  it('never locks by itself when that is chosen', async () => {
    const bench = await enrolledBench();
    expect(bench.latch.chooseIdleLock(0)).toEqual({ kind: 'done' });
    bench.pass(60 * 60_000);
    bench.latch.tick(60 * 60_000);
    expect(bench.latch.isLocked).toBe(false);
  });

  it('closes again at once when asked during the opening', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    show(bench, ownersFace, 4);
    bench.latch.lock('suspend');
    bench.pass(2000);
    expect(bench.covers.at(-1)).toBe('cover');
    expect(bench.latch.view()).toMatchObject({ kind: 'locked' });
  });

  it('ends an enrolment under way', async () => {
    const bench = await enrolledBench();
    const [person] = bench.latch.view().kind === 'home' ? (bench.latch.view() as Extract<AppView, { kind: 'home' }>).people : [];
    await bench.latch.enrolAgain({ personId: person?.id ?? '', passcode });
    expect(bench.latch.view().kind).toBe('enrol');
    bench.latch.lock('suspend');
    expect(bench.latch.view().kind).toBe('locked');
    turnHead(bench);
    expect(bench.latch.isLocked).toBe(true);
  });

  it('tells a locked screen nothing of people, faces or scores', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    show(bench, strangersFace, 8);
    const shown = JSON.stringify(bench.views.filter((view) => view.kind === 'locked'));
    expect(shown.length).toBeGreaterThan(200);
    expect(shown).not.toMatch(/Ada|distance|embedding|template|score|0\.\d/);
  });

  it('a lock without a face asks for the passcode at once', async () => {
    const bench = benchOn(opened(newFolder()));
    bench.visionReady();
    bench.latch.beginSetUp();
    await bench.latch.setUp({ name: 'Ada', passcode });
    bench.latch.leaveEnrolment();
    bench.latch.lockScreen();
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'passcode-required' });
  });
});

describe('a passer-by at an open screen', () => {
  it('changes nothing without the passcode, and every try counts', async () => {
    const bench = await enrolledBench();
    const view = bench.latch.view();
    const personId = view.kind === 'home' ? (view.people[0]?.id ?? '') : '';
    const tries = [
      await bench.latch.enrolAgain({ personId, passcode: 'guess-1' }),
      await bench.latch.deletePerson({ personId, passcode: 'guess-2' }),
      await bench.latch.addPerson({ name: 'Eve', newPasscode: 'evil-passcode', passcode: 'guess-3' }),
      await bench.latch.changePasscode({ personId, passcode: 'guess-4', newPasscode: 'evil-passcode' }),
      await bench.latch.deletePerson({ personId, passcode }),
    ];
    expect(tries.map((reply) => (reply.kind === 'refused' ? reply.sentence : 'done'))).toEqual([
      'Wrong passcode',
      'Wrong passcode',
      'Wrong passcode',
      'Wrong passcode',
      'Wait a moment before the next try',
    ]);
    expect(bench.latch.view()).toMatchObject({ kind: 'home', people: [{ name: 'Ada', face: 'enrolled' }] });
  });
});

describe('without a guardian', () => {
  it('closes an open screen, and only the passcode opens it', async () => {
    const bench = await enrolledBench();
    bench.latch.onGuardianGivenUp();
    expect(bench.covers.at(-1)).toBe('cover');
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'passcode-required' });
    bench.latch.look();
    show(bench, ownersFace, 20);
    expect(bench.latch.isLocked).toBe(true);
    expect(await bench.latch.unlockWithPasscode({ passcode })).toEqual({ kind: 'done' });
    expect(bench.latch.isLocked).toBe(false);
  });

  it('takes a look under way back and asks for the passcode', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    bench.latch.onGuardianGivenUp();
    show(bench, ownersFace, 20);
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'passcode-required' });
  });
});

describe('attention', () => {
  const asleep = { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } as const;

  /** Frames of the owner asleep. */
  function lookAsleep(bench: Bench): void {
    bench.latch.look();
    for (let frame = 0; frame < 20; frame++) {
      bench.pass(60);
      bench.observe(faceObservation(bench.nowMs(), { embedding: ownersFace, attention: asleep }));
    }
  }

  it('is required from the start: a sleeping owner opens nothing', async () => {
    const bench = await lockedBench();
    lookAsleep(bench);
    expect(bench.latch.isLocked).toBe(true);
  });

  it('can be waived with the passcode, also over a restart, and be required again without', async () => {
    const vault = opened(newFolder());
    const first = await enrolledBench(vault);
    expect(await first.latch.waiveAttention({ passcode: 'not-the-one' })).toMatchObject({ kind: 'refused' });
    expect(first.latch.view()).toMatchObject({ kind: 'home', attentionRequired: true });
    expect(await first.latch.waiveAttention({ passcode })).toEqual({ kind: 'done' });

    const second = benchOn(vault);
    second.visionReady();
    if (second.latch.isLocked) await second.latch.unlockWithPasscode({ passcode });
    second.pass(1000);
    expect(second.latch.view()).toMatchObject({ kind: 'home', attentionRequired: false });
    second.latch.lockScreen();
    lookAsleep(second);
    expect(second.latch.isLocked).toBe(false);

    second.pass(1000);
    expect(second.latch.requireAttention()).toEqual({ kind: 'done' });
    second.latch.lockScreen();
    lookAsleep(second);
    expect(second.latch.isLocked).toBe(true);
  });

  it('cannot be changed while locked', async () => {
    const bench = await lockedBench();
    expect(await bench.latch.waiveAttention({ passcode })).toMatchObject({ kind: 'refused' });
    expect(bench.latch.requireAttention()).toMatchObject({ kind: 'refused' });
    expect(bench.latch.isLocked).toBe(true);
  });
});

describe('the activity page', () => {
  const activityOf = (bench: Bench) => {
    const view = bench.latch.view();
    return view.kind === 'home' ? view.activity : undefined;
  };

  it('tells unlocks and refusals as sentences, newest first, and no name', async () => {
    const bench = await lockedBench();
    bench.latch.look();
    show(bench, strangersFace, 20);
    expect(await bench.latch.unlockWithPasscode({ passcode })).toEqual({ kind: 'done' });
    bench.pass(1000);
    expect(activityOf(bench)).toBeUndefined();
    expect(bench.latch.showActivity()).toEqual({ kind: 'done' });
    const activity = activityOf(bench);
    expect(activity?.warning).toBeUndefined();
    expect(activity?.entries.map(({ sentence }) => sentence).slice(0, 3)).toEqual([
      'Unlocked by passcode',
      'A face was refused',
      'Locked on request',
    ]);
    expect(JSON.stringify(activity)).not.toContain('Ada');
    bench.latch.hideActivity();
    expect(activityOf(bench)).toBeUndefined();
  });

  it('is not told while locked, and is closed by the lock', async () => {
    const bench = await enrolledBench();
    bench.latch.showActivity();
    bench.latch.lockScreen();
    expect(bench.latch.showActivity()).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(bench.views.at(-1))).not.toContain('Locked on request');
    await bench.latch.unlockWithPasscode({ passcode });
    bench.pass(1000);
    expect(bench.latch.view()).toMatchObject({ kind: 'home' });
    expect(activityOf(bench)).toBeUndefined();
  });
});

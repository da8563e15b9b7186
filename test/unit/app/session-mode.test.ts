import { describe, expect, it, vi } from 'vitest';
import type { Outside } from '../../../main/app/wiring/latch/surroundings.ts';
import type { AppView } from '../../../main/contract/ipc.ts';
import type { Template } from '../../../main/identity/template.ts';
import type { LockingReport } from '../../../main/session/locking-report.ts';
import type { SessionOutcome } from '../../../main/session/logind.ts';
import type { Vault } from '../../../main/vault/api.ts';
import { faceObservation, vectorOf } from '../identity/observations.ts';
import { newFolder, opened } from '../vault/build.ts';
import { type Bench, benchOn, model } from './surroundings.ts';

vi.mock('node:crypto', async (original) => (await import('../vault/cheap-scrypt.ts')).cheapScrypt(original));

const passcode = 'violet-harbour-41';
const ownersFace = vectorOf(1);
const strangersFace = vectorOf(2);
const owners: Template = { id: 'o', origin: 'enrolled', model, vector: ownersFace, yawDeg: 0, pitchDeg: 0, createdAtMs: 0 };

/** The desktop's locker, which does what it is asked unless a test says otherwise. */
class FakeDesktop {
  readonly asked: string[] = [];
  locked = false;
  answer: SessionOutcome = { kind: 'done' };
  bench: Bench | undefined;

  readonly logind = {
    lock: () => this.#take('Lock', true),
    unlock: () => this.#take('Unlock', false),
  };

  #take(asked: string, locked: boolean): Promise<SessionOutcome> {
    this.asked.push(asked);
    if (this.answer.kind === 'done') this.becomes(locked);
    return Promise.resolve(this.answer);
  }

  /** The locker closes or opens, by itself or asked, and logind tells of it. */
  becomes(locked: boolean): void {
    this.locked = locked;
    this.bench?.latch.onLogind({ kind: 'locked', locked });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Somebody enrolled, session mode chosen, the screen open. */
async function sessionBench(
  vault: Vault = opened(newFolder()),
  outside?: Outside,
): Promise<{ bench: Bench; desktop: FakeDesktop; vault: Vault }> {
  const desktop = new FakeDesktop();
  await vault.enrolPerson({ name: 'Ada', passcode, templates: [owners] });
  const wallMs = Date.UTC(2026, 5, 1, 11);
  const times = { lastPasscodeWallMs: wallMs, lastUnlockWallMs: wallMs, highestWallMs: wallMs };
  vault.writeCounters({ failedLooks: 0, wrongPasscodes: 0, ...times, locked: false, bootId: 'boot-1' });
  vault.writeSettings({ idleLockMinutes: 5, lockMode: 'session' });
  const bench = benchOn(vault, {
    system: { locker: { kind: 'answers', logind: desktop.logind }, locked: false },
    ...(outside && { outside }),
  });
  desktop.bench = bench;
  bench.visionReady();
  if (homeOf(bench).passcodeOwed) await bench.latch.givePasscode({ passcode });
  return { bench, desktop, vault };
}

function homeOf(bench: Bench): Extract<AppView, { kind: 'home' }> {
  const view = bench.latch.view();
  if (view.kind !== 'home') throw new Error(`shows ${view.kind}`);
  return view;
}

/** Hands off for three seconds, then on: what wakes the look behind the desktop's locker. */
function handsComeBack(bench: Bench): void {
  bench.pass(3_000);
  bench.latch.tick(3_000);
  bench.pass(1_000);
  bench.latch.tick(100);
}

function look(bench: Bench, embedding: Float32Array, frames: number): void {
  for (let frame = 0; frame < frames; frame++) {
    bench.pass(60);
    bench.observe(faceObservation(bench.nowMs(), { embedding }));
  }
}

describe('session mode', () => {
  it('locks by the desktop’s locker and opens it for the owner, without a window of ours', async () => {
    const { bench, desktop } = await sessionBench();
    bench.latch.lockScreen();
    expect(desktop.asked).toEqual(['Lock']);
    await settled();
    expect(bench.covers).toEqual(['cover', 'uncover']);
    handsComeBack(bench);
    look(bench, ownersFace, 4);
    expect(desktop.asked).toEqual(['Lock', 'Unlock']);
    await settled();
    expect(desktop.locked).toBe(false);
    expect(homeOf(bench)).toMatchObject({ unlockedBy: 'face', mode: { on: 'session' } });
  });

  it('never asks logind to unlock for a stranger, and after five of them not for the owner either', async () => {
    const { bench, desktop } = await sessionBench();
    bench.latch.lockScreen();
    await settled();
    for (let round = 0; round < 7; round++) {
      handsComeBack(bench);
      look(bench, strangersFace, 12);
      bench.pass(6_000);
    }
    handsComeBack(bench);
    look(bench, ownersFace, 10);
    expect(desktop.asked).toEqual(['Lock']);
    expect(bench.latch.isLocked).toBe(true);
  });

  it('counts no frame of before the lock', async () => {
    const { bench, desktop } = await sessionBench();
    const beforeMs = bench.nowMs() - 500;
    bench.latch.lockScreen();
    await settled();
    handsComeBack(bench);
    for (let frame = 0; frame < 10; frame++) bench.observe(faceObservation(beforeMs + frame * 40, { embedding: ownersFace }));
    expect(desktop.asked).toEqual(['Lock']);
  });

  it('does not open for the one who locked and has not let go of the keys yet', async () => {
    const { bench, desktop } = await sessionBench();
    bench.latch.lockScreen();
    await settled();
    for (let second = 0; second < 10; second++) {
      bench.pass(1_000);
      bench.latch.tick(100);
    }
    expect(bench.latch.view()).toMatchObject({ phase: 'resting' });
    expect(desktop.asked).toEqual(['Lock']);
  });

  it('a refused unlock leaves it locked, and says so once somebody is in', async () => {
    const { bench, desktop } = await sessionBench();
    bench.latch.lockScreen();
    await settled();
    desktop.answer = { kind: 'refused', sentence: "The desktop's screen locker did not open: type its password." };
    handsComeBack(bench);
    look(bench, ownersFace, 4);
    await settled();
    expect(bench.latch.isLocked).toBe(true);
    expect(desktop.locked).toBe(true);
    desktop.becomes(false);
    expect(bench.latch.isLocked).toBe(false);
    expect(homeOf(bench)).toMatchObject({ unlockedBy: 'system', mode: { sentence: expect.stringContaining('did not open') } });
  });

  it('follows a desktop that locks by itself and is opened by its own password', async () => {
    const { bench, desktop } = await sessionBench();
    desktop.becomes(true);
    expect(bench.latch.isLocked).toBe(true);
    expect(bench.covers).toEqual([]);
    desktop.becomes(false);
    expect(homeOf(bench)).toMatchObject({ unlockedBy: 'system', passcodeOwed: false });
    expect(desktop.asked).toEqual([]);
  });

  it('after panic the desktop’s password opens the desktop, and a face nothing until the passcode was typed', async () => {
    const { bench, desktop, vault } = await sessionBench();
    bench.latch.panic();
    await settled();
    expect(desktop.asked).toEqual(['Lock']);
    expect(vault.galleries()).toEqual([]);
    desktop.becomes(false);
    expect(homeOf(bench)).toMatchObject({ passcodeOwed: true, face: { kind: 'off' } });

    bench.latch.lockScreen();
    await settled();
    handsComeBack(bench);
    look(bench, ownersFace, 10);
    expect(bench.latch.isLocked).toBe(true);
    desktop.becomes(false);

    expect(await bench.latch.givePasscode({ passcode: 'not-the-one' })).toMatchObject({ kind: 'refused' });
    expect(await bench.latch.givePasscode({ passcode })).toEqual({ kind: 'done' });
    expect(homeOf(bench)).toMatchObject({ passcodeOwed: false, face: { kind: 'ready' } });
  });

  it('covers by itself where the desktop has no locker that listens, and says so on the lock screen and inside', async () => {
    const { bench, desktop } = await sessionBench();
    desktop.answer = { kind: 'refused', sentence: 'No screen locker of this desktop answered logind.' };
    bench.latch.lockScreen();
    expect(bench.covers).toEqual(['cover']);
    await settled();
    expect(bench.covers.at(-1)).toBe('cover');
    const sentence = 'Cover mode instead of session mode. No screen locker of this desktop answered logind.';
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', modeSentence: sentence });
    await bench.latch.unlockWithPasscode({ passcode });
    bench.pass(1_000);
    expect(bench.covers.at(-1)).toBe('uncover');
    expect(homeOf(bench).mode).toMatchObject({ on: 'cover', chosen: 'session' });
  });

  it('covers when logind vanishes while locked, and no word of it opens anything then', async () => {
    const { bench, desktop } = await sessionBench();
    bench.latch.lockScreen();
    await settled();
    bench.latch.onLogind({ kind: 'lost' });
    expect(bench.covers.at(-1)).toBe('cover');
    desktop.becomes(false);
    expect(bench.latch.isLocked).toBe(true);
    expect(bench.latch.view()).toMatchObject({ modeSentence: expect.stringContaining('logind no longer answers') });
    expect((await bench.latch.unlockWithPasscode({ passcode })).kind).toBe('done');
  });

  it('is chosen with the passcode alone, and only where logind answers', async () => {
    const { bench, vault } = await sessionBench();
    expect(await bench.latch.chooseMode({ mode: 'cover', passcode: 'not-the-one' })).toMatchObject({ kind: 'refused' });
    expect(homeOf(bench).mode.on).toBe('session');
    expect(await bench.latch.chooseMode({ mode: 'cover', passcode })).toEqual({ kind: 'done' });
    expect(homeOf(bench).mode.on).toBe('cover');
    const elsewhere = benchOn(vault);
    elsewhere.visionReady();
    if (elsewhere.latch.isLocked) await elsewhere.latch.unlockWithPasscode({ passcode });
    elsewhere.pass(1_000);
    expect(homeOf(elsewhere).mode).toMatchObject({ sessionOffered: false });
    expect(await elsewhere.latch.chooseMode({ mode: 'session', passcode })).toMatchObject({ kind: 'refused' });
  });
});

describe('sleep and the lid, in both modes', () => {
  it.each(['session', 'cover'] as const)('%s mode: closed before sleep, and the look begins after it with new frames', async (mode) => {
    const { bench } = await sessionBench();
    await bench.latch.chooseMode({ mode, passcode });
    bench.latch.onLogind({ kind: 'sleep', starting: true });
    await settled();
    expect(bench.latch.isLocked).toBe(true);
    expect(bench.latch.isClosed(mode === 'cover')).toBe(true);
    const beforeMs = bench.nowMs();
    bench.pass(60_000);
    bench.latch.onLogind({ kind: 'sleep', starting: false });
    for (let frame = 0; frame < 10; frame++) bench.observe(faceObservation(beforeMs - 400 + frame * 40, { embedding: ownersFace }));
    expect(bench.latch.isLocked).toBe(true);
    look(bench, ownersFace, 4);
    expect(bench.latch.isLocked).toBe(false);
  });

  it('is not closed, so that sleep waits, while our cover is not on every display', async () => {
    const { bench } = await sessionBench();
    await bench.latch.chooseMode({ mode: 'cover', passcode });
    expect(bench.latch.isClosed(true)).toBe(false);
    bench.latch.onLogind({ kind: 'lid', closed: true });
    expect(bench.latch.isClosed(false)).toBe(false);
    expect(bench.latch.isClosed(true)).toBe(true);
  });
});

describe('what the owner chooses outside of the windows', () => {
  class FakeOutside implements Outside {
    readonly registered: string[] = [];
    readonly used: (readonly string[] | undefined)[] = [];
    readonly reports: LockingReport[] = [];
    fault: string | undefined;
    registerPanic(shortcut: string) {
      this.registered.push(shortcut);
      return this.fault;
    }
    readLockCommand(text: string) {
      return text.includes(';') ? ({ kind: 'refused', sentence: 'No.' } as const) : ({ kind: 'command', words: text.split(' ') } as const);
    }
    useLocker(words: readonly string[] | undefined) {
      this.used.push(words);
      return { command: words?.join(' ') ?? '', sentence: 'loginctl' };
    }
    report(report: LockingReport) {
      this.reports.push(report);
    }
  }

  it('a shortcut that the system does not give is told, and another is taken with the passcode', async () => {
    const outside = new FakeOutside();
    outside.fault = 'Another program has it.';
    const { bench } = await sessionBench(opened(newFolder()), outside);
    expect(homeOf(bench).panic).toMatchObject({ fault: 'Another program has it.' });
    expect(await bench.latch.choosePanicShortcut({ shortcut: 'off', passcode: 'not-the-one' })).toMatchObject({ kind: 'refused' });
    expect(outside.registered).toHaveLength(1);
    outside.fault = undefined;
    await bench.latch.choosePanicShortcut({ shortcut: 'CommandOrControl+Alt+Shift+F12', passcode });
    expect(outside.registered.at(-1)).toBe('CommandOrControl+Alt+Shift+F12');
    expect(homeOf(bench).panic).toEqual({ chosen: 'CommandOrControl+Alt+Shift+F12', fault: undefined });
  });

  it('an own lock command is judged, asks for the passcode, is kept over a start and given up again', async () => {
    const outside = new FakeOutside();
    const vault = opened(newFolder());
    const { bench } = await sessionBench(vault, outside);
    expect(await bench.latch.chooseLockCommand({ command: 'a;b', passcode })).toEqual({ kind: 'refused', sentence: 'No.' });
    expect(await bench.latch.chooseLockCommand({ command: 'swaylock -f', passcode: 'not-the-one' })).toMatchObject({ kind: 'refused' });
    expect(outside.used).toEqual([undefined]);
    expect(await bench.latch.chooseLockCommand({ command: 'swaylock -f', passcode })).toEqual({ kind: 'done' });
    expect(homeOf(bench).locker.command).toBe('swaylock -f');
    expect(outside.reports.at(-1)).toMatchObject({ lockCommand: ['swaylock', '-f'], mode: 'session' });

    const again = new FakeOutside();
    const second = benchOn(vault, { outside: again });
    expect(again.used).toEqual([['swaylock', '-f']]);
    expect(again.registered).toHaveLength(1);
    await second.latch.unlockWithPasscode({ passcode });
    second.pass(1_000);
    expect(await second.latch.chooseLockCommand({ command: '  ', passcode })).toEqual({ kind: 'done' });
    expect(again.used.at(-1)).toBeUndefined();
  });

  it('nothing of it can be changed while locked', async () => {
    const { bench } = await sessionBench();
    bench.latch.lockScreen();
    await settled();
    for (const reply of [
      await bench.latch.chooseMode({ mode: 'cover', passcode }),
      await bench.latch.choosePanicShortcut({ shortcut: 'off', passcode }),
      await bench.latch.chooseLockCommand({ command: '', passcode }),
      await bench.latch.givePasscode({ passcode }),
    ]) {
      expect(reply).toMatchObject({ kind: 'refused' });
    }
    expect(bench.latch.isLocked).toBe(true);
  });
});

describe('panic', () => {
  it('closes an open screen, wipes what a face could be compared with, and takes no look', async () => {
    const { bench, vault } = await sessionBench();
    await bench.latch.chooseMode({ mode: 'cover', passcode });
    bench.latch.panic();
    expect(bench.covers.at(-1)).toBe('cover');
    expect(bench.latch.view()).toMatchObject({ kind: 'locked', phase: 'passcode-required' });
    expect(vault.galleries()).toEqual([]);
    bench.latch.look();
    look(bench, ownersFace, 10);
    expect(bench.latch.isLocked).toBe(true);
  });

  it('in the middle of a look ends it', async () => {
    const { bench } = await sessionBench();
    await bench.latch.chooseMode({ mode: 'cover', passcode });
    bench.latch.lockScreen();
    bench.latch.look();
    look(bench, ownersFace, 2);
    bench.latch.panic();
    look(bench, ownersFace, 6);
    expect(bench.latch.isLocked).toBe(true);
  });

  it('does nothing before anybody has a passcode', () => {
    const bench = benchOn(opened(newFolder()));
    bench.latch.panic();
    expect(bench.covers).toEqual([]);
    expect(bench.latch.view()).toEqual({ kind: 'welcome' });
  });
});

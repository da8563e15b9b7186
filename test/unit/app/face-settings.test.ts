import { describe, expect, it, vi } from 'vitest';
import type { Reply } from '../../../main/contract/ipc.ts';
import type { Vault } from '../../../main/vault/api.ts';
import { vectorAt } from '../identity/learned.ts';
import { newFolder, opened } from '../vault/build.ts';
import { enrolledBench, faceOf, homeOf, lookAtLock, ownersFace, passcode, personId, strangersFace, turnHead } from './house-of-one.ts';
import type { Bench } from './surroundings.ts';

vi.mock('node:crypto', async (original) => (await import('../vault/cheap-scrypt.ts')).cheapScrypt(original));

const dayMs = 86_400_000;
const others = 'copper-meadow-9';
/** The owner as the enrolment does not know them. */
const withGlasses = vectorAt(ownersFace, 1.2, 7);
const changed = (towards: number) => vectorAt(ownersFace, 0.6, towards);

const causes = (vault: Vault): readonly string[] => {
  const log = vault.readLog();
  return log.kind === 'intact' ? log.entries.flatMap(({ event }) => (event.kind === 'templates-changed' ? [event.cause] : [])) : [];
};

async function enrolGlasses(bench: Bench): Promise<void> {
  expect(await bench.latch.enrolAlternate({ personId: personId(bench), passcode })).toEqual({ kind: 'done' });
  expect(bench.latch.view()).toMatchObject({ kind: 'enrol', appearance: 'alternate' });
  turnHead(bench, withGlasses);
  expect(bench.latch.view()).toMatchObject({ kind: 'enrol', phase: 'complete' });
  bench.latch.leaveEnrolment();
}

/** Everything that settings do with a stored face, tried with a passcode. */
const guarded: readonly (readonly [string, (bench: Bench, id: string, typed: string) => Promise<Reply>])[] = [
  ['learning on', (bench, id, typed) => bench.latch.startLearning({ personId: id, passcode: typed })],
  ['take back', (bench, id, typed) => bench.latch.undoLearning({ personId: id, passcode: typed })],
  ['forget', (bench, id, typed) => bench.latch.forgetLearning({ personId: id, passcode: typed })],
  ['renew', (bench, id, typed) => bench.latch.renewFace({ personId: id, passcode: typed })],
  ['a second appearance', (bench, id, typed) => bench.latch.enrolAlternate({ personId: id, passcode: typed })],
  ['its removal', (bench, id, typed) => bench.latch.removeAlternate({ personId: id, passcode: typed })],
  ['the last looks', (bench, id, typed) => bench.latch.showInsight({ personId: id, passcode: typed })],
];

describe.each(guarded)('%s', (_, act) => {
  it("takes this person's own passcode: neither a wrong one nor another person's will do", async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    await enrolGlasses(bench);
    lookAtLock(bench, changed(1));
    const id = personId(bench);
    await bench.latch.addPerson({ name: 'Grace', newPasscode: others, passcode });
    bench.latch.leaveEnrolment();
    const before = structuredClone(vault.adaptation(id));
    expect(await act(bench, id, 'not-the-one')).toEqual({ kind: 'refused', sentence: 'Wrong passcode' });
    expect(await act(bench, id, others)).toEqual({ kind: 'refused', sentence: 'Wrong passcode' });
    expect(vault.adaptation(id)).toEqual(before);
    expect(homeOf(bench).insight).toBeUndefined();
    expect(await act(bench, id, passcode)).toEqual({ kind: 'done' });
  });

  it('is refused while locked', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    const id = personId(bench);
    bench.latch.lockScreen();
    expect((await act(bench, id, passcode)).kind).toBe('refused');
    expect(bench.latch.isLocked).toBe(true);
    expect(bench.latch.stopLearning({ personId: id }).kind).toBe('refused');
    expect(vault.learning(id)).toBe('on');
  });
});

describe('learning', () => {
  it('is switched off without a passcode, and then nothing is learned until it is on again', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    expect(bench.latch.stopLearning({ personId: personId(bench) })).toEqual({ kind: 'done' });
    lookAtLock(bench, changed(1));
    expect(faceOf(bench)).toMatchObject({ learning: 'off', learned: [] });
    expect(await bench.latch.startLearning({ personId: personId(bench), passcode })).toEqual({ kind: 'done' });
    lookAtLock(bench, changed(1));
    expect(faceOf(bench)).toMatchObject({ learning: 'on', learned: [{}] });
  });

  it('is taken back one by one or all at once, and the log tells', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    for (const towards of [1, 2, 3]) {
      lookAtLock(bench, changed(towards));
      bench.pass(dayMs);
      bench.latch.tick(0);
      if (bench.latch.isLocked) await bench.latch.unlockWithPasscode({ passcode });
      bench.pass(1000);
    }
    const learned = faceOf(bench).learned.length;
    expect(learned).toBeGreaterThan(1);
    expect(await bench.latch.undoLearning({ personId: personId(bench), passcode })).toEqual({ kind: 'done' });
    expect(faceOf(bench).learned).toHaveLength(learned - 1);
    expect(await bench.latch.forgetLearning({ personId: personId(bench), passcode })).toEqual({ kind: 'done' });
    expect(faceOf(bench)).toMatchObject({ learned: [], undoable: false });
    expect(await bench.latch.undoLearning({ personId: personId(bench), passcode })).toMatchObject({ kind: 'refused' });
    expect(causes(vault).slice(-2)).toEqual(['undone', 'forgotten']);
  });
});

describe('a second appearance', () => {
  it('opens as the first does, until it is removed', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    lookAtLock(bench, withGlasses);
    expect(bench.latch.isLocked).toBe(true);
    await bench.latch.unlockWithPasscode({ passcode });
    bench.pass(1000);
    await enrolGlasses(bench);
    expect(faceOf(bench).alternateAtMs).toEqual(expect.any(Number));
    for (const face of [ownersFace, withGlasses]) {
      lookAtLock(bench, face);
      expect(bench.latch.isLocked).toBe(false);
    }
    lookAtLock(bench, strangersFace);
    expect(bench.latch.isLocked).toBe(true);
    bench.latch.look();
    lookAtLock(bench, ownersFace);
    expect(await bench.latch.removeAlternate({ personId: personId(bench), passcode })).toEqual({ kind: 'done' });
    expect(faceOf(bench).alternateAtMs).toBeUndefined();
    lookAtLock(bench, withGlasses);
    expect(bench.latch.isLocked).toBe(true);
    expect(causes(vault)).toEqual(['enrolled', 'alternate-added', 'alternate-removed']);
  });

  it('set up again takes the place of the one before, and a new enrolment forgets it', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    await enrolGlasses(bench);
    const once = vault.galleries()[0]?.templates.length;
    await enrolGlasses(bench);
    expect(vault.galleries()[0]?.templates.length).toBe(once);
    await bench.latch.enrolAgain({ personId: personId(bench), passcode });
    turnHead(bench);
    bench.latch.leaveEnrolment();
    expect(faceOf(bench).alternateAtMs).toBeUndefined();
  });

  it('needs a first one', async () => {
    const bench = await enrolledBench(opened(newFolder()));
    await bench.latch.addPerson({ name: 'Grace', newPasscode: others, passcode });
    bench.latch.leaveEnrolment();
    const grace = homeOf(bench).people.find(({ name }) => name === 'Grace');
    expect(await bench.latch.enrolAlternate({ personId: grace?.id ?? '', passcode: others })).toMatchObject({ kind: 'refused' });
    expect(bench.latch.view().kind).toBe('home');
  });
});

describe('a renewed face', () => {
  it('opens as before, and a copy of the vectors taken earlier is worth nothing', async () => {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    const stolen = structuredClone(vault.galleries()[0]?.templates) ?? [];
    expect(await bench.latch.renewFace({ personId: personId(bench), passcode })).toEqual({ kind: 'done' });
    lookAtLock(bench, ownersFace);
    expect(bench.latch.isLocked).toBe(false);
    bench.latch.lockScreen();
    for (const { vector } of stolen.slice(0, 3)) {
      bench.latch.look();
      lookAtLock(bench, vector);
      expect(bench.latch.isLocked).toBe(true);
    }
  });
});

describe('deleting a person', () => {
  async function adaAndGrace(): Promise<{ bench: Bench; ada: string; grace: string; names: () => readonly (string | undefined)[] }> {
    const vault = opened(newFolder());
    const bench = await enrolledBench(vault);
    const ada = personId(bench);
    bench.pass(5);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await bench.latch.addPerson({ name: 'Grace', newPasscode: others, passcode });
    bench.latch.leaveEnrolment();
    const grace = homeOf(bench).people.find(({ name }) => name === 'Grace')?.id ?? '';
    return { bench, ada, grace, names: () => vault.people().map(({ name }) => name) };
  }

  it('takes their own passcode: somebody who came later cannot take out whoever set Facelatch up', async () => {
    const { bench, ada, names } = await adaAndGrace();
    expect(await bench.latch.deletePerson({ personId: ada, passcode: others })).toEqual({ kind: 'refused', sentence: 'Wrong passcode' });
    expect(names()).toEqual(['Ada', 'Grace']);
    expect(await bench.latch.deletePerson({ personId: ada, passcode })).toEqual({ kind: 'done' });
    expect(names()).toEqual(['Grace']);
  });

  it('or that of whoever set Facelatch up, for those who forgot theirs or shall not come in any more', async () => {
    const { bench, grace, names } = await adaAndGrace();
    expect(await bench.latch.deletePerson({ personId: grace, passcode: 'not-the-one' })).toMatchObject({ kind: 'refused' });
    expect(await bench.latch.deletePerson({ personId: grace, passcode })).toEqual({ kind: 'done' });
    expect(names()).toEqual(['Ada']);
  });

  it('and a wrong passcode is one try, however many it was held against', async () => {
    const { bench, grace, names } = await adaAndGrace();
    for (let guess = 0; guess < 3; guess++) {
      expect(await bench.latch.deletePerson({ personId: grace, passcode: `guess-${guess}` })).toMatchObject({ sentence: 'Wrong passcode' });
    }
    expect(await bench.latch.deletePerson({ personId: grace, passcode: others })).toEqual({ kind: 'done' });
    expect(names()).toEqual(['Ada']);
  });
});

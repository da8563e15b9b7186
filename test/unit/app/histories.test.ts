import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { Observation } from '../../../main/contract/observation.ts';
import type { Template } from '../../../main/identity/template.ts';
import { openVault } from '../../../main/vault/vault.ts';
import { faceObservation, vectorOf } from '../identity/observations.ts';
import { newFolder, noKeystore } from '../vault/build.ts';
import { type Bench, benchOn, model } from './surroundings.ts';

vi.mock('node:crypto', async (original) => (await import('../vault/cheap-scrypt.ts')).cheapScrypt(original));

const rightPasscode = 'violet-harbour-41';

/** The face that `faceObservation` shows when nothing else is said. */
const ownersTemplate: Template = {
  id: 'owner-1',
  origin: 'enrolled',
  model,
  vector: vectorOf(1),
  yawDeg: 0,
  pitchDeg: 0,
  createdAtMs: 0,
};

type Happening = (bench: Bench, personId: string) => unknown;

const seen =
  (observation: (atMs: number) => Observation): Happening =>
  (bench) =>
    bench.observe(observation(bench.nowMs()));

/** Everything that may happen to a locked screen, short of the right passcode and the owner's live face. */
const happenings: Readonly<Record<string, Happening>> = {
  stranger: seen((atMs) => faceObservation(atMs, { embedding: vectorOf(99) })),
  photograph: seen((atMs) => faceObservation(atMs, { liveness: { kind: 'spoof', score: 0, cues: [] } })),
  'closed eyes': seen((atMs) => faceObservation(atMs, { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } })),
  'an old frame': seen((atMs) => faceObservation(atMs - 60_000)),
  'a frame of the future': seen((atMs) => faceObservation(atMs + 60_000)),
  nobody: seen((atMs) => ({ kind: 'no-face', stamp: { sequence: 1, capturedAtMs: atMs } })),
  'an unknown watch': (bench) => bench.report({ kind: 'observation', look: 10_000, observation: faceObservation(bench.nowMs()) }),
  'a wrong passcode': (bench) => bench.latch.unlockWithPasscode({ passcode: 'not-the-one' }),
  'the right passcode in the wrong place': (bench, personId) =>
    Promise.all([
      bench.latch.enrolAgain({ personId, passcode: rightPasscode }),
      bench.latch.deletePerson({ personId, passcode: rightPasscode }),
      bench.latch.addPerson({ name: 'Eve', newPasscode: 'evil-passcode', passcode: rightPasscode }),
      bench.latch.changePasscode({ personId, passcode: rightPasscode, newPasscode: 'evil-passcode' }),
      bench.latch.setUp({ name: 'Eve', passcode: 'evil-passcode' }),
      bench.latch.enrolAlternate({ personId, passcode: rightPasscode }),
      bench.latch.removeAlternate({ personId, passcode: rightPasscode }),
      bench.latch.startLearning({ personId, passcode: rightPasscode }),
      bench.latch.renewFace({ personId, passcode: rightPasscode }),
      bench.latch.showInsight({ personId, passcode: rightPasscode }),
    ]),
  'leaving what is not there': (bench) => [bench.latch.leaveEnrolment(), bench.latch.tryAgain(), bench.latch.beginSetUp()],
  'a choice': (bench) => [bench.latch.chooseIdleLock(0), bench.latch.chooseCamera({ cameraId: 'simulated:0' })],
  'a seat': (bench) => bench.latch.chooseSeat({ seat: 'you' }),
  look: (bench) => bench.latch.look(),
  lock: (bench) => bench.latch.lock('suspend'),
  'lock now': (bench) => bench.latch.lockNow(),
  'a second': (bench) => [bench.pass(1000), bench.latch.tick(1000)],
  'a minute': (bench) => [bench.pass(60_000), bench.latch.tick(0)],
  'the thread dies': (bench) => bench.latch.onVisionDeath(),
  'the thread fails': (bench) => bench.report({ kind: 'failed', sentence: 'A network is missing.' }),
  'the thread is back': (bench) => bench.visionReady(),
  'no camera': (bench) => bench.report({ kind: 'cameras', cameras: [] }),
  'camera lost': (bench) => bench.report({ kind: 'camera', look: bench.lastWatch(), state: { kind: 'absent', sentence: 'Unplugged.' } }),
};

it('no history opens the lock without the right passcode or the face of the owner', async () => {
  const names = fc.constantFrom(...Object.keys(happenings));
  const passed = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(names, { minLength: 20, maxLength: 80 }), async (history) => {
      const opening = openVault(newFolder(), noKeystore);
      if (opening.kind === 'refused') throw new Error(opening.sentence);
      const enrolled = await opening.vault.enrolPerson({ name: 'Ada', passcode: rightPasscode, templates: [ownersTemplate] });
      if (enrolled.kind === 'refused') throw new Error(enrolled.sentence);
      const bench = benchOn(opening.vault);
      bench.visionReady();
      // A start with somebody enrolled is locked; entering once makes it a lock that a face may open.
      expect((await bench.latch.unlockWithPasscode({ passcode: rightPasscode })).kind).toBe('done');
      bench.pass(1000);
      bench.latch.lock('request');
      bench.covers.length = 0;
      for (const name of history) {
        await happenings[name]?.(bench, enrolled.personId);
        bench.pass(50);
        passed.add(bench.latch.view().kind === 'locked' ? (bench.latch.view() as { phase: string }).phase : 'open');
        expect(bench.latch.isLocked, `after ${name}`).toBe(true);
      }
      expect(bench.covers).not.toContain('uncover');
      opening.vault.close();
    }),
    { numRuns: 60 },
  );
  // The histories went through every state, or they would prove little.
  expect([...passed].sort()).toEqual(['passcode-required', 'resting', 'scanning']);
}, 120_000);

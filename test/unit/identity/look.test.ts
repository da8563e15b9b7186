import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observation } from '../../../main/contract/observation.ts';
import { beginLook, type LookStep, observeLook } from '../../../main/identity/look.ts';
import type { Gallery } from '../../../main/identity/template.ts';
import { type FaceObservation, faceObservation, vectorOf } from './observations.ts';

const owner: Gallery = {
  personId: 'owner',
  templates: [{ id: 't', origin: 'enrolled', model: 'sface', vector: vectorOf(1), yawDeg: 0, pitchDeg: 0, createdAtMs: 0 }],
};
const strict = { attention: true };

function runLook(observations: readonly Observation[], galleries: readonly Gallery[] = [owner], rules = strict): LookStep {
  let step: LookStep = { look: beginLook(0), verdict: undefined, hint: undefined };
  for (const observation of observations) {
    step = observeLook(step.look, observation, galleries, 'sface', rules, observation.stamp.capturedAtMs + 20);
    if (step.verdict !== undefined) break;
  }
  return step;
}

const frames = (count: number, changes: Parameters<typeof faceObservation>[1] = {}): FaceObservation[] =>
  Array.from({ length: count }, (_, index) => faceObservation((index + 1) * 33, changes));

test('the owner looking at it opens it, but no single frame does', () => {
  expect(runLook(frames(1)).verdict).toBeUndefined();
  expect(runLook(frames(2)).verdict).toBeUndefined();
  expect(runLook(frames(10)).verdict).toMatchObject({ kind: 'match', personId: 'owner' });
});

test('a stranger is refused', () => {
  expect(runLook(frames(30, { embedding: vectorOf(2) })).verdict).toMatchObject({ kind: 'refuse', reason: 'not-recognised' });
});

test("the owner's photograph is refused however near its vector is", () => {
  expect(runLook(frames(30, { liveness: { kind: 'spoof', score: 0.02, cues: [] } })).verdict).toMatchObject({
    kind: 'refuse',
    reason: 'not-live',
  });
});

test('a photograph that now and then passes for alive does not get in', () => {
  const flickering = frames(40).map(
    (frame, index): FaceObservation => (index % 3 === 0 ? frame : { ...frame, liveness: { kind: 'spoof', score: 0, cues: [] } }),
  );
  expect(runLook(flickering).verdict?.kind).not.toBe('match');
});

test('a nose too near to be measured is asked back and fails no look, but the frames still cost what a picture costs', () => {
  const near = { quality: { kind: 'poor', fault: 'too-near' }, liveness: { kind: 'spoof', score: 0.9, cues: [] } } as const;
  const only = runLook(frames(100, near));
  expect([only.verdict, only.hint]).toEqual([undefined, 'too-near']);
  const mixed = frames(60).map((frame, index): FaceObservation => (index % 3 === 2 ? { ...frame, ...near } : frame));
  expect(runLook(mixed).verdict).toBeUndefined();
});

test.each([
  ['closed eyes', { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } }, 'eyes-closed'],
  ['eyes elsewhere', { attention: { kind: 'looking-away', leftBlink: 0, rightBlink: 0, gazeDeg: 50 } }, 'looking-away'],
  ['darkness', { quality: { kind: 'poor', fault: 'too-dark' } }, 'too-dark'],
  ['missing depth', { liveness: { kind: 'unknown', score: 0, cues: [] } }, 'no-depth'],
] as const)('%s neither opens it nor counts as a failed look', (_, changes, hint) => {
  const step = runLook(frames(100, changes));
  expect(step.verdict).toBeUndefined();
  expect(step.hint).toBe(hint);
});

const asleep = { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } as const;
const elsewhere = { kind: 'looking-away', leftBlink: 0, rightBlink: 0, gazeDeg: 60 } as const;
const picture = { kind: 'spoof', score: 0, cues: [] } as const;

const later =
  (byMs: number) =>
  (frame: FaceObservation): FaceObservation => ({ ...frame, stamp: { ...frame.stamp, capturedAtMs: frame.stamp.capturedAtMs + byMs } });

test.each([asleep, elsewhere])('what is asked of eyes ($kind) does not tell a picture from somebody living', (attention) => {
  for (const count of [1, 4, 40]) {
    const living = runLook(frames(count, { attention }));
    const pictured = runLook(frames(count, { attention, liveness: picture }));
    expect([pictured.hint, pictured.verdict]).toEqual([living.hint, living.verdict]);
  }
});

test('a sleeper whose shut eyes are now and then taken for open does not open it, an owner who blinks does', () => {
  const misread = (every: number) =>
    frames(400).map((frame, index): FaceObservation => (index % every === 0 ? { ...frame, attention: asleep } : frame));
  expect(runLook(misread(2)).verdict).toBeUndefined();
  expect(runLook(misread(3)).verdict).toBeUndefined();
  const blinking = [...frames(2), ...frames(6, { attention: asleep }).map(later(100)), ...frames(3).map(later(400))];
  expect(runLook(blinking.slice(0, -1)).verdict).toBeUndefined();
  expect(runLook(blinking).verdict?.kind).toBe('match');
});

test('shutting the eyes does not give a mask that matches its frames back', () => {
  const barely = { kind: 'live', score: 0.6, cues: [] } as const;
  const winking = frames(40, { liveness: barely }).map(
    (frame, index): FaceObservation => (index % 3 === 2 ? { ...frame, attention: asleep } : frame),
  );
  expect(runLook(winking).verdict).toMatchObject({ kind: 'refuse', reason: 'not-live' });
});

test('a picture with shut eyes asks for two more matches, as any picture does', () => {
  const shown = frames(2, { liveness: picture, attention: asleep });
  expect(runLook([...shown, ...frames(6).map(later(1000))]).verdict).toBeUndefined();
  expect(runLook([...shown, ...frames(7).map(later(1000))]).verdict?.kind).toBe('match');
});

test('a picture and a stranger are refused after as many frames, with the same hints on the way', () => {
  const told = (changes: Parameters<typeof faceObservation>[1]) =>
    Array.from({ length: 12 }, (_, count) => runLook(frames(count, changes))).map(({ hint, verdict }) => [hint, verdict?.kind]);
  expect(told({ liveness: picture })).toEqual(told({ embedding: vectorOf(2) }));
});

test('closed eyes open it only where the owner switched attention off', () => {
  const asleep = frames(10, { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } });
  expect(runLook(asleep, [owner], { attention: false }).verdict?.kind).toBe('match');
});

test('frames from before the look, repeated frames and old frames never count', () => {
  const early = Array.from({ length: 20 }, (_, index) => faceObservation(-1000 + index * 33));
  expect(runLook(early).verdict).toBeUndefined();
  const same = Array.from({ length: 20 }, () => faceObservation(50));
  expect(runLook(same).verdict).toBeUndefined();
  let step: LookStep = { look: beginLook(0), verdict: undefined, hint: undefined };
  for (const frame of frames(20)) step = observeLook(step.look, frame, [owner], 'sface', strict, frame.stamp.capturedAtMs + 5000);
  expect(step.verdict).toBeUndefined();
});

test('nobody enrolled, or vectors of another network only: nobody gets in', () => {
  expect(runLook(frames(50), []).verdict).toBeUndefined();
  const foreign: Gallery = { personId: 'owner', templates: owner.templates.map((each) => ({ ...each, model: 'rgbd' })) };
  expect(runLook(frames(50), [foreign]).verdict).toBeUndefined();
});

test('two enrolled people taking turns before the camera do not add up to one match', () => {
  const other: Gallery = { personId: 'other', templates: owner.templates.map((each) => ({ ...each, vector: vectorOf(2) })) };
  const turns = frames(40).map((frame, index) => (index % 2 === 0 ? frame : { ...frame, embedding: vectorOf(2) }));
  expect(runLook(turns, [owner, other]).verdict).toBeUndefined();
});

test('property: whatever comes in whatever order, a match needs three live frames of the owner, and more than were refused', () => {
  const kinds = ['owner', 'stranger', 'photograph', 'asleep', 'nobody', 'dark'] as const;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...kinds), { maxLength: 60 }), (history) => {
      const observations = history.map((kind, index) => make(kind, (index + 1) * 33));
      let step: LookStep = { look: beginLook(0), verdict: undefined, hint: undefined };
      const seen = { owner: 0, stranger: 0, photograph: 0, asleep: 0, nobody: 0, dark: 0 };
      for (const [index, observation] of observations.entries()) {
        seen[history[index] as (typeof kinds)[number]]++;
        step = observeLook(step.look, observation, [owner], 'sface', strict, observation.stamp.capturedAtMs);
        if (step.verdict !== undefined) break;
      }
      if (step.verdict?.kind === 'match') {
        expect(seen.owner).toBeGreaterThanOrEqual(3);
        expect(seen.owner).toBeGreaterThan(seen.stranger + seen.photograph);
      }
      if (step.verdict?.kind === 'refuse') expect(seen.stranger + seen.photograph).toBeGreaterThan(0);
    }),
  );
});

function make(kind: 'owner' | 'stranger' | 'photograph' | 'asleep' | 'nobody' | 'dark', atMs: number): Observation {
  switch (kind) {
    case 'owner':
      return faceObservation(atMs);
    case 'stranger':
      return faceObservation(atMs, { embedding: vectorOf(2) });
    case 'photograph':
      return faceObservation(atMs, { liveness: { kind: 'spoof', score: 0, cues: [] } });
    case 'asleep':
      return faceObservation(atMs, { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } });
    case 'nobody':
      return { kind: 'no-face', stamp: { sequence: atMs, capturedAtMs: atMs } };
    case 'dark':
      return faceObservation(atMs, { quality: { kind: 'poor', fault: 'too-dark' } });
  }
}

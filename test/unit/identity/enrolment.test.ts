import { expect, test } from 'vitest';
import { beginEnrolment, type Enrolment, enrolledVectors, enrolObservation } from '../../../main/identity/enrolment.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { faceObservation, pose, vectorOf } from './observations.ts';

const begin = (): Enrolment => beginEnrolment('sface');
let time = 0;

function face(yawDeg: number, pitchDeg: number, changes: Parameters<typeof faceObservation>[1] = {}) {
  time += 33;
  return faceObservation(time, { pose: pose(yawDeg, pitchDeg), ...changes });
}

function lookForward(enrolment: Enrolment): Enrolment {
  return [1, 2, 3, 4].reduce((each) => enrolObservation(each, face(1, -1)), enrolment);
}

function circle(enrolment: Enrolment, changes: Parameters<typeof faceObservation>[1] = {}, fromDeg = 0, toDeg = 360): Enrolment {
  let next = enrolment;
  for (let step = fromDeg; step <= toDeg; step += 10) {
    const angle = (step * Math.PI) / 180;
    next = enrolObservation(next, face(1 + 22 * Math.cos(angle), -1 - 16 * Math.sin(angle), changes));
  }
  return next;
}

test('a look ahead and two circles enrol, with one vector for each bin and one ahead', () => {
  let enrolment = lookForward(begin());
  expect(enrolment.phase).toBe('first-circle');
  enrolment = circle(enrolment);
  expect(enrolment.phase).toBe('second-circle');
  expect(enrolledVectors(enrolment)).toHaveLength(0);
  enrolment = circle(enrolment);
  expect(enrolment.phase).toBe('complete');
  expect(enrolledVectors(enrolment)).toHaveLength(enrolment.bins.length + 1);
  expect(Math.hypot(...(enrolledVectors(enrolment)[0]?.vector ?? []))).toBeCloseTo(1, 5);
});

test('holding still for ever fills nothing: poses are measured, not timed', () => {
  let enrolment = lookForward(begin());
  for (let frame = 0; frame < 2000; frame++) enrolment = enrolObservation(enrolment, face(1, -1));
  expect(enrolment.bins.some((bin) => bin.filledFirst)).toBe(false);
});

test('half a circle leaves the other half open, and going over it again does not close it', () => {
  let enrolment = lookForward(begin());
  for (let round = 0; round < 5; round++) enrolment = circle(enrolment, {}, 0, 180);
  expect(enrolment.phase).toBe('first-circle');
  expect(enrolment.bins.filter((bin) => !bin.filledFirst).length).toBeGreaterThanOrEqual(4);
  expect(enrolment.bins.some((bin) => bin.filledSecond)).toBe(false);
});

test.each([
  ['a picture', { liveness: { kind: 'spoof' as const, score: 0, cues: [] } }],
  ['a face whose depth is missing', { liveness: { kind: 'unknown' as const, score: 0, cues: [] } }],
  ['a poor picture', { quality: { kind: 'poor' as const, fault: 'too-dark' as const } }],
])('%s adds nothing and says why', (_, changes) => {
  const before = lookForward(begin());
  const after = circle(before, changes);
  expect(after.bins.some((bin) => bin.filledFirst)).toBe(false);
  expect(after.hint).not.toBe(before.hint);
});

test('somebody else cannot slip into the second circle', () => {
  const owner = circle(lookForward(begin()));
  const after = circle(owner, { embedding: vectorOf(2) });
  expect(after.phase).toBe('second-circle');
  expect(after.bins).toEqual(owner.bins);
  expect(after.hint).toContain('another face');
});

test('a bin filled twice keeps the mean of both vectors', () => {
  const first = vectorOf(1, 1, 0.2);
  const second = vectorOf(1, 2, 0.2);
  const once = circle(lookForward(begin()), { embedding: first });
  const twice = circle(once, { embedding: second });
  const kept = twice.bins[3]?.kept?.vector;
  if (kept === undefined) throw new Error('the bin is empty');
  expect(embeddingDistance(kept, first)).toBeCloseTo(embeddingDistance(kept, second), 4);
});

test('a head whose resting pitch is measured far down enrols, ringed around its own rest', () => {
  let enrolment = [1, 2, 3].reduce((each) => enrolObservation(each, face(1, -18)), begin());
  expect(enrolment.rest?.pitchDeg).toBeCloseTo(-18, 5);
  for (let round = 0; round < 2; round++) {
    for (let step = 0; step < 360; step += 10) {
      const angle = (step * Math.PI) / 180;
      enrolment = enrolObservation(enrolment, face(1 + 22 * Math.cos(angle), -18 - 16 * Math.sin(angle)));
    }
  }
  expect(enrolment.phase).toBe('complete');
});

test('looks at the lap are no rest, and the chin is asked for', () => {
  const enrolment = [1, 2, 3, 4].reduce((each) => enrolObservation(each, face(0, -30)), begin());
  expect([enrolment.phase, enrolment.hint]).toEqual(['face-forward', 'Lift your chin and look straight at the camera']);
});

test('the resting pose is taken of a head that holds still, not of one on its way', () => {
  const moving = [-14, -7, 0, 7, 14].reduce((each, pitch) => enrolObservation(each, face(0, pitch)), begin());
  expect([moving.phase, moving.forward.length]).toEqual(['face-forward', 1]);
  expect(moving.hint).toContain('Hold your head still');
  const still = [1, 2, 3].reduce((each) => enrolObservation(each, face(0, 2)), moving);
  expect(still.rest).toMatchObject({ yawDeg: 0, pitchDeg: 2 });
});

/** A few frames of a circle, in degrees around it. */
const frames = (enrolment: Enrolment, ...degrees: number[]): Enrolment =>
  degrees.reduce((each, step) => {
    const angle = (step * Math.PI) / 180;
    return enrolObservation(each, face(1 + 22 * Math.cos(angle), -1 - (22 / 1.35) * Math.sin(angle)));
  }, enrolment);

test('a part that the head went through between two frames is filled, one that it left out is not', () => {
  const passed = frames(lookForward(begin()), 41, 79);
  expect(passed.bins.map(({ filledFirst }) => filledFirst).slice(0, 5)).toEqual([false, true, true, true, false]);
  const leftOut = frames(lookForward(begin()), 35, 85);
  expect(leftOut.bins.map(({ filledFirst }) => filledFirst).slice(0, 5)).toEqual([false, true, false, true, false]);
});

test('a part keeps the look nearest to its middle', () => {
  const degreesOf = ({ yawDeg, pitchDeg }: { yawDeg: number; pitchDeg: number }): number =>
    (Math.atan2(-(pitchDeg + 1) * 1.35, yawDeg - 1) * 180) / Math.PI;
  const kept = frames(lookForward(begin()), 44, 58, 72).bins[2]?.kept;
  expect(kept === undefined ? Number.NaN : degreesOf(kept)).toBeCloseTo(58, 3);
});

test('somebody who gets no further reads what is missing: which way, how far, or why they are not seen as alive', () => {
  const open = frames(lookForward(begin()), ...Array.from({ length: 24 }, (_, step) => 30 + step * 12.5));
  expect([open.phase, open.hint]).toEqual(['first-circle', 'Nearly round: turn your head to your left']);
  expect(enrolObservation(open, face(8, -1)).hint).toBe('Turn your head a little farther');
  const cues = [
    { name: 'reliefMm', value: 18, passed: true },
    { name: 'noseProtrusionMm', value: 3, passed: false },
  ];
  const hint = enrolObservation(open, face(1, -1, { liveness: { kind: 'spoof', score: 0, cues } })).hint;
  expect(hint).toBe('This is not seen as a living face: the nose does not stand out as noses do');
});

test('a network without a calibrated threshold enrols nobody', () => {
  expect(circle(lookForward(beginEnrolment('unknown-network'))).phase).toBe('face-forward');
});

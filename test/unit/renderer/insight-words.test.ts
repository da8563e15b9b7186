import { expect, test } from 'vitest';
import type { CueMeasure, FaceMeasures, LookDetail, LookNumbers } from '../../../main/contract/insight.ts';
import { checksOf, tallyText } from '../../../renderer/insight/checks.ts';
import { cueScale } from '../../../renderer/insight/cue-scale.ts';
import { attentionText, boundText, cueName, cueValue, headText, livingRange, rangeText } from '../../../renderer/insight/words.ts';

const relief: CueMeasure = {
  name: 'reliefMm',
  value: 20,
  passed: true,
  bound: { from: 5, to: 40 },
  living: { begins: 20, middle: 20, spread: 1.5 },
  cost: 0,
};

test('a cue that the page does not know is shown by its own name and unit', () => {
  expect(cueName('noseProtrusionMm')).toBe('Height of the nose');
  expect(cueName('cylinderResidualMm')).toBe('Cylinder residual');
  expect(cueName('constructor')).toBe('Constructor');
  expect(cueValue({ name: 'cylinderResidualMm', value: 3.08 })).toBe('3.1 mm');
  expect(cueValue({ name: 'turnDeg', value: -2 })).toBe('-2.0°');
  expect(cueValue({ name: 'turnDeg', value: -0.02 })).toBe('0.0°');
  expect(cueValue({ name: 'meshAgreement', value: 0.5 })).toBe('0.50');
  expect(cueValue({ name: 'meshAgreement', value: Number.NaN })).toBe('not measured');
});

test('limits read as words, and only ends that say something are named', () => {
  expect(boundText('reliefMm', { from: 5.5, to: 40 })).toBe('5.5 to 40.0 mm');
  expect(boundText('meshAgreement', { from: 0.42, to: 1 })).toBe('at least 0.42');
  expect(boundText('repeatedShare', { from: 0, to: 0.97 })).toBe('at most 0.97');
  expect(rangeText('reliefMm', livingRange(relief) ?? { from: 0, to: 0 })).toBe('17.0 to 23.0 mm');
});

test('where costs begin below the median, the range of living faces ends there and does not lie around it', () => {
  const head: CueMeasure = {
    ...relief,
    name: 'headLogOdds',
    value: 4.8,
    bound: undefined,
    living: { begins: 1, middle: 4.8, spread: 1.4 },
  };
  expect(rangeText('headLogOdds', livingRange(head) ?? { from: 0, to: 0 })).toBe('1.00 to 7.60');
  expect(rangeText('headLogOdds', livingRange({ ...head, living: { begins: 6, middle: 4.8, spread: 1.4 } }) ?? { from: 0, to: 0 })).toBe(
    '2.00 to 6.00',
  );
  const line = (value: number) => cueScale({ ...head, value });
  const usual = line(4.8);
  if (usual?.living === undefined) throw new Error('no line');
  expect(usual.at).toBeGreaterThan(usual.living.from + 0.1);
  expect(usual.at).toBeLessThan(usual.living.to - 0.1);
  expect(line(1)?.at).toBeCloseTo(usual.living.from, 9);
});

test('head and eyes read as words', () => {
  const head = { yawDeg: -6.4, pitchDeg: -3.2, distanceMm: 612 } as Parameters<typeof headText>[0];
  expect(headText(head)).toBe('6° aside, 3° down, 61 cm away');
  expect(attentionText({ kind: 'looking-away', leftBlink: 0, rightBlink: 0, gazeDeg: 21.6 })).toBe('Looking away');
});

test('a cue lies on its line as its number lies between bound and living faces', () => {
  const at = (value: number) => cueScale({ ...relief, value });
  const middle = at(20);
  if (middle?.living === undefined) throw new Error('no line');
  expect(middle.at).toBeGreaterThan(middle.living.from);
  expect(middle.at).toBeLessThan(middle.living.to);
  expect(middle.living.from).toBeGreaterThan(middle.allowed.from);
  expect(middle.living.to).toBeLessThan(middle.allowed.to);
  expect(at(4)?.at).toBeLessThan(middle.allowed.from);
  expect(at(6)?.at).toBeGreaterThan(middle.allowed.from);
  expect(at(41)?.at).toBeGreaterThan(middle.allowed.to);
  expect([at(-1000)?.at, at(1000)?.at]).toEqual([0, 1]);
  const farOut = cueScale({ ...relief, living: undefined, value: -100 });
  expect(farOut?.at).toBeLessThan((farOut?.allowed.from ?? 0) / 10);
  const wide = cueScale({ ...relief, living: { begins: 38, middle: 38, spread: 4 } });
  expect(wide?.living?.to).toBe(wide?.allowed.to);
  expect(cueScale({ ...relief, value: Number.NaN })).toBeUndefined();
  expect(cueScale({ ...relief, bound: undefined, living: undefined })).toBeUndefined();
});

const rules: LookNumbers = {
  distances: { unlock: 0.95, reach: 1, unlockByLearned: 0.75, learn: 0.75 },
  framesToUnlock: 3,
  framesToRefuse: 8,
  leastMeanLogOdds: 0,
  attentionRequired: true,
  shutProbability: 0.2,
  attentionConeDeg: 40,
  distanceMm: { from: 300, to: 1300 },
  maximumYawDeg: 45,
  maximumPitchDeg: 38,
};

const face: FaceMeasures = {
  enrolledDistance: 0.4,
  learnedDistance: undefined,
  infrared: false,
  quality: undefined,
  liveness: { kind: 'live', startLogOdds: 5, logOdds: 3, cues: [relief] },
  attention: { kind: 'attentive', leftBlink: 0.02, rightBlink: 0.03, gazeDeg: 6 },
  yawDeg: 3,
  pitchDeg: 2,
  distanceMm: 520,
};

const look: LookDetail = {
  id: 1,
  wallMs: 0,
  outcome: 'opened',
  reason: 'Opened: it was you',
  tally: { frames: 4, matched: 3, unknown: 0, notLive: 0, meanLogOdds: 2.5 },
  face,
  learning: undefined,
};

const answers = (changes: Partial<FaceMeasures>, tally: Partial<LookDetail['tally']> = {}, numbers = rules) => {
  const seen = { ...face, ...changes };
  return checksOf({ ...look, face: seen, tally: { ...look.tally, ...tally } }, seen, numbers);
};

test('each question has an answer for everybody and the numbers with their limits', () => {
  expect(answers({}).map(({ state }) => state)).toEqual(['passed', 'passed', 'passed', 'passed']);
  expect(answers({}).map(({ numbers }) => numbers)).toEqual([
    'distance 0.40, opens up to 0.95',
    'log-odds 2.50 on average of 3 frames, at least 0.00; every bound kept',
    'gaze 6° off, up to 40°; likelihood shut 0.02 and 0.03, both count from 0.20',
    '3° aside, 2° up, 52 cm away; 30 to 130 cm, up to 45° aside and 38° up or down',
  ]);
  expect(tallyText(look, rules)).toContain('4 frames: 3 matched, 0 matched nobody, 0 outside a bound of liveness.');
});

test.each([
  ['a stranger', { enrolledDistance: 1.3 }, {}, 0, 'failed'],
  ['what was learned, within reach', { enrolledDistance: 0.98, learnedDistance: 0.5 }, {}, 0, 'passed'],
  ['what was learned, out of reach', { enrolledDistance: 1.02, learnedDistance: 0.5 }, {}, 0, 'failed'],
  ['nothing to compare', { enrolledDistance: undefined }, {}, 0, 'open'],
  ['a broken bound', { liveness: { ...face.liveness, kind: 'spoof', cues: [{ ...relief, value: 3, passed: false }] } }, {}, 1, 'failed'],
  ['a low score over the look', {}, { meanLogOdds: -0.5 }, 1, 'failed'],
  ['a low score of a face nobody knows', { liveness: { ...face.liveness, logOdds: -1 } }, { meanLogOdds: undefined }, 1, 'failed'],
  ['missing depth', { liveness: { ...face.liveness, kind: 'unknown', cues: [] } }, {}, 1, 'open'],
  ['shut eyes', { attention: { ...face.attention, kind: 'eyes-closed' } }, {}, 2, 'failed'],
  ['a dark picture', { quality: 'Too dark to see you' }, {}, 3, 'failed'],
] as const)('%s shows where it was asked for', (_, changes, tally, place, state) => {
  expect(answers(changes, tally)[place]?.state).toBe(state);
});

test('eyes that are not asked for are no fault', () => {
  const [, , eyes] = answers({ attention: { ...face.attention, kind: 'eyes-closed' } }, {}, { ...rules, attentionRequired: false });
  expect(eyes).toMatchObject({ state: 'open', answer: 'Closed, which is not asked for' });
});

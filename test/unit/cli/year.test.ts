import { expect, test, vi } from 'vitest';
import type { ObservedPerson, ObservedSession } from '../../../main/cli/experiments/observed-people.ts';
import { year, yearReport } from '../../../main/cli/experiments/year.ts';
import { livePersonYear, type PersonYear } from '../../../main/cli/experiments/year-trial.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import { type AdaptationRules, adaptationRulesOf } from '../../../main/identity/adaptation-rules.ts';
import { binAngleDeg, ringBinCount } from '../../../main/identity/pose-ring.ts';
import { faceObservation, pose, vectorOf } from '../identity/observations.ts';

const rules = adaptationRulesOf('sface') as AdaptationRules;

/** A made-up vector at some distance from person `seed`'s own, always in the same direction. */
function away(seed: number, distance: number): Float32Array {
  const own = vectorOf(seed);
  const other = vectorOf(seed + 500);
  const along = own.reduce((sum, value, index) => sum + value * (other[index] as number), 0);
  const aside = unit(other.map((value, index) => value - along * (own[index] as number)));
  const cosine = 1 - distance ** 2 / 2;
  const sine = Math.sqrt(1 - cosine ** 2);
  return own.map((value, index) => cosine * value + sine * (aside[index] as number));
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const session = (name: string, vector: Float32Array): ObservedSession => ({
  name,
  path: `/year/${name}`,
  observations: [faceObservation(1, { embedding: vector }), faceObservation(2, { embedding: vector })],
});

function circle(vector: Float32Array): ObservedSession {
  const forward = [1, 2, 3].map((n) => faceObservation(n, { embedding: vector }));
  const around = Array.from({ length: ringBinCount }, (_, bin) => {
    const angle = (binAngleDeg(bin) * Math.PI) / 180;
    return faceObservation(10 + bin, { embedding: vector, pose: pose(20 * Math.sin(angle), 15 * Math.cos(angle)) });
  });
  return { name: 'enrol-circle', path: '/year/enrol-circle', observations: [...forward, ...around] };
}

/** Somebody whose face changes at once in month six and stays so; lived looks wobble beside it, as faces do. */
function changing(name: string, seed: number, farthest: number): ObservedPerson {
  const probe: ObservedSession[] = [];
  for (let month = 0; month <= 12; month++) {
    const label = `month-${String(month).padStart(2, '0')}`;
    const vector = away(seed, month < 6 ? 0 : farthest);
    for (const [n, wobble] of [0, 0.12].entries()) {
      const sideways = vectorOf(seed + 900 + 31 * month + n);
      probe.push(session(`${label}-life-${n}`, unit(vector.map((value, index) => value + wobble * (sideways[index] as number)))));
    }
    probe.push(session(`${label}-probe-0`, vector));
  }
  return { name, enrol: [circle(vectorOf(seed))], probe };
}

const isLived = (each: ReturnType<typeof livePersonYear>): each is PersonYear => each.kind === 'lived';

test('a face that changes is followed with adaptation and lost without, and no stranger gets in', () => {
  const people = [1, 2, 3].map((seed) => livePersonYear(changing(`p${seed}`, seed, 0.97), 'sface', rules));
  const report = yearReport(people.filter(isLived), 'sface', []);
  expect(report.people).toBe(3);
  expect(report.months.map(({ month }) => month)).toEqual(Array.from({ length: 13 }, (_, month) => month));
  expect(report.months[0]?.withAdaptation).toMatchObject({ n: 3, rate: 0 });
  const last = report.months[12];
  expect(last?.enrolmentAlone.rate).toBe(1);
  expect(last?.withAdaptation.rate).toBeLessThan(1);
  expect(report.learned.bySuccess + report.learned.byNearMiss).toBeGreaterThan(0);
  expect(report.impostor.withAdaptation).toMatchObject({ n: 6, rate: 0 });
});

test('a face that stays is never refused', () => {
  const stays = livePersonYear(changing('still', 4, 0), 'sface', rules);
  expect(isLived(stays) && stays.probes.every((probe) => probe.withAdaptation === 'match' && probe.enrolmentAlone === 'match')).toBe(true);
});

test('looks that nothing can be judged by are not counted as false non-matches', () => {
  const person = changing('dark', 5, 0);
  const dark = faceObservation(1, { quality: { kind: 'poor', fault: 'too-dark' } });
  const probe = person.probe.map((each) => (each.name.includes('month-03-probe') ? { ...each, observations: [dark] } : each));
  const lived = livePersonYear({ ...person, probe }, 'sface', rules);
  const report = yearReport([lived].filter(isLived), 'sface', []);
  expect(report.months[3]).toMatchObject({ looks: 1, notAcquired: 1, withAdaptation: { n: 0 } });
  // They did not unlock either, and the report says how many did and why those did not.
  expect(report.months[3]?.unlocked.withAdaptation).toMatchObject({ n: 1, rate: 0 });
  expect(report.months[3]?.notAcquiredFor).toEqual({ 'too-dark': 1 });
  expect(report.months[2]?.unlocked).toMatchObject({ withAdaptation: { n: 1, rate: 1 }, enrolmentAlone: { n: 1, rate: 1 } });
});

test('somebody whose enrolment is not complete has no year, and the rule that stopped it is named', () => {
  const person = changing('half', 6, 0);
  const why = (observations: readonly Observation[]): string => {
    const lived = livePersonYear(
      { ...person, enrol: [{ name: 'enrol-circle', path: '/year/enrol-circle', observations }] },
      'sface',
      rules,
    );
    return isLived(lived) ? 'enrolled' : lived.why;
  };
  const seen = circle(vectorOf(6)).observations;
  const changed = (changes: Parameters<typeof faceObservation>[1]) => seen.map((each) => faceObservation(each.stamp.capturedAtMs, changes));
  expect(why(seen)).toBe('enrolled');
  expect(why([])).toBe('nothing was recorded');
  expect(why(seen.slice(0, 9))).toBe(
    '6 of 12 parts of the first circle stayed open (down, down and to your right, to your right, up and to your right); of 9 looks none was refused',
  );
  const near = changed({ quality: { kind: 'poor', fault: 'too-near' } });
  expect(why(near)).toBe('no three steady looks ahead, 0 at most; of 15 looks refused: 15 "Too near: lean back a little"');
  const flat = { name: 'reliefMm', value: 2, passed: false };
  const picture = changed({ liveness: { kind: 'spoof', score: 0, cues: [flat] } });
  expect(why(picture)).toContain('15 "This is not seen as a living face: the face is too flat or too deep"');
});

test('without recordings the command says how it is used', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await year([])).toBe(2);
  expect(String(written.mock.calls[0]?.[0])).toContain('--recordings DIR');
  written.mockRestore();
});

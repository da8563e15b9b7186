import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterFailedLook, afterMatch, withoutExpired } from '../../../main/identity/adaptation.ts';
import { type Adaptation, beginAdaptation, openAdaptation, templatesInService } from '../../../main/identity/adaptation-record.ts';
import { forgetLearned, undoLastChange } from '../../../main/identity/adaptation-undo.ts';
import { compareWithTemplates } from '../../../main/identity/comparison.ts';
import { type LearningOutcome, learnFace } from '../../../main/identity/learning.ts';
import { embeddingDistance, nearestTemplate } from '../../../main/identity/matcher.ts';
import { afterPasscode, type NearMiss, nearMissOf, noNearMiss, observeCapture } from '../../../main/identity/near-miss.ts';
import type { Template } from '../../../main/identity/template.ts';
import { trailLength } from '../../../main/identity/update-direction.ts';
import { enrolled, rules, startWallMs, vectorAt } from './learned.ts';
import { type FaceObservation, faceObservation } from './observations.ts';

/** What the face in view is like; everything but `owner` must never teach. */
const conditions = {
  fit: {},
  spoof: { liveness: { kind: 'spoof', score: 0, cues: [] } },
  'no-depth': { liveness: { kind: 'unknown', score: 0, cues: [] } },
  asleep: { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } },
  blurred: { quality: { kind: 'poor', fault: 'blurred' } },
  crowd: { faces: 2 },
} as const;
type Condition = keyof typeof conditions;

/** One happening. A face is `distance` from `from`: the enrolment, or whatever was learned last, which is how a chain would be built. */
type Happening = { readonly passedMs: number } & (
  | {
      readonly kind: 'look' | 'frame';
      readonly distance: number;
      readonly towards: number;
      readonly from: 'core' | 'last-learned';
      readonly condition: Condition;
    }
  | { readonly kind: 'passcode' | 'wrong-passcode' | 'undo' | 'forget' | 'restart' }
);

const hourMs = 3_600_000;
const anyHappening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom(
    ...([
      'look',
      'look',
      'look',
      'look',
      'look',
      'look',
      'passcode',
      'passcode',
      'wrong-passcode',
      'frame',
      'undo',
      'forget',
      'restart',
    ] as const),
  ),
  distance: fc.double({ min: 0, max: 1.3, noNaN: true }),
  towards: fc.nat(6),
  from: fc.constantFrom('core' as const, 'last-learned' as const),
  condition: fc.oneof({ weight: 6, arbitrary: fc.constant('fit' as const) }, fc.constantFrom(...(Object.keys(conditions) as Condition[]))),
  passedMs: fc.oneof(
    fc.integer({ min: 0, max: 15_000 }),
    fc.integer({ min: 0, max: 30 * hourMs }),
    fc.integer({ min: 0, max: 40 * 24 * hourMs }),
  ),
});
/** Happenings that belong together, so that histories come as far as near misses that are learned. */
const nearMissScript: fc.Arbitrary<Happening[]> = fc
  .record({
    distance: fc.double({ min: rules.unlock, max: rules.reach + 0.01, noNaN: true }),
    towards: fc.nat(6),
    days: fc.integer({ min: 0, max: 48 }),
    condition: fc.constantFrom<Condition>('fit', 'fit', 'fit', 'spoof'),
  })
  .map(({ distance, towards, days, condition }) => [
    { kind: 'look', distance, towards, from: 'core', condition: 'fit', passedMs: days * hourMs },
    { kind: 'passcode', passedMs: 4_000 },
    ...Array.from(
      { length: 3 },
      (): Happening => ({ kind: 'frame', distance: distance - 0.03, towards, from: 'core', condition, passedMs: 40 }),
    ),
  ]);
/** A day of the owner: a look that matches plainly, and some hours later one that may be learned. */
const dayScript: fc.Arbitrary<Happening[]> = fc
  .record({
    distance: fc.double({ min: 0.25, max: 0.8, noNaN: true }),
    towards: fc.nat(40),
    hours: fc.integer({ min: 0, max: 30 }),
    from: fc.constantFrom('core' as const, 'last-learned' as const),
  })
  .map(({ distance, towards, hours, from }) => [
    { kind: 'look', distance: 0.1, towards, from: 'core', condition: 'fit', passedMs: hours * hourMs },
    { kind: 'look', distance, towards, from, condition: 'fit', passedMs: 3_000 },
  ]);
const anyHistory: fc.Arbitrary<readonly Happening[]> = fc
  .array(
    fc.oneof({ weight: 2, arbitrary: anyHappening.map((happening) => [happening]) }, { weight: 3, arbitrary: dayScript }, nearMissScript),
    { minLength: 5, maxLength: 30, size: 'max' },
  )
  .map((parts) => parts.flat());

interface Moment {
  readonly before: Adaptation;
  readonly after: Adaptation;
  readonly outcome: LearningOutcome | undefined;
  readonly happening: Happening;
  readonly observation: FaceObservation | undefined;
  readonly wallMs: number;
}

const core: readonly Template[] = [enrolled, { ...enrolled, id: 'core-2', vector: vectorAt(enrolled.vector, 0.3, 90) }];

/** Plays a history through the functions as the app calls them, and hands every moment to `check`. */
function play(history: readonly Happening[], learning: 'on' | 'off', check: (moment: Moment) => void): void {
  let adaptation = beginAdaptation(core);
  let nearMiss: NearMiss = noNearMiss;
  let nowMs = 0;
  for (const [index, happening] of history.entries()) {
    nowMs += happening.passedMs;
    const wallMs = startWallMs + nowMs;
    const situation = { model: 'sface', rules, learning, nowMs: nowMs + 10, wallMs, newId: `learned-${index}` } as const;
    const before = adaptation;
    let outcome: LearningOutcome | undefined;
    let observation: FaceObservation | undefined;
    switch (happening.kind) {
      case 'look': {
        observation = observationOf(before, happening, nowMs);
        adaptation = withoutExpired(adaptation, rules, wallMs);
        const accepted =
          compareWithTemplates(observation.embedding as Float32Array, 'sface', templatesInService(adaptation), rules)?.accepted === true;
        if (accepted && happening.condition === 'fit') ({ adaptation, outcome } = afterMatch(adaptation, observation, situation));
        // A bug that reports a match for a picture must not teach either.
        else if (accepted) ({ outcome } = afterMatch(adaptation, observation, situation));
        else {
          adaptation = afterFailedLook(adaptation, rules, wallMs);
          nearMiss = nearMissOf(adaptation, observation, situation);
        }
        break;
      }
      case 'frame': {
        observation = observationOf(before, happening, nowMs);
        ({ adaptation, outcome, nearMiss } = observeCapture(adaptation, nearMiss, observation, situation));
        break;
      }
      case 'passcode':
        ({ adaptation, nearMiss } = afterPasscode(adaptation, nearMiss, rules, nowMs, wallMs));
        break;
      case 'wrong-passcode':
        nearMiss = noNearMiss;
        break;
      case 'undo':
        adaptation = withoutExpired(undoLastChange(adaptation) ?? adaptation, rules, wallMs);
        break;
      case 'forget':
        adaptation = forgetLearned(adaptation);
        break;
      case 'restart':
        adaptation = openAdaptation(templatesInService(adaptation), adaptation.shelved, JSON.parse(JSON.stringify(adaptation.record)));
        nearMiss = noNearMiss;
        break;
    }
    check({ before, after: adaptation, outcome, happening, observation, wallMs });
  }
}

function observationOf(
  { learned }: Adaptation,
  happening: Extract<Happening, { distance: number }>,
  capturedAtMs: number,
): FaceObservation {
  const from = happening.from === 'core' ? enrolled.vector : (learned.at(-1)?.vector ?? enrolled.vector);
  return faceObservation(capturedAtMs, {
    embedding: vectorAt(from, happening.distance, happening.towards),
    ...conditions[happening.condition],
  });
}

function holds(learning: 'on' | 'off', makeCheck: () => (moment: Moment) => void): void {
  fc.assert(
    fc.property(anyHistory, (history) => play(history, learning, makeCheck())),
    { numRuns: Number(process.env.FACELATCH_PROPERTY_RUNS ?? 400) },
  );
}

const coreDistanceOf = (vector: Float32Array): number => nearestTemplate(vector, 'sface', core)?.distance ?? Infinity;
const idsOf = (templates: readonly Template[]): string[] => templates.map(({ id }) => id);
const learnedOf = ({ outcome }: Moment): string | undefined => (outcome?.kind === 'learned' ? outcome.templateId : undefined);

describe('whatever happens, at whatever times', () => {
  test('the enrolled core is never changed and never dropped', () => {
    const bytes = core.map(({ vector }) => Float32Array.from(vector));
    holds('on', () => ({ after }) => {
      expect(after.core).toHaveLength(core.length);
      after.core.forEach((template, index) => {
        expect(template).toBe(core[index]);
        expect(template.vector).toEqual(bytes[index]);
      });
      expect(templatesInService(after).slice(0, core.length)).toEqual(core);
    });
  });

  test('both paths learn now and then, one vector a day at most, and the caps hold', () => {
    const learned = { 'learned-success': 0, 'learned-near-miss': 0 };
    holds('on', () => {
      let lastMs = Number.NEGATIVE_INFINITY;
      return (moment) => {
        for (const origin of ['learned-success', 'learned-near-miss'] as const) {
          expect(moment.after.learned.filter((template) => template.origin === origin).length).toBeLessThanOrEqual(
            rules.limits[origin].cap,
          );
        }
        if (moment.outcome?.kind !== 'learned') return;
        learned[moment.outcome.origin]++;
        expect(moment.wallMs - lastMs).toBeGreaterThanOrEqual(24 * hourMs);
        lastMs = moment.wallMs;
      };
    });
    // Otherwise the properties here would show nothing.
    expect(learned['learned-success']).toBeGreaterThan(200);
    expect(learned['learned-near-miss']).toBeGreaterThan(200);
  });

  test('no learned vector lies beyond its bound of the core, however it was reached', () => {
    let chained = 0;
    holds('on', () => (moment) => {
      for (const template of moment.after.learned) {
        expect(coreDistanceOf(template.vector)).toBeLessThanOrEqual(template.origin === 'learned-success' ? rules.learn : rules.reach);
      }
      const byLearned =
        moment.observation?.embedding !== undefined &&
        moment.happening.kind === 'look' &&
        coreDistanceOf(moment.observation.embedding) > rules.unlock;
      if (byLearned && moment.outcome !== undefined) {
        // A match that only a learned vector made possible: it teaches nothing.
        chained++;
        expect(learnedOf(moment)).toBeUndefined();
      }
    });
    expect(chained).toBeGreaterThan(50);
  });

  test('no face beyond reach of the core ever matches', () => {
    let near = 0;
    holds('on', () => ({ after, observation }) => {
      const probe = observation?.embedding;
      if (probe === undefined || !(coreDistanceOf(probe) > rules.reach)) return;
      if (after.learned.some(({ vector }) => embeddingDistance(vector, probe) <= rules.unlockByLearned)) near++;
      expect(compareWithTemplates(probe, 'sface', templatesInService(after), rules)?.accepted).toBe(false);
    });
    expect(near).toBeGreaterThan(20);
  });

  test('only a single good, living, attentive face is learned, as it was seen, and it serves from then on', () => {
    holds('on', () => (moment) => {
      const id = learnedOf(moment);
      const fresh = moment.after.learned.filter(
        (template) => !idsOf([...moment.before.learned, ...moment.before.shelved]).includes(template.id),
      );
      expect(idsOf(fresh)).toEqual(id === undefined ? [] : [id]);
      if (id === undefined) return;
      expect('condition' in moment.happening && moment.happening.condition).toBe('fit');
      expect(fresh[0]?.vector).toEqual(moment.observation?.embedding);
    });
  });

  test('the frame of a near miss is never learned', () => {
    holds('on', () => {
      const missed: Float32Array[] = [];
      return ({ after, happening, observation, outcome }) => {
        if (happening.kind === 'look' && outcome === undefined && observation?.embedding !== undefined) missed.push(observation.embedding);
        for (const { vector } of after.learned) expect(missed.every((frame) => embeddingDistance(frame, vector) > 0)).toBe(true);
      };
    });
  });

  test('vectors expire: none serves beyond its uses, its idle days or what the owner stopped matching', () => {
    let expired = 0;
    holds('on', () => (moment) => {
      if (moment.happening.kind !== 'look') return;
      for (const use of moment.after.record.learned) {
        const origin = moment.after.learned.find(({ id }) => id === use.templateId)?.origin;
        if (origin === undefined || origin === 'enrolled' || origin === 'enrolled-alternate')
          throw new Error('a row without its learned vector');
        expect(use.uses).toBeLessThan(rules.limits[origin].maximumUses);
        expect(use.unmatched).toBeLessThan(rules.limits[origin].maximumUnmatched);
        expect(moment.wallMs - use.lastUsedAtMs).toBeLessThanOrEqual(rules.limits[origin].maximumIdleMs);
      }
      expired += moment.before.learned.filter(({ id }) => !idsOf(moment.after.learned).includes(id)).length;
    });
    expect(expired).toBeGreaterThan(100);
  });

  test('undo right after learning restores exactly what was before, but for the day that stays taken', () => {
    let undone = 0;
    holds('on', () => ({ before, observation, wallMs, happening }) => {
      if (observation === undefined) return;
      const origin = happening.kind === 'frame' ? 'learned-near-miss' : 'learned-success';
      const situation = { model: 'sface', rules, learning: 'on', nowMs: 0, wallMs, newId: 'fresh' } as const;
      const { adaptation, outcome } = learnFace(before, observation, origin, rules.reach, situation);
      if (outcome.kind !== 'learned') return;
      undone++;
      expect(sorted(undoLastChange(adaptation) as Adaptation)).toEqual(
        sorted({ ...before, record: { ...before.record, updateTakenAtMs: wallMs } }),
      );
    });
    expect(undone).toBeGreaterThan(200);
  });

  test('with learning off nothing is ever learned', () => {
    holds('off', () => ({ after, outcome }) => {
      expect(after.learned).toEqual([]);
      expect(outcome?.kind === 'learned').toBe(false);
    });
  });

  test('what is stored is plain JSON, opens as it was, and does not grow', () => {
    holds('on', () => ({ after }) => {
      const record = JSON.parse(JSON.stringify(after.record));
      expect(openAdaptation(templatesInService(after), after.shelved, record)).toEqual(after);
      expect(after.shelved.length).toBeLessThanOrEqual(20);
      expect(after.record.undo.length).toBeLessThanOrEqual(6);
      expect(new Set(idsOf([...templatesInService(after), ...after.shelved])).size).toBe(
        templatesInService(after).length + after.shelved.length,
      );
    });
  });
});

/** All that a look, a later update or a later undo goes by, in an order that does not matter; the undo log itself forgets its sixth step back. */
function sorted({ core, learned, record }: Adaptation) {
  return {
    core,
    learned: learned.toSorted((p, q) => p.id.localeCompare(q.id)),
    record: {
      ...record,
      learned: record.learned.toSorted((p, q) => p.templateId.localeCompare(q.templateId)),
      trail: record.trail.slice(-trailLength),
      undo: record.undo.slice(-5),
    },
  };
}

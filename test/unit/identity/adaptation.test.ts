import { describe, expect, test } from 'vitest';
import { afterFailedLook, afterMatch, withoutExpired } from '../../../main/identity/adaptation.ts';
import { type Adaptation, beginAdaptation, openAdaptation, templatesInService } from '../../../main/identity/adaptation-record.ts';
import { adaptationRulesOf } from '../../../main/identity/adaptation-rules.ts';
import { forgetLearned, undoLastChange } from '../../../main/identity/adaptation-undo.ts';
import { compareWithTemplates } from '../../../main/identity/comparison.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { afterPasscode, nearMissOf, noNearMiss, observeCapture } from '../../../main/identity/near-miss.ts';
import { dayMs, enrolled, lookAt, matchOn, near, nearMissOn, owner, rules, situation, startWallMs, vectorAt } from './learned.ts';

const accepts = (adaptation: Adaptation, probe: Float32Array): boolean =>
  compareWithTemplates(probe, 'sface', templatesInService(adaptation), rules)?.accepted === true;

/** Steps of a history, each from what the last one left. */
function after(steps: readonly ((adaptation: Adaptation) => Adaptation)[]): Adaptation {
  return steps.reduce((adaptation, step) => step(adaptation), owner);
}

const learnedOn = (day: number, towards: number) => (adaptation: Adaptation) => {
  const step = matchOn(adaptation, day, 0.6, towards);
  expect(step.outcome).toMatchObject({ kind: 'learned', origin: 'learned-success' });
  return step.adaptation;
};

const nearMissLearnedOn = (day: number, towards: number) => (adaptation: Adaptation) => {
  const step = nearMissOn(adaptation, day, near, towards);
  expect(step.outcome).toMatchObject({ kind: 'learned', origin: 'learned-near-miss' });
  return step.adaptation;
};

describe('the success path', () => {
  test('learns a face near enough to the enrolment, with what is needed to keep it', () => {
    const { adaptation, outcome } = matchOn(owner, 1, 0.6, 1);
    expect(outcome).toEqual({ kind: 'learned', templateId: `at-${startWallMs + dayMs}`, origin: 'learned-success' });
    expect(adaptation.learned).toEqual([
      {
        ...enrolled,
        id: `at-${startWallMs + dayMs}`,
        origin: 'learned-success',
        vector: vectorAt(enrolled.vector, 0.6, 1),
        createdAtMs: startWallMs + dayMs,
      },
    ]);
  });

  test.each([
    ['a look that unlocks but is not near enough to learn from', 0.8, 'too-far-from-core'],
    ['a look like the enrolment', 0.2, 'nothing-new'],
    ['a look that does not match', near, 'not-a-match'],
  ])('learns nothing from %s', (_, distance, reason) => {
    const step = matchOn(owner, 1, distance, 1);
    expect(step.outcome).toEqual({ kind: 'not-learned', reason });
    expect(step.adaptation.learned).toEqual([]);
  });

  test.each([
    ['a picture', { liveness: { kind: 'spoof', score: 0, cues: [] } }, 'not-live'],
    ['a face whose depth nobody saw', { liveness: { kind: 'unknown', score: 0, cues: [] } }, 'not-live'],
    ['a face within every bound that is too unlike living ones', { liveness: { kind: 'live', score: 0.2, cues: [] } }, 'hardly-live'],
    ['closed eyes', { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } }, 'not-attentive'],
    ['eyes elsewhere', { attention: { kind: 'looking-away', leftBlink: 0, rightBlink: 0, gazeDeg: 40 } }, 'not-attentive'],
    ['eyes nobody saw', { attention: { kind: 'unknown', leftBlink: 0, rightBlink: 0, gazeDeg: 0 } }, 'not-attentive'],
    ['a blurred face', { quality: { kind: 'poor', fault: 'blurred' } }, 'poor-quality'],
    ['one of two faces', { faces: 2 }, 'poor-quality'],
    ['a vector that is not of length 1', { embedding: vectorAt(enrolled.vector, 0.6, 1).map((value) => value * 0.9) }, 'no-vector'],
  ] as const)('learns nothing from %s', (_, changes, reason) => {
    const step = afterMatch(owner, lookAt(0.6, 1, changes), situation(startWallMs + dayMs));
    expect(step.outcome).toEqual({ kind: 'not-learned', reason });
    expect(step.adaptation.learned).toEqual([]);
  });

  test('learns once a day at most', () => {
    const first = learnedOn(1, 1)(owner);
    expect(matchOn(first, 1.99, 0.6, 2).outcome).toEqual({ kind: 'not-learned', reason: 'one-a-day' });
    expect(matchOn(first, 2, 0.6, 2).outcome.kind).toBe('learned');
  });

  test('keeps no more than its cap, and learns again once one has served out', () => {
    const full = after([1, 2, 3, 4].map((day) => learnedOn(day, day)));
    expect(matchOn(full, 5, 0.6, 9).outcome).toEqual({ kind: 'not-learned', reason: 'cap' });
    expect(matchOn(full, 32, 0.6, 9).outcome.kind).toBe('learned');
  });

  test('learns nothing while learning is switched off or the network was never studied', () => {
    expect(afterMatch(owner, lookAt(0.6, 1), situation(startWallMs, { learning: 'off' })).outcome).toEqual({
      kind: 'not-learned',
      reason: 'switched-off',
    });
    expect(adaptationRulesOf('rgbd-draft')).toBeUndefined();
    expect(adaptationRulesOf('constructor')).toBeUndefined();
  });

  test('learns nothing while the clock stands before a time already seen, until the passcode vouches for it', () => {
    const ahead = matchOn(owner, 400, 0.2, 1).adaptation;
    expect(matchOn(ahead, 10, 0.6, 1).outcome).toEqual({ kind: 'not-learned', reason: 'clock-set-back' });
    expect(afterMatch(owner, lookAt(0.6, 1), situation(Number.NaN)).outcome).toEqual({ kind: 'not-learned', reason: 'clock-set-back' });
    const vouched = afterPasscode(ahead, noNearMiss, rules, 0, startWallMs + 10 * dayMs).adaptation;
    expect(matchOn(vouched, 11, 0.6, 1).outcome.kind).toBe('learned');
  });

  test('a vector learned from memory the camera writes to next does not change with it', () => {
    const observation = lookAt(0.6, 1);
    const { adaptation } = afterMatch(owner, observation, situation(startWallMs));
    observation.embedding?.fill(0);
    expect(adaptation.learned[0]?.vector).toEqual(vectorAt(enrolled.vector, 0.6, 1));
  });
});

describe('failures', () => {
  test('a match after a failed look teaches nothing, the next one does', () => {
    const failed = afterFailedLook(owner, rules, startWallMs);
    const matched = matchOn(failed, 1, 0.6, 1);
    expect(matched.outcome).toEqual({ kind: 'not-learned', reason: 'failed-looks' });
    expect(matchOn(matched.adaptation, 1, 0.6, 1).outcome.kind).toBe('learned');
  });

  test('five failed looks in a row suspend learning for a day, whatever comes between', () => {
    const failed = after(Array.from({ length: 5 }, () => (adaptation) => afterFailedLook(adaptation, rules, startWallMs)));
    const forgiven = afterPasscode(failed, noNearMiss, rules, 0, startWallMs + 1000).adaptation;
    expect(matchOn(forgiven, 0.9, 0.6, 1).outcome).toEqual({ kind: 'not-learned', reason: 'suspended' });
    expect(nearMissOn(forgiven, 0.9, near, 1).outcome).toEqual({ kind: 'not-learned', reason: 'suspended' });
    expect(matchOn(forgiven, 1, 0.6, 1).outcome.kind).toBe('learned');
  });

  test('from the third failed look on a near miss is none', () => {
    const failed = (times: number) =>
      after(Array.from({ length: times }, () => (adaptation: Adaptation) => afterFailedLook(adaptation, rules, startWallMs)));
    expect(nearMissOf(failed(2), lookAt(near, 1), situation(startWallMs)).kind).toBe('seen');
    expect(nearMissOf(failed(3), lookAt(near, 1), situation(startWallMs)).kind).toBe('none');
  });
});

describe('the near-miss path', () => {
  const nowMs = 1_000_000;
  const seen = nearMissOf(owner, lookAt(near, 1, {}, nowMs), situation(startWallMs));
  const confirmed = afterPasscode(owner, seen, rules, nowMs + 5_000, startWallMs).nearMiss;
  const frame = (atMs: number, distance = near, towards = 1, changes = {}) => lookAt(distance, towards, changes, nowMs + atMs);
  const at = (atMs: number) => situation(startWallMs + atMs, { nowMs: nowMs + atMs });

  test('a near miss and the passcode teach a new capture, never the near miss itself', () => {
    const step = nearMissOn(owner, 1, near, 1, 0.85);
    expect(step.outcome).toMatchObject({ kind: 'learned', origin: 'learned-near-miss' });
    const [learned] = step.adaptation.learned;
    expect(learned?.vector).toEqual(vectorAt(enrolled.vector, 0.85, 1));
    expect(accepts(owner, vectorAt(enrolled.vector, near, 1))).toBe(false);
    expect(accepts(step.adaptation, vectorAt(enrolled.vector, near, 1))).toBe(true);
  });

  test.each([
    ['a match', 0.85, {}],
    ['a face too far away', 1.2, {}],
    ['a picture', near, { liveness: { kind: 'spoof', score: 0, cues: [] } }],
    ['what hardly looks alive', near, { liveness: { kind: 'live', score: 0.2, cues: [] } }],
    ['closed eyes', near, { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } }],
    ['a face in the dark', near, { quality: { kind: 'poor', fault: 'too-dark' } }],
  ] as const)('%s is no near miss', (_, distance, changes) => {
    expect(nearMissOf(owner, lookAt(distance, 1, changes), situation(startWallMs))).toEqual(noNearMiss);
  });

  test('the passcode counts only right after the near miss', () => {
    const after = (ms: number) => afterPasscode(owner, seen, rules, nowMs + ms, startWallMs).nearMiss.kind;
    expect(after(rules.passcodeWithinMs)).toBe('confirmed');
    expect(after(rules.passcodeWithinMs + 1)).toBe('none');
    expect(after(-1)).toBe('none');
    expect(afterPasscode(owner, noNearMiss, rules, nowMs, startWallMs).nearMiss.kind).toBe('none');
  });

  test('without passcode, or with nothing seen, frames teach nothing', () => {
    for (const nearMiss of [noNearMiss, seen]) {
      const step = observeCapture(owner, nearMiss, frame(5_100), at(5_110));
      expect(step.outcome).toEqual({ kind: 'not-learned', reason: 'no-near-miss' });
      expect(step.adaptation.learned).toEqual([]);
    }
  });

  test('frames from before the passcode, the same frame again and old frames do not count', () => {
    expect(observeCapture(owner, confirmed, frame(4_999), at(5_010)).outcome).toEqual({ kind: 'not-learned', reason: 'stale-frame' });
    const one = observeCapture(owner, confirmed, frame(5_100), at(5_110));
    expect(one.outcome).toEqual({ kind: 'not-learned', reason: 'more-frames' });
    expect(observeCapture(owner, one.nearMiss, frame(5_100), at(5_120)).outcome).toEqual({ kind: 'not-learned', reason: 'stale-frame' });
    expect(observeCapture(owner, one.nearMiss, frame(5_200), at(8_000)).outcome).toEqual({ kind: 'not-learned', reason: 'stale-frame' });
  });

  test('another face or a picture after the passcode ends the path; a blink only waits', () => {
    const other = observeCapture(owner, confirmed, frame(5_100, near, 2), at(5_110));
    expect(other.outcome).toEqual({ kind: 'not-learned', reason: 'other-face' });
    expect(other.nearMiss).toEqual(noNearMiss);
    const picture = observeCapture(owner, confirmed, frame(5_100, near, 1, { liveness: { kind: 'spoof', score: 0, cues: [] } }), at(5_110));
    expect(picture.nearMiss).toEqual(noNearMiss);
    const blink = observeCapture(
      owner,
      confirmed,
      frame(5_100, near, 1, { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } }),
      at(5_110),
    );
    expect(blink.outcome).toEqual({ kind: 'not-learned', reason: 'not-attentive' });
    expect(blink.nearMiss).toEqual(confirmed);
    const doubtful = observeCapture(
      owner,
      confirmed,
      frame(5_100, near, 1, { liveness: { kind: 'live', score: 0.2, cues: [] } }),
      at(5_110),
    );
    expect(doubtful.outcome).toEqual({ kind: 'not-learned', reason: 'hardly-live' });
    expect(doubtful.nearMiss).toEqual(confirmed);
  });

  test('a capture beyond reach of the enrolment is not learned', () => {
    const step = observeCapture(owner, confirmed, frame(5_100, rules.reach + 0.02), at(5_110));
    expect(step.outcome).toEqual({ kind: 'not-learned', reason: 'too-far-from-core' });
  });

  test('the capture must come in time', () => {
    const atMs = 5_000 + rules.captureWithinMs + 1;
    const step = observeCapture(owner, confirmed, frame(atMs), at(atMs));
    expect(step.outcome).toEqual({ kind: 'not-learned', reason: 'too-late' });
    expect(step.nearMiss).toEqual(noNearMiss);
  });

  test('the newest appearances replace the oldest beyond the cap, and the other path keeps its own', () => {
    const history = after([learnedOn(1, 1), nearMissLearnedOn(2, 2), nearMissLearnedOn(3, 3), nearMissLearnedOn(4, 4)]);
    expect(history.learned.map(({ origin, createdAtMs }) => `${origin} ${Math.floor((createdAtMs - startWallMs) / dayMs)}`)).toEqual([
      'learned-success 1',
      'learned-near-miss 3',
      'learned-near-miss 4',
    ]);
  });
});

describe('matching by what was learned', () => {
  test('widens the door only near what was learned, and never beyond reach of the enrolment', () => {
    const learned = nearMissLearnedOn(1, 1)(owner);
    expect(accepts(learned, vectorAt(enrolled.vector, near, 1))).toBe(true);
    expect(accepts(learned, vectorAt(enrolled.vector, near, 2))).toBe(false);
    const beyond = vectorAt(enrolled.vector, rules.reach + 0.01, 1);
    expect(embeddingDistance(beyond, learned.learned[0]?.vector as Float32Array)).toBeLessThan(0.2);
    expect(accepts(learned, beyond)).toBe(false);
  });

  test('without an enrolled core of the network nothing learned opens', () => {
    const { learned } = nearMissLearnedOn(1, 1)(owner);
    expect(compareWithTemplates(vectorAt(enrolled.vector, near, 1), 'sface', learned, rules)).toBeUndefined();
    expect(
      compareWithTemplates(vectorAt(enrolled.vector, near, 1), 'sface', [{ ...enrolled, model: 'rgbd' }, ...learned], rules),
    ).toBeUndefined();
  });

  test('where the network has no distances for learned vectors, only the enrolment opens', () => {
    const { learned } = nearMissLearnedOn(1, 1)(owner);
    const comparison = compareWithTemplates(vectorAt(enrolled.vector, near, 1), 'sface', [enrolled, ...learned], { unlock: rules.unlock });
    expect(comparison).toMatchObject({ accepted: false, template: enrolled });
  });
});

describe('the direction of updates', () => {
  const steps = [0.32, 0.64].map((distance) => vectorAt(enrolled.vector, distance, 1));
  const show = (adaptation: Adaptation, vector: Float32Array, day: number) =>
    afterMatch(adaptation, lookAt(0, 0, { embedding: vector }), situation(startWallMs + day * dayMs));

  test('a second step straight on is refused, and takes the day', () => {
    const first = show(owner, steps[0] as Float32Array, 1);
    const second = show(first.adaptation, steps[1] as Float32Array, 2);
    expect(second.outcome).toEqual({ kind: 'not-learned', reason: 'steady-drift' });
    expect(second.adaptation.learned).toHaveLength(1);
    expect(matchOn(second.adaptation, 2.5, 0.6, 7).outcome).toEqual({ kind: 'not-learned', reason: 'one-a-day' });
  });

  test('it is remembered after the first step has left service', () => {
    const first = withoutExpired(show(owner, steps[0] as Float32Array, 1).adaptation, rules, startWallMs + 40 * dayMs);
    expect(first.learned).toEqual([]);
    expect(show(first, steps[1] as Float32Array, 41).outcome).toEqual({ kind: 'not-learned', reason: 'steady-drift' });
  });

  test('a face that varies around its middle learns day after day', () => {
    const learned = [1, 2, 3, 4].map((day) => learnedOn(day, 10 + day));
    expect(after(learned).learned).toHaveLength(4);
  });
});

describe('expiry', () => {
  const learned = nearMissLearnedOn(1, 1)(owner);
  const use = (adaptation: Adaptation, day: number): Adaptation => matchOn(adaptation, day, near, 1).adaptation;
  const limits = rules.limits['learned-near-miss'];

  test('a vector serves a finite number of unlocks', () => {
    let adaptation = learned;
    for (let turn = 1; turn < limits.maximumUses; turn++) adaptation = use(adaptation, 1 + turn / 100);
    expect(adaptation.record.learned[0]?.uses).toBe(limits.maximumUses - 1);
    expect(use(adaptation, 1.9).learned).toEqual([]);
  });

  test('unlocks that the enrolment decided do not wear a vector out', () => {
    const adaptation = matchOn(learned, 1.5, 0.1, 2).adaptation;
    expect(adaptation.record.learned[0]).toMatchObject({ uses: 0, unmatched: 1 });
  });

  test('a vector the owner stops matching is dropped', () => {
    let adaptation = learned;
    for (let turn = 1; turn <= limits.maximumUnmatched; turn++) adaptation = matchOn(adaptation, 1 + turn / 100, 0.1, 2).adaptation;
    expect(adaptation.learned).toEqual([]);
  });

  test('near misses it does not match count too', () => {
    let adaptation = learned;
    for (let turn = 1; turn <= limits.maximumUnmatched; turn++) adaptation = nearMissOn(adaptation, 1 + turn / 100, near, 3).adaptation;
    expect(withoutExpired(adaptation, rules, startWallMs + 2 * dayMs).learned).toEqual([]);
  });

  test('a vector unused for its days is dropped', () => {
    const lastMs = learned.record.learned[0]?.lastUsedAtMs ?? 0;
    expect(withoutExpired(learned, rules, lastMs + limits.maximumIdleMs).learned).toHaveLength(1);
    expect(withoutExpired(learned, rules, lastMs + limits.maximumIdleMs + 1).learned).toEqual([]);
  });
});

describe('undo', () => {
  test('takes back the last vector learned and brings back what it replaced', () => {
    const before = after([learnedOn(1, 1), nearMissLearnedOn(2, 2), nearMissLearnedOn(3, 3)]);
    const undone = undoLastChange(nearMissLearnedOn(4, 4)(before)) as Adaptation;
    const byId = (adaptation: Adaptation) => adaptation.learned.toSorted((p, q) => p.id.localeCompare(q.id));
    expect(byId(undone)).toEqual(byId(before));
    expect(undone.record.learned.map(({ templateId }) => templateId).sort()).toEqual(
      before.record.learned.map(({ templateId }) => templateId).sort(),
    );
    expect(undone.record.trail).toEqual(before.record.trail);
    expect(undone.record.undo).toEqual(before.record.undo);
  });

  test('goes back step by step to the enrolment, and then there is nothing to undo', () => {
    let adaptation: Adaptation | undefined = after([
      learnedOn(1, 1),
      nearMissLearnedOn(2, 2),
      nearMissLearnedOn(3, 3),
      nearMissLearnedOn(4, 4),
    ]);
    for (let step = 0; step < 4 && adaptation !== undefined; step++) adaptation = undoLastChange(adaptation);
    expect(adaptation?.learned).toEqual([]);
    expect(adaptation?.shelved).toEqual([]);
    expect(adaptation === undefined ? undefined : undoLastChange(adaptation)).toBeUndefined();
  });

  test('gives no second update on the same day', () => {
    const undone = undoLastChange(learnedOn(1, 1)(owner)) as Adaptation;
    expect(matchOn(undone, 1.5, 0.6, 2).outcome).toEqual({ kind: 'not-learned', reason: 'one-a-day' });
  });

  test('forgetting leaves the enrolment alone, and no way round the limits', () => {
    const forgotten = forgetLearned(after([learnedOn(1, 1), nearMissLearnedOn(2, 2)]));
    expect(forgotten).toMatchObject({ core: [enrolled], learned: [], shelved: [] });
    expect(forgotten.record).toMatchObject({ learned: [], trail: [], undo: [] });
    expect(matchOn(forgotten, 2.5, 0.6, 2).outcome).toEqual({ kind: 'not-learned', reason: 'one-a-day' });
  });
});

describe('what is stored', () => {
  const history = after([learnedOn(1, 1), nearMissLearnedOn(2, 2), nearMissLearnedOn(3, 3), nearMissLearnedOn(4, 4)]);

  test('comes back as it was through JSON', () => {
    const record = JSON.parse(JSON.stringify(history.record));
    expect(openAdaptation(templatesInService(history), history.shelved, record)).toEqual(history);
  });

  test('a learned vector without its row, or with two, does not serve', () => {
    const [row] = history.record.learned;
    const without = { ...history.record, learned: history.record.learned.slice(1) };
    expect(openAdaptation(templatesInService(history), history.shelved, without).learned).toHaveLength(history.learned.length - 1);
    const twice = { ...history.record, learned: [...history.record.learned, ...(row === undefined ? [] : [row])] };
    expect(openAdaptation(templatesInService(history), history.shelved, twice).learned).toHaveLength(history.learned.length - 1);
  });

  test('an undo step whose vectors are lost is left out', () => {
    const opened = openAdaptation(templatesInService(history), [], history.record);
    expect(opened.record.undo.every(({ replaced }) => replaced.length === 0)).toBe(true);
    expect(opened.learned).toEqual(history.learned);
  });

  test('only what was enrolled becomes the core', () => {
    expect(beginAdaptation(templatesInService(history)).core).toEqual([enrolled]);
  });
});

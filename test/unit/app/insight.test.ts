import { expect, it, vi } from 'vitest';
import type { InsightView } from '../../../main/contract/insight.ts';
import { judgeCues } from '../../../main/vision/liveness.ts';
import { type LivenessCueName, livenessCueNames } from '../../../main/vision/liveness-cues.ts';
import { cueWeights, livenessBias } from '../../../main/vision/liveness-weights.ts';
import { near, vectorAt } from '../identity/learned.ts';
import { newFolder, opened } from '../vault/build.ts';
import { enrolledBench, homeOf, lookAtLock, ownersFace, passcode, personId, show, strangersFace } from './house-of-one.ts';
import type { Bench } from './surroundings.ts';

vi.mock('node:crypto', async (original) => (await import('../vault/cheap-scrypt.ts')).cheapScrypt(original));

const others = 'copper-meadow-9';
const cues = [{ name: 'reliefMm', value: 12.5, passed: true }];

async function insightOf(bench: Bench, id = personId(bench), typed = passcode): Promise<InsightView> {
  expect(await bench.latch.showInsight({ personId: id, passcode: typed })).toEqual({ kind: 'done' });
  const { insight } = homeOf(bench);
  if (insight === undefined) throw new Error('no page');
  return insight;
}

it('tells the unlocked owner how near the last looks came, what they measured and why they ended as they did', async () => {
  const bench = await enrolledBench(opened(newFolder()));
  bench.latch.lockScreen();
  lookAtLock(bench, strangersFace, { liveness: { kind: 'live', score: 0.9, cues } });
  bench.latch.look();
  show(bench, vectorAt(ownersFace, 0.6, 1), 4);
  bench.pass(1000);
  const { looks, rules, personName } = await insightOf(bench);
  expect(personName).toBe('Ada');
  expect(rules).toMatchObject({ distances: { unlock: 0.95, reach: 1 }, framesToUnlock: 3, framesToRefuse: 8, attentionRequired: true });
  expect(looks).toMatchObject([
    { outcome: 'opened', reason: 'Opened: it was you', learning: 'Nothing was learned: looks had failed before it.' },
    {
      outcome: 'refused',
      reason: 'Not opened: this face is not enough like the one that was set up',
      tally: { frames: 8, matched: 0, unknown: 8, notLive: 0 },
      face: { liveness: { kind: 'live', cues }, infrared: false },
    },
  ]);
  expect(looks[0]?.face?.enrolledDistance).toBeCloseTo(0.6, 4);
  expect(looks[1]?.face?.enrolledDistance).toBeGreaterThan(1);
  expect(JSON.stringify(looks)).not.toContain('embedding');
});

/** Cues of a living face, some of them otherwise. */
function livingCues(changes: Partial<Record<LivenessCueName, number>>): Record<LivenessCueName, number> {
  const usual = livenessCueNames.map((name) => [name, cueWeights.find((weight) => weight.name === name)?.middle ?? 0.9]);
  return { ...(Object.fromEntries(usual) as Record<LivenessCueName, number>), ...changes };
}

it('tells each cue with its bound, where living faces lie and what it cost, and what the look came to', async () => {
  const bench = await enrolledBench(opened(newFolder()));
  const flat = judgeCues(livingCues({ reliefMm: 3.1 }));
  const usual = judgeCues(livingCues({}));
  expect([flat.kind, usual.kind]).toEqual(['spoof', 'live']);
  lookAtLock(bench, ownersFace, { liveness: usual });
  const [opening] = (await insightOf(bench)).looks;
  expect(opening?.tally).toMatchObject({ frames: 3, matched: 3, unknown: 0, notLive: 0 });
  expect(opening?.tally.meanLogOdds).toBeCloseTo(livenessBias, 2);
  bench.latch.lockScreen();
  lookAtLock(bench, ownersFace, { liveness: flat });
  await bench.latch.unlockWithPasscode({ passcode });
  bench.pass(1000);
  const [refused] = (await insightOf(bench)).looks;
  expect(refused).toMatchObject({
    outcome: 'refused',
    reason: 'Not opened: by its depth this was no living face',
    tally: { frames: 8, matched: 0, unknown: 0, notLive: 8 },
  });
  const { liveness } = refused?.face ?? {};
  const failed = liveness?.cues.filter(({ passed }) => !passed) ?? [];
  expect(failed).toMatchObject([{ name: 'reliefMm', value: 3.1, bound: { from: 5.5, to: 40 } }]);
  expect(failed[0]?.living?.middle).toBeGreaterThan(5.5);
  expect(failed[0]?.cost).toBeGreaterThan(0);
  expect(liveness?.logOdds).toBeCloseTo(Math.log(flat.score / (1 - flat.score)), 6);
});

it('tells what the camera waited for where nothing was decided', async () => {
  const bench = await enrolledBench(opened(newFolder()));
  bench.latch.lockScreen();
  bench.latch.look();
  show(bench, ownersFace, 3, { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } });
  bench.pass(11_000);
  bench.latch.tick(0);
  await bench.latch.unlockWithPasscode({ passcode });
  bench.pass(1000);
  expect((await insightOf(bench)).looks).toMatchObject([
    { outcome: 'undecided', reason: 'Nothing decided: the eyes were closed', tally: { frames: 3 } },
  ]);
});

it('tells what became of the capture after a near miss', async () => {
  const bench = await enrolledBench(opened(newFolder()));
  bench.latch.lockScreen();
  bench.latch.look();
  show(bench, vectorAt(ownersFace, near, 1), 8);
  await bench.latch.unlockWithPasscode({ passcode });
  bench.pass(1000);
  show(bench, vectorAt(ownersFace, near, 1), 3);
  expect((await insightOf(bench)).looks).toMatchObject([{ outcome: 'refused', learning: 'Facelatch learned how you look now.' }]);
});

it('a look that failed five times is told as well, although everything was sealed then', async () => {
  const bench = await enrolledBench(opened(newFolder()));
  bench.latch.lockScreen();
  for (let failed = 0; failed < 5; failed++) lookAtLock(bench, strangersFace);
  await bench.latch.unlockWithPasscode({ passcode });
  bench.pass(1000);
  const { looks } = await insightOf(bench);
  expect(looks).toHaveLength(5);
  for (const { face } of looks) expect(face?.enrolledDistance).toBeGreaterThan(1);
});

it('is never sent to a locked screen, is closed by the lock, and forgets', async () => {
  const bench = await enrolledBench(opened(newFolder()));
  lookAtLock(bench, ownersFace, { liveness: { kind: 'live', score: 0.9, cues } });
  await insightOf(bench);
  bench.views.length = 0;
  bench.latch.lockScreen();
  bench.latch.look();
  show(bench, strangersFace, 8);
  expect(bench.views.length).toBeGreaterThan(2);
  expect(JSON.stringify(bench.views)).not.toMatch(/reliefMm|enrolledDistance|insight|0\.9|Not opened/);
  expect(await bench.latch.showInsight({ personId: 'anybody', passcode })).toMatchObject({ kind: 'refused' });
  await bench.latch.unlockWithPasscode({ passcode });
  bench.pass(1000);
  expect(homeOf(bench).insight).toBeUndefined();
  // Of what came before the lock nothing is left.
  expect((await insightOf(bench)).looks).toMatchObject([{ outcome: 'refused' }]);
  bench.latch.hideInsight();
  expect(homeOf(bench).insight).toBeUndefined();
});

it("tells nobody how near a face came to another person's", async () => {
  const vault = opened(newFolder());
  const bench = await enrolledBench(vault);
  await bench.latch.addPerson({ name: 'Grace', newPasscode: others, passcode });
  bench.latch.leaveEnrolment();
  const grace = homeOf(bench).people.find(({ name }) => name === 'Grace')?.id ?? '';
  lookAtLock(bench, ownersFace);
  const { looks } = await insightOf(bench, grace, others);
  expect(looks).toMatchObject([{ outcome: 'opened', reason: 'Opened for somebody else who may come in', tally: { matched: 0 } }]);
  expect(looks[0]?.face?.enrolledDistance).toBeUndefined();
  expect(looks[0]?.learning).toBeUndefined();
});

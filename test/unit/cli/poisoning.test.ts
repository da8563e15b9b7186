import { expect, test, vi } from 'vitest';
import { poisoning, runPoisoning } from '../../../main/cli/experiments/poisoning.ts';
import { seededRandom } from '../../../main/cli/experiments/random.ts';
import { measureFit } from '../../../main/cli/experiments/synthetic-faces.ts';
import { type AdaptationRules, adaptationRulesOf } from '../../../main/identity/adaptation-rules.ts';

const rules = adaptationRulesOf('sface') as AdaptationRules;
const few = { tries: 20, injections: 40, owners: 3, days: 40, seed: 3 };

test('the made-up faces lie as far apart as real ones do for SFace', () => {
  const { genuine, impostor, sameSitting } = measureFit(seededRandom(11), 300);
  // Labeled Faces in the Wild, all pairs of 7,450 photographs: genuine 0.783 and 0.112, impostor 1.336 and 0.065.
  expect(Math.abs(genuine.mean - 0.783)).toBeLessThan(0.03);
  expect(Math.abs(genuine.sd - 0.112)).toBeLessThan(0.03);
  expect(Math.abs(impostor.mean - 1.336)).toBeLessThan(0.02);
  expect(Math.abs(impostor.sd - 0.065)).toBeLessThan(0.01);
  expect(sameSitting.mean).toBeGreaterThan(0.3);
  expect(sameSitting.mean).toBeLessThan(0.5);
});

test('the attack takes over a lock without guard and none with it, and the guard leaves the owner their learning', () => {
  const { attacks, owners } = runPoisoning(rules, few);
  const takeovers = (defence: string, attacker: string) =>
    attacks.find((row) => row.defence === defence && row.attacker === attacker)?.takeovers;
  expect(takeovers('unguarded', 'stepwise')).toBe(few.tries);
  expect(takeovers('unguarded', 'photograph')).toBeGreaterThan(few.tries / 2);
  for (const row of attacks.filter(({ defence }) => defence.startsWith('guarded'))) expect(row.takeovers).toBe(0);
  expect(takeovers('without-reach', 'planned')).toBeGreaterThan(0);
  for (const row of owners) expect(row.learnedBySuccess).toBeGreaterThan(1);
});

test('the direction of updates is what stops the attack in small steps, at its second one', () => {
  const { attacks } = runPoisoning(rules, { ...few, owners: 1, days: 4 });
  const row = (defence: string) => attacks.find((each) => each.defence === defence && each.attacker === 'stepwise');
  expect(row('guarded')?.meanLearned).toBe(1);
  expect(row('guarded')?.meanRefusedForDirection).toBe(few.injections - 1);
  expect(row('without-direction')?.meanLearned).toBeGreaterThan(1.5);
});

test('the same seed gives the same report, another seed another one', () => {
  const small = { tries: 3, injections: 5, owners: 1, days: 8, seed: 1 };
  expect(runPoisoning(rules, small)).toEqual(runPoisoning(rules, small));
  expect(runPoisoning(rules, { ...small, seed: 2 }).fit).not.toEqual(runPoisoning(rules, small).fit);
});

test.each([
  ['--tries', '0'],
  ['--injections', 'many'],
  ['--seed', '1.5'],
])('%s %s is refused in one line', async (name, value) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await poisoning([name, value])).toBe(2);
  expect(written.mock.calls.map(([text]) => text)).toEqual([`facelatch: ${name} takes a whole number from 1, not "${value}".\n`]);
  written.mockRestore();
});

import { expect, test } from 'vitest';
import { afterMatch } from '../../../main/identity/adaptation.ts';
import { type Adaptation, openAdaptation, templatesInService } from '../../../main/identity/adaptation-record.ts';
import { alternateOf, withAlternate, withoutAlternate } from '../../../main/identity/appearance.ts';
import { compareWithTemplates } from '../../../main/identity/comparison.ts';
import { enrolled, lookAt, matchOn, owner, rules, situation, startWallMs, vectorAt } from './learned.ts';

const glasses = { ...enrolled, id: 'glasses', vector: vectorAt(enrolled.vector, 1.2, 40) };
const both = withAlternate(owner, [glasses]) as Adaptation;

test('a second appearance is of the core: it opens by itself, and survives what is stored', () => {
  const accepted = (adaptation: Adaptation, vector: Float32Array): boolean =>
    compareWithTemplates(vector, 'sface', templatesInService(adaptation), rules)?.accepted === true;
  expect(accepted(owner, glasses.vector)).toBe(false);
  expect(accepted(both, glasses.vector)).toBe(true);
  expect(accepted(both, enrolled.vector)).toBe(true);
  const reopened = openAdaptation(templatesInService(both), both.shelved, both.record);
  expect(reopened.core).toEqual(both.core);
  expect(alternateOf(reopened)).toMatchObject([{ id: 'glasses', origin: 'enrolled-alternate' }]);
});

test('another one takes its place, and without a first there is no second', () => {
  const again = withAlternate(both, [{ ...glasses, id: 'mask' }]) as Adaptation;
  expect(again.core.map(({ id }) => id)).toEqual(['core', 'mask']);
  expect(withAlternate({ ...owner, core: [] }, [glasses])).toBeUndefined();
});

test('removed, it takes along what was learned, and the limits stay', () => {
  const learned = matchOn(both, 0, 0.6, 1).adaptation;
  expect(learned.learned).toHaveLength(1);
  const without = withoutAlternate(learned);
  expect(without.core).toEqual(owner.core);
  expect(without).toMatchObject({ learned: [], shelved: [], record: { learned: [], undo: [], trail: [] } });
  expect(without.record.updateTakenAtMs).toBe(learned.record.updateTakenAtMs);
});

test('a match seen by infrared teaches nothing, and takes no learned vector nearer to its end than by its use', () => {
  const learned = matchOn(owner, 0, 0.6, 1).adaptation;
  const wallMs = startWallMs + 2 * 86_400_000;
  const dark = afterMatch(learned, lookAt(0.6, 2, { infrared: true }), situation(wallMs));
  expect(dark.outcome).toEqual({ kind: 'not-learned', reason: 'infrared' });
  expect(dark.adaptation.record.learned).toEqual(learned.record.learned);
  const light = afterMatch(learned, lookAt(0.6, 2), situation(wallMs));
  expect(light.outcome).toMatchObject({ kind: 'learned' });
  expect(light.adaptation.record.learned[0]).toMatchObject({ unmatched: 1 });
});

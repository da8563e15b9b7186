import { expect, it } from 'vitest';
import { activitySentence, activityView } from '../../../main/app/wiring/activity.ts';
import type { AuditEntry } from '../../../main/contract/audit.ts';

const entry = (sequence: number): AuditEntry => ({ sequence, wallMs: 1000 * sequence, event: { kind: 'unlocked', by: 'face' } });

it('puts the newest first', () => {
  const { entries, warning } = activityView({ kind: 'intact', entries: [entry(0), entry(1), entry(2)] });
  expect(entries.map(({ wallMs }) => wallMs)).toEqual([2000, 1000, 0]);
  expect(warning).toBeUndefined();
});

it('keeps the newest of a long log', () => {
  const { entries } = activityView({ kind: 'intact', entries: Array.from({ length: 2000 }, (_, sequence) => entry(sequence)) });
  expect(entries.length).toBeLessThan(1000);
  expect(entries[0]?.wallMs).toBe(1_999_000);
});

it('says that the log was edited, beside what is whole', () => {
  const view = activityView({ kind: 'edited', entries: [entry(0)], sentence: 'The log was changed from outside.' });
  expect(view).toEqual({ entries: [{ id: 0, wallMs: 0, sentence: 'Unlocked by face' }], warning: 'The log was changed from outside.' });
});

it('does not tell a face that is not alive from one that is not known', () => {
  const sentences = (['not-recognised', 'not-live'] as const).map((reason) => activitySentence({ kind: 'look-refused', reason }));
  expect(sentences[0]).toBe(sentences[1]);
});

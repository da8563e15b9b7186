import { expect, test } from 'vitest';
import { LookDesk } from '../../../main/app/wiring/look-desk.ts';
import type { RefusalReason } from '../../../main/contract/decision.ts';
import { passcodeReasonSentences, refusalSentences } from '../../../main/contract/sentences.ts';
import type { Gallery } from '../../../main/identity/template.ts';
import { near, vectorAt } from '../identity/learned.ts';
import { type FaceObservation, faceObservation, vectorOf } from '../identity/observations.ts';

/*
 * What somebody before the lock can read, from the first frame to the verdict. An attack gets better by knowing what it failed by, so a picture, a mask, a
 * stranger and a near miss must read alike at every moment.
 */

const owner: Gallery = {
  personId: 'owner',
  templates: [{ id: 't', origin: 'enrolled', model: 'sface', vector: vectorOf(1), yawDeg: 0, pitchDeg: 0, createdAtMs: 0 }],
};

type Changes = Partial<Omit<FaceObservation, 'kind' | 'stamp'>>;

/** Everything the lock screen said, frame by frame, and at last. */
function read(changes: Changes, frames = 30): string[] {
  const desk = new LookDesk(0, { attention: true });
  const said: string[] = [];
  for (let frame = 1; frame <= frames; frame++) {
    const decision = desk.observe(faceObservation(frame * 33, changes), [owner], 'sface', frame * 33 + 20);
    if (decision?.kind === 'match') return [...said, 'opened'];
    if (decision?.kind === 'refuse') return [...said, refusalSentences[decision.reason]];
    said.push(desk.sentence);
  }
  return said;
}

const stranger = { embedding: vectorOf(2) };
const picture = { liveness: { kind: 'spoof', score: 0, cues: [] } } as const;
const mask = { liveness: { kind: 'live', score: 0.01, cues: [] } } as const;
const nearly = { embedding: vectorAt(vectorOf(1), near, 1) };
const closed = { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } as const;
const elsewhere = { kind: 'looking-away', leftBlink: 0, rightBlink: 0, gazeDeg: 60 } as const;

test('a picture, a mask, a stranger and a near miss read alike at every frame', () => {
  expect(read({})).toContain('opened');
  const told = read(stranger);
  expect(told.at(-1)).toBe('Face not recognised');
  for (const other of [picture, mask, nearly, { ...picture, ...stranger }]) expect(read(other)).toEqual(told);
});

test.each([closed, elsewhere])('with eyes that do not look ($kind) everybody reads the same', (attention) => {
  const told = read({ attention });
  for (const other of [stranger, picture, mask, nearly]) expect(read({ ...other, attention })).toEqual(told);
});

test('no sentence of the lock screen holds a number or names liveness, depth cues or nearness to a match', () => {
  const all = [...Object.values(refusalSentences), ...Object.values(passcodeReasonSentences)];
  for (const sentence of all) expect(sentence).not.toMatch(/\d|flat|mask|print|alive|living|almost|nearly|close to|match|score|similar/i);
  const same: RefusalReason[] = ['not-recognised', 'not-live'];
  expect(new Set(same.map((reason) => refusalSentences[reason])).size).toBe(1);
});

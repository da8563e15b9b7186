import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type AttackLook, judged, type LivingLook, type LookFacts } from '../../../main/cli/experiments/attack-looks.ts';
import { attackTable, withTable } from '../../../main/cli/experiments/attack-table.ts';
import { attacks, attacksReport } from '../../../main/cli/experiments/attacks.ts';
import type { Gallery } from '../../../main/identity/template.ts';
import { type FaceObservation, faceObservation, vectorOf } from '../identity/observations.ts';

const owner: Gallery = {
  personId: 'owner',
  templates: [{ id: 'core', origin: 'enrolled', model: 'sface', vector: vectorOf(1), yawDeg: 0, pitchDeg: 0, createdAtMs: 0 }],
};
const frames = (changes: Parameters<typeof faceObservation>[1] = {}): FaceObservation[] =>
  [1, 2, 3].map((at) => faceObservation(at, changes));
const spoof = { liveness: { kind: 'spoof', score: 0.01, cues: [{ name: 'reliefMm', value: 2, passed: false }] } } as const;

test('liveness is asked alone, whoever it is and wherever they look; the lock asks everything', () => {
  const outcome = (observations: readonly FaceObservation[]) => {
    const { liveness, unlocks } = judged('path', observations, owner, 'sface');
    return [liveness, unlocks];
  };
  expect(outcome(frames())).toEqual(['alive', true]);
  expect(outcome(frames({ embedding: vectorOf(2) }))).toEqual(['alive', false]);
  expect(outcome(frames({ attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } }))).toEqual(['alive', false]);
  expect(outcome(frames(spoof))).toEqual(['not-alive', false]);
  expect(outcome(frames({ liveness: { kind: 'live', score: 0.001, cues: [] } }))).toEqual(['not-alive', false]);
  expect(outcome(frames({ liveness: { kind: 'unknown', score: 0, cues: [] } }))).toEqual(['not-acquired', false]);
  expect(outcome([])).toEqual(['not-acquired', false]);
  expect(judged('path', frames(), undefined, 'sface').unlocks).toBeUndefined();
});

const facts: LookFacts = { skinTone: 0.1, glasses: false, hat: false, beard: false, distanceMm: 600, light: 'room' };
const living = (change: Partial<LookFacts>, person: string, observations: readonly FaceObservation[], enrolled?: Gallery): LivingLook => ({
  person,
  facts: { ...facts, ...change },
  ...judged('path', observations, enrolled, 'sface'),
});
const attack = (species: string, observations: readonly FaceObservation[]): AttackLook => ({
  species,
  target: 'owner',
  ...judged('path', observations, owner, 'sface'),
});

test('the worst species is the headline, and what was never acquired is no error of liveness', () => {
  const report = attacksReport(
    'sface',
    1,
    [
      attack('flat-print-matte', frames(spoof)),
      attack('flat-print-matte', frames({ quality: { kind: 'poor', fault: 'no-depth' } })),
      attack('own-shape-mask', frames()),
      attack('own-shape-mask', frames({ embedding: vectorOf(2) })),
    ],
    [
      living({}, 'a', frames(), owner),
      living({ glasses: true }, 'a', frames(spoof), owner),
      living({ glasses: true }, 'b', frames()),
      living({}, 'b', frames({ quality: { kind: 'poor', fault: 'too-dark' } })),
    ],
    undefined,
  );
  expect(report.worst).toEqual({ liveness: 'own-shape-mask', lock: 'own-shape-mask' });
  const [flat, mask] = report.species;
  expect([flat?.liveness.rate, flat?.liveness.n, flat?.notAcquired, flat?.lock.rate]).toEqual([0, 2, 1, 0]);
  expect(flat?.gaveAway).toEqual([{ cue: 'reliefMm', share: 0.5 }]);
  expect([mask?.liveness.rate, mask?.lock.rate]).toEqual([1, 0.5]);
  expect([report.living.people, report.living.refused.n, report.living.refused.rate]).toEqual([2, 3, 1 / 3]);
  expect(report.living.notAcquired.rate).toBe(0.25);
  expect([report.living.ownersRefused.n, report.living.ownersRefused.rate]).toEqual([2, 0.5]);
  const group = (name: string) => report.living.groups.find((row) => row.group === name)?.refused;
  expect([group('glasses')?.rate, group('glasses')?.n]).toEqual([0.5, 2]);
  expect(group('no glasses')?.rate).toBe(0);
});

test('a document gets the rates of a folder between the marks for it, again and again, and nothing else of it changes', () => {
  const report = attacksReport(
    'sface',
    1,
    [
      attack('own-shape-mask', frames()),
      attack('own-shape-mask', frames({ embedding: vectorOf(2) })),
      attack('screen-replay', frames(spoof)),
    ],
    [living({}, 'a', frames(), owner), living({}, 'b', frames(spoof))],
    undefined,
  );
  const before =
    'Words.\n\n<!-- experiment attacks: test -->\n<!-- experiment attacks: end -->\n\nOthers.\n<!-- experiment attacks: worn -->\nkept\n';
  const after = withTable(before, 'test', attackTable(report));
  expect(after).toMatch(/^Words\.\n\n<!-- experiment attacks: test -->\n\n\| species .*<!-- experiment attacks: end -->\n\nOthers\.\n/s);
  expect(after).toContain('| own-shape-mask | 2 | 100.0 % (34.2 % to 100.0 %) | 50.0 % (9.5 % to 90.5 %) |');
  expect(after).toMatch(/\| screen-replay \| 1 \| 0 \(at most 100\.0 %\) \|/);
  expect(after).toContain('Living looks of 2 people: liveness refused 50.0 %');
  expect(after?.endsWith('<!-- experiment attacks: worn -->\nkept\n')).toBe(true);
  expect(withTable(after ?? '', 'test', attackTable(report))).toBe(after);
  expect(withTable(before, 'turned', 'x')).toBeUndefined();
});

test('wrong use and a folder without recordings are refused in one sentence', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const empty = await mkdtemp(join(tmpdir(), 'facelatch-attacks-'));
  try {
    expect(await attacks([])).toBe(2);
    expect(await attacks(['--recordings', empty])).toBe(2);
    const document = join(empty, 'README.md');
    await writeFile(document, 'no marks');
    expect(await attacks(['--recordings', join(empty, 'test'), '--table', document])).toBe(2);
    expect(await readFile(document, 'utf8')).toBe('no marks');
    expect(said.mock.calls.map(([line]) => line)).toEqual([
      expect.stringContaining('usage:'),
      expect.stringContaining(`${empty} holds no recordings`),
      expect.stringContaining('has no place for a table of test'),
    ]);
  } finally {
    said.mockRestore();
    await rm(empty, { recursive: true });
  }
});

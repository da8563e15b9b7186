import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { notEnrolledLines } from '../../../main/cli/evaluation/enrolment-stop.ts';
import { attention, attentionReport } from '../../../main/cli/experiments/attention.ts';
import { type GazeFacts, type GazeLook, outcomeOf, readGazeLooks } from '../../../main/cli/experiments/attention-looks.ts';
import { halfPoint } from '../../../main/cli/experiments/half-point.ts';
import type { Attention } from '../../../main/contract/observation.ts';
import type { Gallery } from '../../../main/identity/template.ts';
import { faceObservation, vectorOf } from '../identity/observations.ts';

const owner: Gallery = {
  personId: 'owner',
  templates: [{ id: 'core', origin: 'enrolled', model: 'sface', vector: vectorOf(1), yawDeg: 0, pitchDeg: 0, createdAtMs: 0 }],
};
const eyes = (kind: Attention['kind']): Attention => ({ kind, leftBlink: 0, rightBlink: 0, gazeDeg: 0 });

test('a look is told apart by what refused it: attention, or something that refuses it anyway', () => {
  const look = (changes: Parameters<typeof faceObservation>[1]) =>
    outcomeOf({ observations: [faceObservation(1, changes), faceObservation(2, changes)] }, owner, 'sface').outcome;
  expect(look({})).toBe('unlock');
  expect(look({ attention: eyes('eyes-closed') })).toBe('refused-for-attention');
  expect(look({ attention: eyes('looking-away') })).toBe('refused-for-attention');
  expect(look({ attention: eyes('eyes-closed'), embedding: vectorOf(2) })).toBe('other');
  expect(look({ quality: { kind: 'poor', fault: 'too-dark' } })).toBe('other');
});

const facts: GazeFacts = {
  kind: 'attentive',
  blink: 0,
  gazeDeg: 10,
  turnedDeg: 5,
  distanceMm: 600,
  glasses: false,
  skinTone: 0.2,
  light: 'room',
};
const gazeLook = (change: Partial<GazeFacts>, outcome: GazeLook['outcome'], reason: GazeLook['reason'] = 'match'): GazeLook => ({
  person: 'p',
  session: 's',
  facts: { ...facts, ...change },
  outcome,
  reason,
});

test('the report counts refusals among looks that attention decided, and closed eyes among all', () => {
  const report = attentionReport(
    [
      gazeLook({}, 'unlock'),
      gazeLook({ glasses: true }, 'refused-for-attention', 'looking-away'),
      gazeLook({}, 'other', 'too-dark'),
      gazeLook({ kind: 'closed', blink: 1 }, 'refused-for-attention', 'eyes-closed'),
      gazeLook({ kind: 'closed', blink: 1 }, 'other', 'no-face'),
      gazeLook({ kind: 'closed', blink: 1 }, 'unlock'),
    ],
    'sface',
    [],
  );
  expect(report.closed.unlocked).toMatchObject({ n: 3, rate: 1 / 3 });
  expect(report.closed.stopped).toBe(1);
  expect(report.attentive.refused).toMatchObject({ n: 2, rate: 0.5 });
  expect(report.attentive.other).toEqual({ 'too-dark': 1 });
  const group = (name: string) => report.attentive.groups.find((row) => row.group === name)?.refused;
  expect(group('with glasses')).toMatchObject({ n: 1, rate: 1 });
  expect(group('without glasses')).toMatchObject({ n: 1, rate: 0 });
});

test('people who could not be enrolled are named with the rule that stopped them', async () => {
  const look = faceObservation(1, { quality: { kind: 'poor', fault: 'turned-away' } });
  const session = { name: 'enrol-circle', path: '/gaze/enrol-circle', observations: [look, look] };
  const reading = await readGazeLooks([{ name: 'report-000', enrol: [session], probe: [] }], 'sface');
  expect(reading).toMatchObject({ kind: 'read', looks: [], notEnrolled: [{ person: 'report-000' }] });
  expect(notEnrolledLines(reading.kind === 'read' ? reading.notEnrolled : [])).toEqual([
    'not enrolled, left out: 1',
    '  report-000: no three steady looks ahead, 0 at most; of 2 looks refused: 2 "Turn your face to the screen"',
  ]);
  expect(notEnrolledLines([])).toEqual([]);
});

test('the half point lies between the two outcomes, and there is none where only one was seen', () => {
  const trials = Array.from({ length: 60 }, (_, value) => ({ value, positive: value >= 35 }));
  expect(halfPoint(trials)).toBeGreaterThan(33.5);
  expect(halfPoint(trials)).toBeLessThan(36);
  const blurred = Array.from({ length: 600 }, (_, n) => ({ value: n / 10, positive: n / 10 + 8 * Math.sin(n * 7) > 30 }));
  expect(Math.abs((halfPoint(blurred) ?? 0) - 30)).toBeLessThan(1);
  expect(halfPoint(trials.slice(0, 30))).toBeUndefined();
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'facelatch-attention-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each([
  [() => [], 'usage: facelatch experiment attention'],
  [() => ['--recordings', join(folder, 'nowhere')], 'nowhere is not a folder'],
  [() => ['--recordings', folder], 'holds no PERSON/SESSION recordings'],
])('bad input is refused in one line', async (args, sentence) => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await attention(args())).toBe(2);
  expect(written.mock.calls).toHaveLength(1);
  expect(String(written.mock.calls[0]?.[0])).toContain(sentence);
  written.mockRestore();
});

test('a file of observations of another network is refused, before any picture is looked at', async () => {
  await mkdir(join(folder, 'somebody', 'look-1'), { recursive: true });
  const file = join(folder, 'seen.jsonl');
  await writeFile(file, '{"observations":1,"model":"other"}\n');
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await attention(['--recordings', folder, '--observations', file])).toBe(2);
  expect(String(written.mock.calls[0]?.[0])).toContain('made with the network other');
  written.mockRestore();
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRecording } from '../../../main/capture/recording/writer.ts';
import { calibrateFusion } from '../../../main/cli/calibrate-fusion.ts';
import { evaluatePairs } from '../../../main/cli/evaluate-pairs.ts';
import { evaluateRecordings } from '../../../main/cli/evaluate-recordings.ts';
import { timeRgbdNetwork } from '../../../main/cli/network-timing.ts';
import { simulate } from '../../../main/cli/simulate.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { thresholdsOf } from '../../../main/identity/thresholds.ts';
import { networkFiles } from '../../../main/vision/load-networks.ts';
import { temporaryFolder } from '../capture/scene.ts';
import { framesOf, modelsDir, peopleDir, redepth } from '../vision/frames.ts';
import { modelsWithSmallRgbd } from '../vision/small-rgbd.ts';

const place = vi.hoisted(() => ({ modelsDir: '' }));
vi.mock('../../../main/cli/models-dir.ts', () => ({ findModelsDir: () => place.modelsDir }));

const people = ['ada', 'ben', 'mei'] as const;
let recordings: string;
let photographs: string;
let withRgbd: string;
let out: string;
let err: string;

beforeAll(async () => {
  withRgbd = await modelsWithSmallRgbd();
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-evaluate-'));
  [recordings, photographs] = [join(folder, 'recordings'), join(folder, 'photographs')];
  for (const person of people) {
    await mkdir(join(recordings, person), { recursive: true });
    await record(join(recordings, person, 'enrol-1'), await someFrames(person, 'look-1'));
    await record(join(recordings, person, 'look-1'), await someFrames(person, 'look-2'));
    await mkdir(join(photographs, person), { recursive: true });
    for (const [index, frame] of (await someFrames(person, 'look-1')).entries()) {
      const { width, height } = frame.calibration.color;
      const jpeg = await Transformer.fromRgbaPixels(frame.color, width, height).jpeg(95);
      await writeFile(join(photographs, person, `${person}_000${index + 1}.jpg`), jpeg);
    }
  }
});

beforeEach(() => {
  [out, err, place.modelsDir] = ['', '', withRgbd];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

/** Reports by the name of what was measured. */
function reports(): Map<string, { [key: string]: unknown; genuine: { n: number }; impostor: { n: number }; bounds: { people: unknown } }> {
  const { models } = JSON.parse(out);
  return new Map(models.map((each: { model: string; modality: string }) => [`${each.model} ${each.modality}`, each]));
}

test('every model on every frame against every other: the same samples for all, in one table each, with a curve and a map', async () => {
  const folder = await temporaryFolder();
  const [det, map] = [join(folder, 'det.svg'), join(folder, 'map.svg')];
  const args = [recordings, '--gates', 'off', '--protocol', 'all', '--model', 'all', '--det', det, '--map', map, '--json'];
  expect(await evaluateRecordings(args), err).toBe(0);
  const models = reports();
  expect([...models.keys()]).toEqual(['sface both', 'turned both', 'rgbd both', 'fused both', 'rgbd colour', 'rgbd depth']);
  const frames = 4;
  for (const report of models.values()) {
    expect(report).toMatchObject({
      command: 'evaluate recordings',
      people: 3,
      samples: 3 * frames,
      failuresToAcquire: 0,
      compared: 3 * frames,
    });
    expect(report.genuine.n).toBe((3 * frames * (frames - 1)) / 2);
    expect(report.impostor.n).toBe(3 * frames * frames);
    expect(report.bounds.people).toMatchObject({ resamples: 1000 });
  }
  expect([...models.values()].map(({ depth }) => depth)).toEqual(['none', 'sensor', 'sensor', 'sensor', 'none', 'sensor']);
  // What the lock's threshold does is told where there is one, and only of the network as the lock runs it.
  for (const { model, modality, atLock } of models.values())
    expect(atLock !== null).toBe(modality === 'both' && thresholdsOf(String(model)) !== undefined);
  const curve = await readFile(det, 'utf8');
  expect([...curve.matchAll(/<polyline/g)]).toHaveLength(6);
  for (const name of ['sface', 'turned', 'rgbd', 'fused', 'rgbd colour only', 'rgbd depth only']) expect(curve).toContain(`>${name}<`);
  expect(await readFile(map, 'utf8')).toContain(`${3 * frames} frames of 3 people`);
});

test('one model alone prints the report of one, and its probes against the enrolled by default', async () => {
  expect(await evaluateRecordings([recordings, '--gates', 'off', '--model', 'fused', '--json']), err).toBe(0);
  const report = JSON.parse(out);
  const probes = 3 * 2;
  expect(report).toMatchObject({ model: 'fused', modality: 'both', genuine: { n: probes }, impostor: { n: 2 * probes } });
});

test('only the people of a list are measured', async () => {
  const list = join(await temporaryFolder(), 'people.txt');
  await writeFile(list, '# held out\nada\n\nmei\nnobody of this folder\n');
  expect(await evaluateRecordings([recordings, '--gates', 'off', '--protocol', 'all', '--people', list, '--json']), err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ model: 'sface', people: 2 });
  out = '';
  expect(await evaluatePairs(['--images', photographs, '--pairs', 'all', '--people', list, '--json']), err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ model: 'sface', people: 2, depth: 'none' });
});

test('frames that depth has holes in are failures of those that look at depth, and nobody is compared on them', async () => {
  const folder = await temporaryFolder();
  for (const person of ['ada', 'ben']) {
    await mkdir(join(folder, person));
    await record(join(folder, person, 'a'), await someFrames(person, 'look-1'));
    await record(
      join(folder, person, 'b'),
      (await someFrames(person, 'look-2')).map((frame) => redepth(frame, () => 0)),
    );
  }
  const args = [folder, '--gates', 'off', '--protocol', 'all', '--model', 'sface', '--model', 'rgbd', '--json'];
  expect(await evaluateRecordings(args), err).toBe(0);
  const { sface, rgbd } = Object.fromEntries([...reports()].map(([name, report]) => [name.split(' ')[0], report]));
  const [whole, holed] = [4, 4];
  expect(sface).toMatchObject({ samples: whole + holed, failuresToAcquire: 0, compared: whole });
  expect(rgbd).toMatchObject({ samples: whole + holed, failuresToAcquire: holed, compared: whole, failureReasons: { 'no-depth': holed } });
});

test('photographs: the networks that look at depth see a fitted shape, and the report says so', async () => {
  const list = join(await temporaryFolder(), 'pairs.txt');
  await writeFile(list, 'ada\t1\t2\nben\t1\t2\nada\t1\tben\t1\nada\t2\tmei\t1\n');
  expect(await evaluatePairs(['--images', photographs, '--pairs', list, '--model', 'sface', '--model', 'fused', '--json']), err).toBe(0);
  const { models } = JSON.parse(out);
  expect(models).toMatchObject([
    { model: 'sface', depth: 'none', genuine: { n: 2 }, impostor: { n: 2 }, samples: 5, failuresToAcquire: 0 },
    { model: 'fused', depth: 'fitted mesh', genuine: { n: 2 }, impostor: { n: 2 }, samples: 5, failuresToAcquire: 0 },
  ]);
  // The fused distances of the same pairs are others: depth is looked at.
  expect(models[1].impostor.mean).not.toBeCloseTo(models[0].impostor.mean, 3);
});

test('the fusion is fitted on every pair of the people given', async () => {
  expect(await calibrateFusion([recordings, '--json']), err).toBe(0);
  const fit = JSON.parse(out);
  expect(fit).toMatchObject({ command: 'evaluate calibrate-fusion', people: 3, failuresToAcquire: 0 });
  expect(fit.weight).toBeGreaterThanOrEqual(0);
  expect(fit.weight).toBeLessThanOrEqual(1);
  expect(fit.scale).toBeGreaterThan(0);
  const tried = fit.tried as { weight: number; fnmr: number }[];
  expect(fit.weight).toBe(tried.find(({ fnmr }) => fnmr === Math.min(...tried.map((each) => each.fnmr)))?.weight);
  expect(fit.genuinePairs + fit.impostorPairs).toBe((fit.samples * (fit.samples - 1)) / 2);
  // Fitted to these pairs, the fusion cannot be worse at telling them apart than the better of the two by much.
  expect(fit.eers.fused).toBeLessThanOrEqual(Math.min(fit.eers.rgbd, fit.eers.turned) + 0.01);
});

test('the network alone is timed where the manifest names it, and only there', async () => {
  expect(await timeRgbdNetwork(withRgbd)).toMatchObject({ kind: 'timed', timing: { n: 200 } });
  const without = await modelsWithSmallRgbd();
  await writeFile(join(without, 'manifest.json'), await readFile(join(modelsDir, 'manifest.json')));
  await rm(join(without, networkFiles.rgbd));
  const named = (await readFile(join(modelsDir, 'manifest.json'), 'utf8')).includes(networkFiles.rgbd);
  expect((await timeRgbdNetwork(without)).kind).toBe(named ? 'failed' : 'not-here');
});

describe('bad input: one line that names it', () => {
  const dir = (): string => recordings;
  test.each<[string, () => Promise<number>, string]>([
    ['a model nobody knows', () => evaluateRecordings([dir(), '--model', 'magic']), 'magic'],
    ['the modality of a network without any', () => evaluateRecordings([dir(), '--modality', 'depth']), '--modality'],
    ['a modality nobody knows', () => evaluatePairs(['--images', photographs, '--pairs', 'all', '--modality', 'smell']), 'smell'],
    ['a list of people that is not there', () => evaluateRecordings([dir(), '--people', '/nowhere/list']), '/nowhere/list'],
    [
      'a list of nobody',
      async () => evaluatePairs(['--images', photographs, '--pairs', 'all', '--people', await listOf('# none\n')]),
      'nobody',
    ],
    ['a list of strangers', async () => evaluateRecordings([dir(), '--people', await listOf('eve\n')]), 'nobody'],
    [
      'photographs of strangers',
      async () => evaluatePairs(['--images', photographs, '--pairs', 'all', '--people', await listOf('eve\n')]),
      'anybody',
    ],
    ['a protocol nobody knows', () => evaluateRecordings([dir(), '--protocol', 'some']), '--protocol'],
    ['a map of whole looks', () => evaluateRecordings([dir(), '--map', 'map.svg']), '--map'],
    ['a fusion of nothing', () => calibrateFusion([]), 'usage'],
    ['a fusion of two things', () => calibrateFusion([dir(), '--images', photographs]), 'usage'],
    ['a simulation of an unknown network', () => simulate(['--model', 'magic']), 'magic'],
  ])('%s', async (_name, run, named) => {
    expect(await run()).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(named);
    expect(out).toBe('');
  });

  test('a network that is not there is named', async () => {
    const without = await modelsWithSmallRgbd();
    await rm(join(without, networkFiles.rgbd));
    place.modelsDir = without;
    for (const model of ['rgbd', 'fused', 'all']) {
      err = '';
      expect(await evaluateRecordings([dir(), '--model', model])).toBe(2);
      expect(err).toContain(networkFiles.rgbd);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  });
});

async function listOf(text: string): Promise<string> {
  const file = join(await temporaryFolder(), 'people.txt');
  await writeFile(file, text);
  return file;
}

/** The first and a middle frame of a built-in recording: enough for what is asserted here. */
function someFrames(person: string, session: string): Promise<RgbdFrame[]> {
  return framesOf(join(peopleDir, person, session), 3);
}

async function record(folder: string, frames: readonly RgbdFrame[]): Promise<void> {
  const opened = await createRecording(folder, (frames[0] as RgbdFrame).calibration);
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  for (const frame of frames) expect(await opened.writer.write(frame)).toEqual({ kind: 'written' });
}

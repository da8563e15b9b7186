import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { thresholdsOf } from '../../../main/identity/thresholds.ts';
import { AnyLight } from '../../../main/vision/any-light.ts';
import { framesOf, networks, peopleDir } from './frames.ts';
import { inTheDark, inTheGloom } from './infrared-light.ts';

let light: AnyLight;
let people: string[];
let frontal: RgbdFrame;

beforeAll(async () => {
  light = new AnyLight(await networks());
  people = (await readdir(peopleDir)).filter((name) => name !== 'attacks').sort();
  frontal = (await framesOf(join(peopleDir, people[0] as string, 'look-1')))[0] as RgbdFrame;
});

async function see(frame: RgbdFrame, purpose: 'enrol' | 'unlock' = 'unlock'): Promise<Observation> {
  return (await light.observe(frame, purpose)).observation;
}

function withoutInfrared({ infrared: _, ...frame }: RgbdFrame): RgbdFrame {
  return frame;
}

const tooDark = { kind: 'face', quality: { kind: 'poor', fault: 'too-dark' } };
const judged = { kind: 'face', infrared: true, quality: { kind: 'good' }, liveness: { kind: 'live' }, embedding: expect.any(Float32Array) };

test('in the gloom infrared is the picture, and without it the face stays too dark', async () => {
  const gloom = inTheGloom(frontal);
  const without = await see(withoutInfrared(gloom));
  expect(without).toMatchObject(tooDark);
  expect(without).not.toHaveProperty('embedding');
  expect(await see(gloom)).toMatchObject(judged);
});

test('in the dark infrared is the picture, and without it nobody is there', async () => {
  const dark = inTheDark(frontal);
  expect(await see(withoutInfrared(dark))).toMatchObject({ kind: 'no-face' });
  expect(await see(dark)).toMatchObject(judged);
  const empty = inTheDark((await framesOf(join(peopleDir, '..', 'empty-room')))[0] as RgbdFrame);
  expect(await see(empty)).toMatchObject({ kind: 'no-face' });
});

test('infrared that is not known to lie on depth is refused', async () => {
  expect(await see({ ...inTheGloom(frontal), calibration: frontal.calibration })).toMatchObject(tooDark);
});

test('nobody enrols on infrared', async () => {
  expect(await see(inTheGloom(frontal), 'enrol')).toMatchObject(tooDark);
});

test('in good light infrared changes nothing', async () => {
  const { infrared, calibration } = inTheGloom(frontal);
  if (infrared === undefined) throw new Error('no infrared was rendered');
  const lit = { ...frontal, calibration };
  const seen = await see({ ...lit, infrared });
  expect(seen).toEqual(await see(lit));
  expect(seen).not.toHaveProperty('infrared');
});

test('a photograph shown in the dark is flat in infrared too', async () => {
  const folder = join(peopleDir, 'attacks', 'flat-photograph');
  const [first] = (await readdir(folder)).sort();
  const shown = (await framesOf(join(folder, first as string)))[0] as RgbdFrame;
  expect(await see(inTheDark(shown))).toMatchObject({ kind: 'face', liveness: { kind: 'spoof' } });
});

test('vectors of infrared faces lie near the colour templates of their owners and far from those of others', async () => {
  const templates = new Map<string, Float32Array[]>();
  for (const person of people) {
    const vectors: Float32Array[] = [];
    for (const frame of await framesOf(join(peopleDir, person, 'enrol-circle'), 4)) {
      const seen = await see(frame, 'enrol');
      if (seen.kind === 'face' && seen.embedding !== undefined) vectors.push(seen.embedding);
    }
    templates.set(person, vectors);
  }
  const unlock = thresholdsOf('sface')?.unlock ?? 0;
  for (const person of people) {
    const [probe] = await framesOf(join(peopleDir, person, 'look-2'));
    const seen = await see(inTheDark(probe as RgbdFrame));
    if (seen.kind !== 'face' || seen.embedding === undefined) throw new Error(`${person} is not recognised in the dark`);
    for (const [owner, vectors] of templates) {
      const { embedding } = seen;
      const distance = Math.min(...vectors.map((vector) => embeddingDistance(embedding, vector)));
      if (owner === person) expect(distance, `${person} before the own lock`).toBeLessThan(unlock);
      else expect(distance, `${person} before ${owner}'s lock`).toBeGreaterThan(unlock);
    }
  }
});

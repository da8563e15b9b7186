import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { livenessReasons } from '../../../main/contract/liveness-reasons.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import { cueCost } from '../../../main/vision/liveness.ts';
import { livenessCueNames } from '../../../main/vision/liveness-cues.ts';
import { observeFrame, type Tracking, untimed } from '../../../main/vision/pipeline.ts';
import type { FaceNetworks } from '../../../main/vision/recognise.ts';
import { framesOf, networks, peopleDir } from './frames.ts';

let loaded: FaceNetworks;
let look: readonly RgbdFrame[];

beforeAll(async () => {
  loaded = await networks();
  const [person] = (await readdir(peopleDir)).filter((name) => name !== 'attacks').sort();
  look = await framesOf(join(peopleDir, person as string, 'look-1'));
});

/** The frames one after another, as the vision thread sees them. */
async function watch(frames: readonly RgbdFrame[]): Promise<Extract<Observation, { kind: 'face' }>[]> {
  const seen: Extract<Observation, { kind: 'face' }>[] = [];
  let tracking: Tracking | undefined;
  for (const frame of frames) {
    const result = await observeFrame(loaded, frame, tracking, untimed);
    tracking = result.tracking;
    if (result.observation.kind === 'face') seen.push(result.observation);
  }
  return seen;
}

const at = (index: number): RgbdFrame => look[index] as RgbdFrame;

test('a frame shown again is no living face, however often, with other colour and with a frame of nobody between', async () => {
  const dark = { ...at(0), color: at(0).color.map((value, index) => (index % 4 === 3 ? value : value * 0.97)) };
  const nobody = { ...at(0), color: new Uint8Array(at(0).color.length) };
  const kinds = (await watch([at(0), at(0), dark, nobody, at(0)])).map(({ liveness }) => liveness.kind);
  expect(kinds).toEqual(['live', 'spoof', 'spoof', 'spoof']);
});

test('a loop of few frames shows when it begins anew', async () => {
  const kinds = (await watch([at(0), at(1), at(2), at(0), at(1)])).map(({ liveness }) => liveness.kind);
  expect(kinds).toEqual(['live', 'live', 'live', 'spoof', 'spoof']);
});

test('a living look goes on being alive', async () => {
  expect((await watch(look)).map(({ liveness }) => liveness.kind)).toEqual(look.map(() => 'live'));
});

test('every cue is measured once and has its reason in words', async () => {
  const [, second] = await watch(look);
  expect(second?.liveness.cues.map(({ name }) => name)).toEqual([...livenessCueNames]);
  expect(Object.keys(livenessReasons).sort()).toEqual([...livenessCueNames].sort());
});

test('a cue costs from where its costs begin, not from the median, and no more than six spreads', () => {
  const weight = { name: 'headLogOdds', begins: 1, middle: 4.8, spread: 2, below: 1.5, above: 0 } as const;
  expect([1, 4.8, 40, Number.NaN].map((value) => cueCost(weight, value))).toEqual([0, 0, 0, 0]);
  expect(cueCost(weight, -1)).toBe(1.5);
  expect([-11, -1000].map((value) => cueCost(weight, value))).toEqual([9, 9]);
});

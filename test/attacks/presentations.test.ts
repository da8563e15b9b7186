import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readRecording } from '../../main/capture/recording/reader.ts';
import { observeFrames } from '../../main/cli/evaluation/observe.ts';
import { judged } from '../../main/cli/experiments/attack-looks.ts';
import type { Observation } from '../../main/contract/observation.ts';
import type { FaceNetworks } from '../../main/vision/recognise.ts';
import { networks, peopleDir } from '../unit/vision/frames.ts';

/** Attacks picked by `models/render/pick_presentations.py`: of each species refused ones that came nearest to passing for alive by the score of their day. */
const presentations = join(import.meta.dirname, 'presentations');
const species = await readdir(presentations, { withFileTypes: true }).then((entries) =>
  entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
);

let loaded: FaceNetworks;

beforeAll(async () => {
  loaded = await networks();
}, 300_000);

async function look(folder: string): Promise<readonly Observation[]> {
  const seen = await observeFrames(loaded, readRecording(folder), 'unlock');
  if (seen.kind === 'failed') throw new Error(seen.sentence);
  return seen.observations;
}

describe.each(species)('%s', (name) => {
  test('is not alive, even where everybody is taken for the owner and attention is off', async () => {
    const numbers = (await readdir(join(presentations, name))).sort();
    expect(numbers.length).toBeGreaterThan(0);
    for (const number of numbers) {
      const { liveness } = judged(number, await look(join(presentations, name, number)), undefined, loaded.identity.model);
      expect(`${number} ${liveness}`).not.toBe(`${number} alive`);
    }
  });
});

test('there is an attack of every species that is held to this', () => {
  expect(species.sort()).toEqual([
    'bent-print',
    'cutout-print',
    'dummy-head',
    'dummy-head-turned',
    'dummy-head-worn',
    'flat-print-glossy',
    'flat-print-matte',
    'injected-frames',
    'other-shape-mask',
    'other-shape-mask-turned',
    'other-shape-mask-worn',
    'own-shape-mask',
    'own-shape-mask-turned',
    'own-shape-mask-worn',
    'screen-replay',
    'swapped-depth',
  ]);
});

test('living looks pass the same question', async () => {
  for (const person of (await readdir(peopleDir)).filter((name) => name !== 'attacks').sort()) {
    for (const session of ['look-1', 'look-2', 'look-3']) {
      const { liveness } = judged(person, await look(join(peopleDir, person, session)), undefined, loaded.identity.model);
      expect(`${person} ${session} ${liveness}`).toBe(`${person} ${session} alive`);
    }
  }
});

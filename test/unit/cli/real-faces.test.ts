import { expect, test } from 'vitest';
import { realHalves } from '../../../main/cli/experiments/real-faces.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import { faceObservation } from '../identity/observations.ts';

const frame = (score: number, kind: 'live' | 'spoof' = 'live'): Observation => faceObservation(1, { liveness: { kind, score, cues: [] } });
const unseen: Observation = faceObservation(1, { liveness: { kind: 'unknown', score: 0, cues: [] } });

test('each half counts its own frames, and those that were never asked beside them', () => {
  const [first, second] = realHalves([[frame(0.9), frame(0.1), unseen], [frame(0.9)], [frame(0.9, 'spoof')]]);
  expect(first).toMatchObject({ refused: { n: 3, rate: 2 / 3 }, notAcquired: 1 });
  expect(second).toMatchObject({ refused: { n: 1, rate: 0 }, notAcquired: 0 });
});

test('frames of heads held straight are counted apart, whichever way the others are turned', () => {
  const turned = (yawDeg: number, pitchDeg: number, score: number): Observation =>
    faceObservation(1, { liveness: { kind: 'live', score, cues: [] }, pose: { yawDeg, pitchDeg, rollDeg: 40 } });
  const [half] = realHalves([[turned(14, -14, 0.9), turned(-3, 2, 0.1), turned(-16, 0, 0.1), turned(0, 17, 0.1), turned(2, -60, 0.9)]]);
  expect(half).toMatchObject({ refused: { n: 5, rate: 3 / 5 }, refusedStraight: { n: 2, rate: 1 / 2 } });
});

test('a person is refused by the mean of all frames, as a look is, and not judged with fewer than a look needs', () => {
  const nobody: Observation[] = [];
  const together = (frames: Observation[]) => realHalves([frames, nobody])[0]?.refusedTogether;
  expect(together([frame(0.9), frame(0.9), frame(0.4)])).toMatchObject({ n: 1, rate: 0 });
  expect(together([frame(0.01), frame(0.9), frame(0.9)])).toMatchObject({ n: 1, rate: 1 });
  expect(together([frame(0.9), frame(0.9), unseen])).toMatchObject({ n: 0 });
  expect(together([frame(0.9), frame(0.9), frame(0.9, 'spoof')])).toMatchObject({ n: 0 });
});

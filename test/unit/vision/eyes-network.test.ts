import { describe, expect, test } from 'vitest';
import { applyAffine } from '../../../main/geometry/similarity.ts';
import { eyesToPicture, eyeWindow, shutLogOdds } from '../../../main/vision/eyes-network.ts';
import { type Landmarks, landmarkCount, landmarkIndex } from '../../../main/vision/landmarks.ts';
import { answersBesidePyTorch, listening } from './references.ts';

const { width, height } = eyeWindow;
const middle = { x: (width - 1) / 2, y: (height - 1) / 2 };

/** Corners of both eyes on a level line, 30 px of eye and 30 px between them. */
function corners(turn = 0): Landmarks {
  const points = new Float32Array(3 * landmarkCount);
  const { rightEyeOuter, rightEyeInner, leftEyeInner, leftEyeOuter } = landmarkIndex;
  for (const [index, x] of [
    [rightEyeOuter, -45],
    [rightEyeInner, -15],
    [leftEyeInner, 15],
    [leftEyeOuter, 45],
  ] as const)
    points.set([100 + x * Math.cos(turn), 80 + x * Math.sin(turn), 0], 3 * index);
  return { points, presence: 1 };
}

describe('the network of shut eyes', () => {
  test('answers in ONNX Runtime what it answered in PyTorch', async () => {
    const pairs = await answersBesidePyTorch('eyes-shut.onnx', 'eyes/references.json', ['eyes', 'logOdds'], [3, height, width]);
    for (const { answered, expected } of pairs) expect(answered?.[0]).toBeCloseTo(expected[0] as number, 3);
  });

  test('each eye lies in the middle of its window, its outer corner to the left, however the head is tilted', () => {
    for (const turn of [0, 0.4, -0.7]) {
      const maps = eyesToPicture(corners(turn));
      for (const [map, at] of [
        [maps.right, -30],
        [maps.left, 30],
      ] as const) {
        const seen = applyAffine(map, middle);
        expect(seen.x).toBeCloseTo(100 + at * Math.cos(turn), 3);
        expect(seen.y).toBeCloseTo(80 + at * Math.sin(turn), 3);
        const outer = applyAffine(map, { x: middle.x - 12, y: middle.y });
        expect(outer.x).toBeCloseTo(100 + 1.5 * at * Math.cos(turn), 3);
        const above = applyAffine(map, { x: middle.x, y: 0 });
        expect(above.y).toBeLessThan(seen.y);
      }
    }
  });

  test('windows of every size have one middle and one scale', () => {
    const wider = eyesToPicture(corners(), { width: 64, height: 48 }).left;
    const { left } = eyesToPicture(corners());
    const [p, q] = [applyAffine(left, middle), applyAffine(wider, { x: 31.5, y: 23.5 })];
    expect(q.x).toBeCloseTo(p.x, 9);
    expect(q.y).toBeCloseTo(p.y, 9);
    expect(wider.a).toBeCloseTo(left.a, 9);
  });

  test('sees the right eye first, colour from -1 to 1, and has an answer for each', async () => {
    const [wide, high] = [200, 160];
    const rgba = new Uint8Array(4 * wide * high).fill(255);
    for (let i = 0; i < wide * high; i++) if (i % wide < 100) rgba.set([0, 0, 0], 4 * i);
    const network = listening('eyes', [3, -2]);
    expect(await shutLogOdds(network, { width: wide, height: high, rgba }, corners())).toEqual({ right: 3, left: -2 });
    const [seen] = network.seen as [Float32Array];
    const half = seen.length / 2;
    expect(seen[0]).toBeCloseTo(-127.5 / 128, 5);
    expect(seen[half + 0]).toBeCloseTo(127.5 / 128, 5);
  });

  test('has no answer where the landmarks collapse or the network has no finite one', async () => {
    const picture = { width: 200, height: 160, rgba: new Uint8Array(4 * 200 * 160) };
    const nowhere: Landmarks = { points: new Float32Array(3 * landmarkCount), presence: 1 };
    expect(await shutLogOdds(listening('eyes', [1, 1]), picture, nowhere)).toEqual({ right: Number.NaN, left: Number.NaN });
    expect(await shutLogOdds(listening('eyes', [Number.POSITIVE_INFINITY]), picture, corners())).toEqual({
      right: Number.NaN,
      left: Number.NaN,
    });
  });
});

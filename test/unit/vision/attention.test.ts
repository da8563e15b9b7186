import { expect, test } from 'vitest';
import { judgeAttention } from '../../../main/vision/attention.ts';
import { measureEyes } from '../../../main/vision/eyes.ts';
import type { ShutLogOdds } from '../../../main/vision/eyes-network.ts';
import { type Landmarks, landmarkCount } from '../../../main/vision/landmarks.ts';
import type { Network } from '../../../main/vision/network.ts';
import type { Picture } from '../../../main/vision/picture.ts';

const size = 400;
const eyeWidth = 40;
const irisPx = 8;
const eyes = [
  {
    middle: { x: 150, y: 200 },
    corners: [33, 133],
    iris: 468,
    rim: [469, 470, 471, 472],
    lids: [
      [159, 145],
      [158, 153],
      [160, 144],
    ],
  },
  {
    middle: { x: 250, y: 200 },
    corners: [362, 263],
    iris: 473,
    rim: [474, 475, 476, 477],
    lids: [
      [386, 374],
      [385, 380],
      [387, 373],
    ],
  },
] as const;

interface Look {
  /** Height of the lids' opening in eye widths, of the eye on the picture's left and of the other. */
  readonly openings: readonly [number, number];
  /** Iris off the middle, in eye widths. */
  readonly aside: number;
  readonly down: number;
  /** What the picture shows there, whatever the landmarks say. */
  readonly shown: 'eye' | 'lid';
}
const open: Look = { openings: [0.3, 0.3], aside: 0, down: -0.06, shown: 'eye' };

function face({ openings, aside, down, shown }: Look): { landmarks: Landmarks; picture: Picture } {
  const points = new Float32Array(3 * landmarkCount);
  const put = (index: number, x: number, y: number): void => points.set([x, y, 0], 3 * index);
  const rgba = new Uint8Array(4 * size * size).fill(150);
  eyes.forEach(({ middle, corners, iris, rim, lids }, side) => {
    put(corners[0], middle.x - eyeWidth / 2, middle.y);
    put(corners[1], middle.x + eyeWidth / 2, middle.y);
    const half = ((openings[side] ?? 0) * eyeWidth) / 2;
    lids.forEach(([upper, lower], place) => {
      put(upper, middle.x + 6 * (place - 1), middle.y - half);
      put(lower, middle.x + 6 * (place - 1), middle.y + half);
    });
    const centre = { x: middle.x + aside * eyeWidth, y: middle.y + down * eyeWidth };
    put(iris, centre.x, centre.y);
    rim.forEach((index, quarter) => {
      put(index, centre.x + irisPx * Math.cos((quarter * Math.PI) / 2), centre.y + irisPx * Math.sin((quarter * Math.PI) / 2));
    });
    if (shown === 'lid') return;
    for (let y = 180; y < 220; y++)
      for (let x = middle.x - 20; x < middle.x + 20; x++) {
        const luma = Math.hypot(x - centre.x, y - centre.y) < irisPx ? 40 : 190;
        rgba.fill(luma, 4 * (y * size + x), 4 * (y * size + x) + 3);
      }
  });
  return { landmarks: { points, presence: 1 }, picture: { width: size, height: size, rgba } };
}

/** A blendshape network that reads these blinks. */
function blinks(left: number, right: number): Network {
  const blendshapes = new Float32Array(52);
  blendshapes[9] = left;
  blendshapes[10] = right;
  return { run: async () => ({ blendshapes }), release: async () => {} };
}

const ahead = { yawDeg: 0, pitchDeg: 0, rollDeg: 0 };
const before = { x: 0, y: 0, z: 600 };

/** Log-odds of the network of shut eyes where it sees open ones, where it thinks shut ones possible, and where it is sure of them. */
const [seenOpen, doubtful, seenShut] = [-5, 0, 2].map((value): ShutLogOdds => ({ right: value, left: value })) as [
  ShutLogOdds,
  ShutLogOdds,
  ShutLogOdds,
];

async function kindOf(
  look: Partial<Look>,
  blink: readonly [number, number] = [0.05, 0.05],
  pose = ahead,
  seen = seenOpen,
): Promise<string> {
  const { landmarks, picture } = face({ ...open, ...look });
  return (await judgeAttention(blinks(...blink), picture, landmarks, seen, pose, before)).kind;
}

test('open eyes on the camera are attentive, also when one of them is shut', async () => {
  expect(await kindOf({})).toBe('attentive');
  expect(await kindOf({ openings: [0.03, 0.3] }, [0.05, 0.8])).toBe('attentive');
});

test('lids that are down are closed eyes, whatever the network reads', async () => {
  expect(await kindOf({ openings: [0.04, 0.04] })).toBe('eyes-closed');
  expect(await kindOf({}, [0.7, 0.7])).toBe('eyes-closed');
});

test('an eye whose pixels show a lid is a closed eye, whatever the landmarks draw there', async () => {
  expect(await kindOf({}, [0.05, 0.05], ahead, seenShut)).toBe('eyes-closed');
  expect(await kindOf({}, [0.05, 0.05], ahead, { right: 2, left: -5 })).toBe('attentive');
});

test('where the pixels leave it open, brightness around the iris tells a squinting eye from a lid', async () => {
  expect(await kindOf({ openings: [0.25, 0.25], shown: 'lid' }, [0.2, 0.15], ahead, doubtful)).toBe('eyes-closed');
  expect(await kindOf({ openings: [0.25, 0.25] }, [0.2, 0.15], ahead, doubtful)).toBe('attentive');
});

test('irises far aside or a head turned with them are looking away, a head turned against them is not', async () => {
  expect(await kindOf({ aside: 0.32 })).toBe('looking-away');
  expect(await kindOf({ aside: 0.15 }, [0.05, 0.05], { ...ahead, yawDeg: 35 })).toBe('looking-away');
  expect(await kindOf({ aside: -0.12 }, [0.05, 0.05], { ...ahead, yawDeg: 30 })).toBe('attentive');
});

test('collapsed landmarks are unknown, which never unlocks', async () => {
  const { picture } = face(open);
  const nowhere: Landmarks = { points: new Float32Array(3 * landmarkCount), presence: 1 };
  expect((await judgeAttention(blinks(0, 0), picture, nowhere, seenOpen, ahead, before)).kind).toBe('unknown');
  expect(await kindOf({}, [0.05, 0.05], ahead, { right: Number.NaN, left: -5 })).toBe('unknown');
  expect(await kindOf({}, [Number.NaN, 0.05], ahead, seenShut)).toBe('unknown');
});

test('eyes are measured in their own width and along their own axes', () => {
  const { landmarks, picture } = face({ ...open, aside: 0.1, down: 0.05 });
  const { left, right } = measureEyes(picture, landmarks);
  for (const eye of [left, right]) {
    expect(eye.opening).toBeCloseTo(0.3, 5);
    expect(eye.aside).toBeCloseTo(0.1, 5);
    expect(eye.down).toBeCloseTo(0.05, 5);
    expect(eye.contrast).toBeGreaterThan(0.3);
  }
});

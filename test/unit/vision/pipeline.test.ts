import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { observeFrame, type StageClock, type Tracking, untimed } from '../../../main/vision/pipeline.ts';
import type { FaceNetworks } from '../../../main/vision/recognise.ts';
import { framesOf, networks, peopleDir, recolour, redepth, truthOf } from './frames.ts';

let loaded: FaceNetworks;
let people: string[];
let frontal: RgbdFrame;

beforeAll(async () => {
  loaded = await networks();
  people = (await readdir(peopleDir)).filter((name) => name !== 'attacks').sort();
  frontal = (await framesOf(join(peopleDir, people[0] as string, 'look-1')))[0] as RgbdFrame;
});

async function observe(frame: RgbdFrame): Promise<Observation> {
  return (await observeFrame(loaded, frame, undefined, untimed)).observation;
}

async function observeFace(frame: RgbdFrame): Promise<Extract<Observation, { kind: 'face' }>> {
  const observation = await observe(frame);
  if (observation.kind !== 'face') throw new Error('no face seen');
  return observation;
}

/** Averages `2 * radius + 1` pixels along one direction. */
function boxBlur(frame: RgbdFrame, radius: number, dx: number, dy: number): RgbdFrame {
  const { width, height } = frame.calibration.color;
  const at = (value: number, limit: number): number => Math.min(limit - 1, Math.max(0, value));
  const color = frame.color.map((_, index) => {
    const x = (index >> 2) % width;
    const y = Math.floor((index >> 2) / width);
    let sum = 0;
    for (let d = -radius; d <= radius; d++)
      sum += frame.color[(at(y + d * dy, height) * width + at(x + d * dx, width)) * 4 + (index & 3)] as number;
    return sum / (2 * radius + 1);
  });
  return { ...frame, color };
}

const middle = (values: number[]): number => values.sort((p, q) => p - q)[values.length >> 1] as number;

test('head pose follows the rendered truth around the whole circle, to within a few degrees', async () => {
  const errors = { yaw: [] as number[], pitch: [] as number[], roll: [] as number[], distance: [] as number[] };
  for (const person of people) {
    const folder = join(peopleDir, person, 'enrol-circle');
    const truth = await truthOf(folder);
    for (const [index, frame] of (await framesOf(folder, 5)).entries()) {
      const { pose, distanceMm } = await observeFace(frame);
      const true_ = truth[index * 5];
      if (true_ === undefined) throw new Error('truth.txt is shorter than the recording');
      errors.yaw.push(Math.abs(pose.yawDeg - true_.yawDeg));
      errors.pitch.push(Math.abs(pose.pitchDeg - true_.pitchDeg));
      errors.roll.push(Math.abs(pose.rollDeg - true_.rollDeg));
      errors.distance.push(Math.abs(distanceMm - true_.distanceMm));
    }
  }
  expect(middle(errors.yaw)).toBeLessThan(3);
  expect(middle(errors.pitch)).toBeLessThan(4);
  expect(middle(errors.roll)).toBeLessThan(2);
  expect(middle(errors.distance)).toBeLessThan(40);
});

test('every simulated person is alive and attentive from the front, and nearer to themselves than to anybody else', async () => {
  const vectors: Float32Array[] = [];
  const again: Float32Array[] = [];
  for (const person of people) {
    const frames = await framesOf(join(peopleDir, person, 'look-1'), 3);
    const [first, second] = [await observeFace(frames[0] as RgbdFrame), await observeFace(frames[1] as RgbdFrame)];
    expect([person, first.quality.kind, first.liveness.kind, first.attention.kind]).toEqual([person, 'good', 'live', 'attentive']);
    vectors.push(first.embedding ?? new Float32Array());
    again.push(second.embedding ?? new Float32Array());
  }
  for (const [index, vector] of vectors.entries()) {
    const distances = again.map((other) => embeddingDistance(vector, other));
    expect(distances.indexOf(Math.min(...distances))).toBe(index);
  }
});

test('every photograph is a picture of a face and not a face', async () => {
  const species = join(peopleDir, 'attacks', 'flat-photograph');
  for (const number of await readdir(species)) {
    for (const frame of await framesOf(join(species, number), 3)) expect((await observeFace(frame)).liveness.kind).toBe('spoof');
  }
});

describe('what cannot be judged says why and gives no vector', () => {
  const cases: readonly [string, string, (frame: RgbdFrame) => RgbdFrame][] = [
    ['darkness', 'too-dark', (frame) => recolour(frame, (value) => value * 0.12)],
    ['glare', 'too-bright', (frame) => recolour(frame, (value) => 255 - (255 - value) * 0.1)],
    ['a face two metres away', 'too-far', (frame) => redepth(frame, (depth) => (depth > 0 ? depth + 1400 : 0))],
    ['a face at the lens', 'too-near', (frame) => redepth(frame, (depth) => (depth > 500 ? depth - 420 : depth))],
    ['a depth map of zeros', 'no-depth', (frame) => redepth(frame, () => 0)],
    ['a depth map with most of the face missing', 'no-depth', (frame) => redepth(frame, (depth, x, y) => ((x + y) % 40 < 32 ? 0 : depth))],
  ];
  test.each(cases)('%s: %s', async (_, fault, change) => {
    const observation = await observeFace(change(frontal));
    expect(observation.quality).toEqual({ kind: 'poor', fault });
    expect(observation.embedding).toBeUndefined();
  });

  /** The frame by a camera of another focal length: the face seems nearer by `share`, and is as far. */
  const seeming = (frame: RgbdFrame, share: number): RgbdFrame => {
    const color = { ...frame.calibration.color, fx: frame.calibration.color.fx * share, fy: frame.calibration.color.fy * share };
    return { ...frame, calibration: { ...frame.calibration, color } };
  };

  test('a face too near to be measured is told so, even with the wall behind it for depth, and so is a far one', async () => {
    const blind = redepth(frontal, (depth) => (depth > 0 && depth < 900 ? 0 : depth));
    expect((await observeFace(seeming(blind, 0.75))).quality).toEqual({ kind: 'poor', fault: 'too-near' });
    expect((await observeFace(seeming(blind, 2.5))).quality).toEqual({ kind: 'poor', fault: 'too-far' });
  });

  test('a nose nearer than the sensor reads is no picture but too near', async () => {
    const shift = (await observeFace(frontal)).distanceMm - 522;
    const near = redepth(frontal, (depth) => (depth - shift < 513 ? 0 : depth - shift));
    const observation = await observeFace(near);
    expect(observation.quality).toEqual({ kind: 'poor', fault: 'too-near' });
    expect(observation.embedding).toBeUndefined();
  });

  test('a picture out of focus: blurred', async () => {
    const outOfFocus = boxBlur(boxBlur(frontal, 5, 1, 0), 5, 0, 1);
    expect((await observeFace(outOfFocus)).quality).toEqual({ kind: 'poor', fault: 'blurred' });
  });

  test('a face half outside the picture: not centred, or none', async () => {
    const { left, width } = (await observeFace(frontal)).box;
    const cut = Math.round(left + width * 0.45);
    const picture = frontal.calibration.color;
    const shifted = new Uint8Array(frontal.color.length);
    const depth = new Uint16Array(frontal.depthMm.length);
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x + cut < picture.width; x++) {
        const from = y * picture.width + x + cut;
        const to = y * picture.width + x;
        shifted.set(frontal.color.subarray(from * 4, from * 4 + 4), to * 4);
        depth[to] = frontal.depthMm[from] as number;
      }
    }
    const observation = await observe({ ...frontal, color: shifted, depthMm: depth });
    if (observation.kind === 'face') expect(observation.quality.kind).toBe('poor');
    expect('embedding' in observation).toBe(false);
  });

  test('an empty room: no face', async () => {
    const frames = await framesOf(join(peopleDir, '..', 'empty-room'), 3);
    for (const frame of frames) expect((await observe(frame)).kind).toBe('no-face');
  });

  test('two people beside each other: more than one face', async () => {
    const { width, height } = frontal.calibration.color;
    const other = (await framesOf(join(peopleDir, people[1] as string, 'look-1')))[0] as RgbdFrame;
    const color = new Uint8Array(frontal.color.length);
    const depthMm = new Uint16Array(frontal.depthMm.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const source = x < width / 2 ? frontal : other;
        // The middle half of each picture: the face, without what stands beside it.
        const from = y * width + (x < width / 2 ? x + width / 4 : x - width / 4);
        color.set(source.color.subarray(from * 4, from * 4 + 4), (y * width + x) * 4);
        depthMm[y * width + x] = source.depthMm[from] as number;
      }
    }
    expect((await observeFace({ ...frontal, color, depthMm })).quality).toEqual({ kind: 'poor', fault: 'several-faces' });
  });
});

test('a picture of one pixel is no face and no crash', async () => {
  const one = { width: 1, height: 1, fx: 1, fy: 1, cx: 0, cy: 0 };
  const tiny: RgbdFrame = {
    sequence: 0,
    capturedAtMs: 1,
    color: Uint8Array.of(200, 150, 120, 255),
    depthMm: Uint16Array.of(600),
    calibration: {
      color: one,
      depth: one,
      depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
      depthScaleMm: 1,
    },
  };
  expect((await observe(tiny)).kind).toBe('no-face');
});

describe('an identity network in a thread of its own', () => {
  /** Notes what begins; `answer` is what the network says. */
  async function watched(frame: RgbdFrame, tracking: Tracking | undefined, answer: () => ReturnType<FaceNetworks['identity']['embed']>) {
    const begun: string[] = [];
    const clock: StageClock = async (stage, work) => {
      begun.push(stage);
      return work();
    };
    const identity: FaceNetworks['identity'] = {
      model: 'sface',
      apart: true,
      async embed() {
        begun.push('asked');
        return answer();
      },
    };
    return { ...(await observeFrame({ ...loaded, identity }, frame, tracking, clock)), begun };
  }
  const vector = new Float32Array(128).fill(1 / Math.sqrt(128));
  const known = async () => ({ kind: 'vector', vector }) as const;

  test('works while the face is judged', async () => {
    const { observation, begun } = await watched(frontal, undefined, known);
    expect(observation).toMatchObject({ kind: 'face', quality: { kind: 'good' }, embedding: vector });
    expect(begun.filter((name) => name === 'asked')).toHaveLength(1);
    expect(begun.indexOf('asked')).toBeLessThan(begun.indexOf('head'));
  });

  test('gives no vector of a poor picture, and is not asked about the next one before that is seen to be good', async () => {
    const dark = recolour(frontal, (value) => value * 0.12);
    const first = await watched(dark, undefined, known);
    expect(first.observation).toMatchObject({ quality: { kind: 'poor', fault: 'too-dark' } });
    expect('embedding' in first.observation).toBe(false);
    expect((await watched(dark, first.tracking, known)).begun).not.toContain('asked');
    const good = await watched(frontal, first.tracking, known);
    expect(good.observation).toMatchObject({ quality: { kind: 'good' }, embedding: vector });
    expect(good.begun.indexOf('asked')).toBeGreaterThan(good.begun.indexOf('head'));
  });

  test('may fail over a poor picture, which says so, and over a good one fails the frame', async () => {
    const gone = async () => Promise.reject(new Error('the thread is gone'));
    const dark = recolour(frontal, (value) => value * 0.12);
    expect((await watched(dark, undefined, gone)).observation).toMatchObject({ quality: { kind: 'poor', fault: 'too-dark' } });
    await expect(watched(frontal, undefined, gone)).rejects.toThrow('the thread is gone');
  });
});

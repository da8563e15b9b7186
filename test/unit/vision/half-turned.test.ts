import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { alignedSizePx } from '../../../main/vision/align.ts';
import type { IdentityNetwork } from '../../../main/vision/embed.ts';
import { type FaceShape, loadFaceShape } from '../../../main/vision/face-shape.ts';
import { halfTurned } from '../../../main/vision/half-turned.ts';
import { findLandmarks } from '../../../main/vision/landmarks.ts';
import { loadIdentities } from '../../../main/vision/load-networks.ts';
import { headPose } from '../../../main/vision/pose.ts';
import type { FaceFinders } from '../../../main/vision/recognise.ts';
import type { AlignedFace } from '../../../main/vision/rgbd-input.ts';
import { alignedFace, framesOf, modelsDir, noLandmarks, peopleDir, truthOf } from './frames.ts';

const circle = join(peopleDir, 'ada', 'enrol-circle');
let shape: FaceShape;
let finders: FaceFinders;
let sface: IdentityNetwork;
let turned: IdentityNetwork;
let frames: RgbdFrame[];
let yawsDeg: number[];

beforeAll(async () => {
  const reading = await loadFaceShape(modelsDir);
  const loading = await loadIdentities(modelsDir, 1, [
    { model: 'sface', modality: 'both' },
    { model: 'turned', modality: 'both' },
  ]);
  if (reading.kind === 'refused' || loading.kind === 'refused') throw new Error('the networks are not here');
  shape = reading.shape;
  finders = loading.finders;
  [sface, turned] = loading.identities as [IdentityNetwork, IdentityNetwork];
  frames = await framesOf(circle);
  yawsDeg = (await truthOf(circle)).map(({ yawDeg }) => yawDeg);
});

const faceIn = (frame: RgbdFrame, change: Partial<AlignedFace> = {}): Promise<AlignedFace> => alignedFace(finders, frame, change);

/** How far a face in an aligned square is turned aside, by the landmark network. */
async function yawIn(planes: Float32Array): Promise<number> {
  const size = alignedSizePx * alignedSizePx;
  const rgba = Uint8Array.from({ length: 4 * size }, (_, at) =>
    at % 4 === 3 ? 255 : Math.round(planes[(at % 4) * size + (at >> 2)] as number),
  );
  const picture = { width: alignedSizePx, height: alignedSizePx, rgba };
  const crop = { centre: { x: 55.5, y: 65 }, sidePx: 1.3 * alignedSizePx, angle: 0 };
  const landmarks = await findLandmarks(finders.landmarks, picture, crop);
  expect(landmarks.presence).toBeGreaterThan(0.5);
  return headPose(landmarks, undefined, alignedSizePx)?.yawDeg ?? Number.NaN;
}

async function halfOf(face: AlignedFace): Promise<Float32Array> {
  const planes = halfTurned(face, shape);
  if (planes === undefined) throw new Error('not turned');
  return planes;
}

/** The frame of the circle that is turned most to one side. */
const farthest = (side: 1 | -1): number => yawsDeg.indexOf(Math[side === 1 ? 'max' : 'min'](...yawsDeg));

describe.each([1, -1] as const)('a head turned aside (side %d)', (side) => {
  test('is half as far turned, and to the other side, for it is mirrored', async () => {
    const index = farthest(side);
    const yawDeg = yawsDeg[index] as number;
    expect(Math.abs(yawDeg)).toBeGreaterThan(12);
    const half = await yawIn(await halfOf(await faceIn(frames[index] as RgbdFrame)));
    expect(Math.abs(half + yawDeg / 2)).toBeLessThan(6);
  });

  test('is nearer to its owner looking straight ahead than SFace alone finds it', async () => {
    const straight = yawsDeg.map(Math.abs).indexOf(Math.min(...yawsDeg.map(Math.abs)));
    const distance = async (network: IdentityNetwork): Promise<number> => {
      const [p, q] = await Promise.all([straight, farthest(side)].map(async (i) => network.embed(await faceIn(frames[i] as RgbdFrame))));
      if (p?.kind !== 'vector' || q?.kind !== 'vector') throw new Error('no vector');
      expect(Math.hypot(...q.vector)).toBeCloseTo(1, 5);
      return embeddingDistance(p.vector, q.vector);
    };
    expect(await distance(turned)).toBeLessThan(await distance(sface));
  });
});

test('measured depth changes what is seen; depth that is none, or no number, leaves the fitted shape', async () => {
  const frame = frames[farthest(1)] as RgbdFrame;
  const alone = await halfOf(await faceIn(frame, { depthMm: undefined }));
  const measured = await halfOf(await faceIn(frame));
  expect(measured.reduce((sum, value, i) => sum + Math.abs(value - (alone[i] as number)), 0) / measured.length).toBeGreaterThan(0.1);
  const { depthMm } = frame;
  for (const bad of [
    new Uint16Array(depthMm.length),
    Float32Array.from(depthMm, () => Number.NaN),
    Float32Array.from(depthMm, () => Infinity),
    depthMm.slice(1),
  ])
    expect(await halfOf(await faceIn(frame, { depthMm: bad }))).toEqual(alone);
  // Single readings that are no numbers do not spread.
  const pierced = await halfOf(await faceIn(frame, { depthMm: Float32Array.from(depthMm, (mm, i) => (i % 40 === 0 ? Number.NaN : mm)) }));
  expect(pierced.every(Number.isFinite)).toBe(true);
});

test('a place that is no number turns nothing', async () => {
  const face = await faceIn(frames[0] as RgbdFrame);
  expect(halfTurned({ ...face, alignedToPicture: { ...face.alignedToPicture, a: Number.NaN } }, shape)).toBeUndefined();
});

test('where no shape fits the points nothing is turned, and the face as seen has the word', async () => {
  const face = await faceIn(frames[0] as RgbdFrame, { landmarks: noLandmarks });
  expect(halfTurned(face, shape)).toBeUndefined();
  expect(await turned.embed(face)).toEqual(await sface.embed(face));
});

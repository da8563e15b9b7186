import { describe, expect, test } from 'vitest';
import type { Affine } from '../../../main/geometry/similarity.ts';
import { detectFaces } from '../../../main/vision/detect.ts';
import { fusedNetwork, rgbdNetwork, sfaceNetwork } from '../../../main/vision/embed.ts';
import { networkFiles } from '../../../main/vision/load-networks.ts';
import { loadNetwork, type Network } from '../../../main/vision/network.ts';
import type { AlignedFace } from '../../../main/vision/rgbd-input.ts';
import { modelsDir, noLandmarks } from './frames.ts';

const sizePx = 160;
/** The aligned square lies in the picture pixel by pixel. */
const place: Affine = { a: 1, b: 0, tx: 24, c: 0, d: 1, ty: 24 };
const rgba = new Uint8Array(4 * sizePx * sizePx).fill(120);
const good: AlignedFace = {
  picture: { width: sizePx, height: sizePx, rgba },
  depthMm: new Uint16Array(sizePx * sizePx).fill(600),
  alignedToPicture: place,
  landmarks: noLandmarks,
};

/** A network that takes anything for somebody: whatever is refused, the rule of the input refused it. */
const credulous = (output: string): Network => ({
  run: async () => ({ [output]: new Float32Array(128).fill(1) }),
  release: async () => {},
});
const rgbd = rgbdNetwork(credulous('embedding'));
const fused = fusedNetwork(rgbd, sfaceNetwork(credulous('fc1')), 0.3);

/** Depth as a camera's scale makes it of raw readings. */
const scaled = (scaleMm: number): Float32Array =>
  Float32Array.from({ length: sizePx * sizePx }, (_, at) => (at % 3 === 0 ? 0 : 600) * scaleMm);

describe.each([rgbd, fused])('$model: bad input gives a reason and never a vector', (network) => {
  test('the good face it is made from has one', async () => {
    expect(await network.embed(good)).toMatchObject({ kind: 'vector' });
  });

  test.each<[string, string, Partial<AlignedFace>]>([
    ['a depth map of zeros', 'no-depth', { depthMm: new Uint16Array(sizePx * sizePx) }],
    ['a depth map scaled by NaN', 'not-finite', { depthMm: scaled(Number.NaN) }],
    ['a depth map scaled beyond all numbers', 'not-finite', { depthMm: scaled(1e38) }],
    ['no depth at all', 'no-depth', { depthMm: undefined }],
    ['depth of a third of the face', 'poor-depth', { depthMm: Uint16Array.from(scaled(1), (mm, at) => (at % 3 === 1 ? mm : 0)) }],
    ['a face half outside on the left', 'outside-picture', { alignedToPicture: { ...place, tx: -56 } }],
    ['a face half outside on the right', 'outside-picture', { alignedToPicture: { ...place, tx: sizePx - 56 } }],
    ['a face half outside above', 'outside-picture', { alignedToPicture: { ...place, ty: -56 } }],
    ['a face half outside below', 'outside-picture', { alignedToPicture: { ...place, ty: sizePx - 56 } }],
    [
      'a picture of 1x1',
      'too-small',
      { picture: { width: 1, height: 1, rgba: Uint8Array.of(9, 9, 9, 255) }, depthMm: Uint16Array.of(600) },
    ],
    ['a place that is no number', 'not-finite', { alignedToPicture: { ...place, d: Number.NaN } }],
  ])('%s: %s', async (_name, reason, change) => {
    expect(await network.embed({ ...good, ...change })).toEqual({ kind: 'none', reason });
  });
});

test('in a picture of 1x1 nobody is found', async () => {
  const loading = await loadNetwork(modelsDir, networkFiles.detector, 1);
  if (loading.kind === 'refused') throw new Error(loading.sentence);
  expect(await detectFaces(loading.network, { width: 1, height: 1, rgba: Uint8Array.of(200, 150, 120, 255) })).toEqual([]);
  await loading.network.release();
});

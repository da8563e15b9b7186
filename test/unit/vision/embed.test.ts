import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { beginLook, observeLook } from '../../../main/identity/look.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { fusedNetwork, type IdentityNetwork, rgbdNetwork, sfaceNetwork } from '../../../main/vision/embed.ts';
import { filesOf, identityModelInService, loadFaceNetworks, loadIdentities, networkFiles } from '../../../main/vision/load-networks.ts';
import type { Network } from '../../../main/vision/network.ts';
import { observeFrame, untimed } from '../../../main/vision/pipeline.ts';
import type { FaceNetworks } from '../../../main/vision/recognise.ts';
import type { AlignedFace } from '../../../main/vision/rgbd-input.ts';
import { alignedFace, framesOf, peopleDir, redepth } from './frames.ts';
import { modelsWithSmallRgbd } from './small-rgbd.ts';

let folder: string;
let fused: FaceNetworks;
let frames: RgbdFrame[];

beforeAll(async () => {
  folder = await modelsWithSmallRgbd();
  const loading = await loadFaceNetworks(folder, 1, 'fused');
  if (loading.kind === 'refused') throw new Error(loading.sentence);
  fused = loading.networks;
  frames = [...(await framesOf(join(peopleDir, 'ada', 'look-1'), 3)), ...(await framesOf(join(peopleDir, 'ben', 'look-1'), 3))];
});

const aligned = (frame: RgbdFrame, change: Partial<AlignedFace> = {}): Promise<AlignedFace> => alignedFace(fused, frame, change);

async function vectorBy(network: IdentityNetwork, face: AlignedFace): Promise<Float32Array> {
  const answer = await network.embed(face);
  if (answer.kind === 'none') throw new Error(answer.reason);
  return answer.vector;
}

/** A network that answers with these numbers, whatever it is shown. */
const answering = (output: string, values: Float32Array): Network => ({ run: async () => ({ [output]: values }), release: async () => {} });

describe('the fused vector', () => {
  test.each([0, 0.25, 0.5, 0.8, 1])('weight %d: its squared distance is the weighted sum of both networks', async (weight) => {
    const loading = await loadIdentities(folder, 1, [
      { model: 'rgbd', modality: 'both' },
      { model: 'sface', modality: 'both' },
    ]);
    if (loading.kind === 'refused') throw new Error(loading.sentence);
    const [rgbd, sface] = loading.identities as [IdentityNetwork, IdentityNetwork];
    const both = fusedNetwork(rgbd, sface, weight);
    const [p, q] = [await aligned(frames[0] as RgbdFrame), await aligned(frames[3] as RgbdFrame)];
    const distance = async (network: IdentityNetwork): Promise<number> =>
      embeddingDistance(await vectorBy(network, p), await vectorBy(network, q));
    const [ofRgbd, ofColour, ofBoth] = [await distance(rgbd), await distance(sface), await distance(both)];
    expect(ofRgbd).toBeGreaterThan(0.01);
    expect(ofColour).toBeGreaterThan(0.1);
    expect(ofBoth ** 2).toBeCloseTo(weight * ofRgbd ** 2 + (1 - weight) * ofColour ** 2, 5);
    const vector = await vectorBy(both, p);
    expect(vector).toHaveLength(256);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test('without depth there is none, though colour alone would have one', async () => {
    const face = await aligned(frames[0] as RgbdFrame, { depthMm: undefined });
    expect(await fused.identity.embed(face)).toEqual({ kind: 'none', reason: 'no-depth' });
  });
});

test.each([
  ['NaN', new Float32Array(128).fill(Number.NaN)],
  ['infinity', new Float32Array(128).fill(Infinity)],
  ['zeros', new Float32Array(128)],
  ['too few numbers', new Float32Array(64).fill(1)],
  ['the numbers of another network', new Float32Array(256).fill(1)],
])('a network that answers with %s gives no vector and says so', async (_name, values) => {
  const face = await aligned(frames[0] as RgbdFrame);
  const none = { kind: 'none', reason: 'not-finite' };
  expect(await sfaceNetwork(answering('fc1', values)).embed(face)).toEqual(none);
  expect(await rgbdNetwork(answering('embedding', values)).embed(face)).toEqual(none);
  expect(await rgbdNetwork(answering('somethingElse', new Float32Array(128).fill(1))).embed(face)).toEqual(none);
});

describe('in a whole frame', () => {
  const observe = async (frame: RgbdFrame) => (await observeFrame(fused, frame, undefined, untimed)).observation;

  test('a good frame has a vector of both networks', async () => {
    expect(await observe(frames[0] as RgbdFrame)).toMatchObject({ quality: { kind: 'good' }, embedding: expect.any(Float32Array) });
  });

  test('depth that is there under the landmarks and torn between them is poor: no vector, and the look is told so', async () => {
    // Whole under each landmark's window, with every other pixel elsewhere gone: what quality asks for is there, what the network needs is not.
    const { box } = (await observe(frames[0] as RgbdFrame)) as { box: { left: number; top: number; width: number } };
    const torn = redepth(frames[0] as RgbdFrame, (mm, x, y) => {
      const inside = x > box.left && x < box.left + box.width && y > box.top && y < box.top + box.width * 1.3;
      return inside && x % 3 !== 0 ? 0 : mm;
    });
    const observation = await observe(torn);
    expect(observation).toMatchObject({ kind: 'face', quality: { kind: 'poor', fault: 'poor-depth' } });
    expect(observation).not.toHaveProperty('embedding');
    const { nowMs, gallery } = { nowMs: observation.stamp.capturedAtMs, gallery: { personId: 'owner', templates: [] } };
    const step = observeLook(beginLook(nowMs - 1), observation, [gallery], 'fused', { attention: true }, nowMs);
    expect(step).toMatchObject({ hint: 'poor-depth', verdict: undefined });
  });
});

describe('which network serves', () => {
  test('the app starts without the RGB-D network while colour alone is in service', async () => {
    const without = await modelsWithSmallRgbd();
    await rm(join(without, networkFiles.rgbd));
    expect(filesOf(identityModelInService).includes(networkFiles.rgbd)).toBe(identityModelInService !== 'sface');
    expect((await loadFaceNetworks(without, 1, 'sface')).kind).toBe('loaded');
    for (const model of ['rgbd', 'fused'] as const)
      expect(await loadFaceNetworks(without, 1, model)).toMatchObject({
        kind: 'refused',
        sentence: expect.stringContaining(networkFiles.rgbd),
      });
  });

  test.each([networkFiles.head, networkFiles.eyes])('no face opens anything without the network %s', async (missing) => {
    const without = await modelsWithSmallRgbd();
    await rm(join(without, missing));
    expect(await loadFaceNetworks(without, 1, 'sface')).toMatchObject({ kind: 'refused', sentence: expect.stringContaining(missing) });
  });

  test('a model that is loaded names itself, so that its vectors are never taken for those of another', async () => {
    for (const model of ['sface', 'turned', 'rgbd', 'fused'] as const) {
      const loading = await loadFaceNetworks(folder, 1, model);
      expect(loading.kind === 'loaded' && loading.networks.identity.model).toBe(model);
    }
  });
});

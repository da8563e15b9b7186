import { describe, expect, test } from 'vitest';
import type { Affine } from '../../../main/geometry/similarity.ts';
import { type AlignedFace, rgbdInput } from '../../../main/vision/rgbd-input.ts';
import { noLandmarks } from './frames.ts';

const sizePx = 160;
const plane = 112 * 112;
/** The aligned square lies in the picture pixel by pixel, 20 right and 30 down. */
const shift: Affine = { a: 1, b: 0, tx: 20, c: 0, d: 1, ty: 30 };

/** A grey picture with a face 600 mm away, a little nearer in the middle, before a wall. */
function scene(change: Partial<AlignedFace> = {}): AlignedFace {
  const depthMm = Uint16Array.from({ length: sizePx * sizePx }, (_, at) => {
    const x = (at % sizePx) - 20 - 55.5;
    const y = Math.floor(at / sizePx) - 30 - 67.5;
    return Math.hypot(x, y) < 50 ? 580 + Math.round(Math.hypot(x, y)) : 1500;
  });
  const rgba = Uint8Array.from({ length: sizePx * sizePx * 4 }, (_, at) => [100, 150, 200, 255][at % 4] as number);
  return { picture: { width: sizePx, height: sizePx, rgba }, depthMm, alignedToPicture: shift, landmarks: noLandmarks, ...change };
}

function tensorOf(face: AlignedFace, modality: 'both' | 'colour' | 'depth' = 'both'): Float32Array {
  const input = rgbdInput(face, modality);
  if (input.kind === 'none') throw new Error(input.reason);
  return input.tensor;
}

test('colour and depth are what the network was trained on', () => {
  const face = scene();
  const tensor = tensorOf(face);
  expect(tensor).toHaveLength(4 * plane);
  expect([tensor[0], tensor[plane], tensor[2 * plane]]).toEqual([(100 - 127.5) / 128, (150 - 127.5) / 128, (200 - 127.5) / 128]);
  const core: number[] = [];
  const depthAt = (u: number, v: number): number => (face.depthMm as Uint16Array)[(v + 30) * sizePx + u + 20] as number;
  for (let v = 36; v <= 99; v++) for (let u = 28; u <= 83; u++) core.push(depthAt(u, v));
  core.sort((p, q) => p - q);
  const referenceMm = ((core[core.length / 2 - 1] as number) + (core[core.length / 2] as number)) / 2;
  const shown = (u: number, v: number): number => tensor[3 * plane + v * 112 + u] as number;
  // The middle of the face is nearest and positive; the wall behind is cut off at -1.
  expect(shown(55, 67)).toBeCloseTo((referenceMm - depthAt(55, 67)) / 100, 6);
  expect(shown(55, 67)).toBeGreaterThan(0.1);
  expect(shown(80, 90)).toBeCloseTo((referenceMm - depthAt(80, 90)) / 100, 6);
  expect(shown(0, 0)).toBe(-1);
});

test('depth does not tell how far away the face is, only its shape', () => {
  const near = scene();
  const far = scene({ depthMm: (near.depthMm as Uint16Array).map((mm) => mm + 250) });
  expect(tensorOf(far)).toEqual(tensorOf(near));
});

test('a pixel without a reading is 0, neither near nor far', () => {
  const face = scene();
  const holes = (face.depthMm as Uint16Array).map((mm, at) => (((at % sizePx) + Math.floor(at / sizePx)) % 5 === 0 ? 0 : mm));
  const tensor = tensorOf({ ...face, depthMm: holes });
  for (let at = 0; at < plane; at++) {
    const u = at % 112;
    const v = Math.floor(at / 112);
    if ((u + 20 + v + 30) % 5 === 0) expect(tensor[3 * plane + at]).toBe(0);
  }
});

test('colour alone leaves the depth plane empty and asks for no depth; depth alone leaves the colour planes empty', () => {
  const colour = tensorOf(scene({ depthMm: undefined }), 'colour');
  expect(colour.subarray(3 * plane).every((value) => value === 0)).toBe(true);
  expect(colour.subarray(0, 3 * plane)).toEqual(tensorOf(scene()).subarray(0, 3 * plane));
  const depth = tensorOf(scene(), 'depth');
  expect(depth.subarray(0, 3 * plane).every((value) => value === 0)).toBe(true);
  expect(depth.subarray(3 * plane)).toEqual(tensorOf(scene()).subarray(3 * plane));
});

describe('bad input says why and is no tensor', () => {
  const depth = scene().depthMm as Uint16Array;
  const onFace = (mm: number): boolean => mm > 0 && mm < 1000;
  const onePixel = { width: 1, height: 1, rgba: Uint8Array.of(1, 2, 3, 255) };
  test.each<[string, string, Partial<AlignedFace>]>([
    ['no depth camera', 'no-depth', { depthMm: undefined }],
    ['a depth map of zeros', 'no-depth', { depthMm: new Uint16Array(sizePx * sizePx) }],
    ['a depth map of another size', 'no-depth', { depthMm: depth.subarray(1) }],
    ['a depth map that is NaN after scaling', 'not-finite', { depthMm: Float32Array.from(depth, (mm) => mm * Number.NaN) }],
    ['a depth map that is infinite after scaling', 'not-finite', { depthMm: Float32Array.from(depth, (mm) => mm * 1e38 * 10) }],
    ['one NaN in the face', 'not-finite', { depthMm: Float32Array.from(depth, (mm, at) => (at === 90 * sizePx + 76 ? Number.NaN : mm)) }],
    ['holes over half of the face', 'poor-depth', { depthMm: depth.map((mm, at) => (at % 2 === 0 ? mm : 0)) }],
    ['a face torn into two distances', 'poor-depth', { depthMm: depth.map((mm, at) => (onFace(mm) && at % 2 === 0 ? mm + 400 : mm)) }],
    ['a face half outside on the left', 'outside-picture', { alignedToPicture: { ...shift, tx: -56 } }],
    ['a face half outside below', 'outside-picture', { alignedToPicture: { ...shift, ty: sizePx - 56 } }],
    ['a face of a few pixels', 'too-small', { alignedToPicture: { ...shift, a: 0.1, d: 0.1 } }],
    ['a picture of 1x1', 'too-small', { picture: onePixel, depthMm: Uint16Array.of(600) }],
    ['points that are no numbers', 'not-finite', { alignedToPicture: { ...shift, tx: Number.NaN } }],
    ['points at infinity', 'not-finite', { alignedToPicture: { ...shift, a: Infinity } }],
  ])('%s: %s', (_name, reason, change) => {
    expect(rgbdInput(scene(change), 'both')).toEqual({ kind: 'none', reason });
  });

  test('a quarter outside is still a face', () => {
    const depthMm = new Uint16Array(sizePx * sizePx).fill(600);
    const shifted = (tx: number): AlignedFace => scene({ depthMm, alignedToPicture: { ...shift, tx } });
    expect(rgbdInput(shifted(-28), 'both').kind).toBe('tensor');
    expect(rgbdInput(shifted(-29), 'both')).toEqual({ kind: 'none', reason: 'outside-picture' });
  });
});

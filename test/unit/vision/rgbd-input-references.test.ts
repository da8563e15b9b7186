import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type Affine, invertAffine } from '../../../main/geometry/similarity.ts';
import { alignedToPicture } from '../../../main/vision/align.ts';
import { rgbdInput } from '../../../main/vision/rgbd-input.ts';
import { noLandmarks } from './frames.ts';

// The network was trained on what models/training/aligned.py cuts, and is asked with what rgbd-input.ts cuts: both must be the same.
interface Reference {
  points: [number, number][];
  toAligned: [number, number, number, number, number, number];
  referenceMm: number;
  planes: number[][];
}

const references = JSON.parse(await readFile(new URL('../../../models/training/input-references.json', import.meta.url), 'utf8')) as Record<
  string,
  Reference
>;
const [width, height, everyPx, side] = [200, 180, 9, 112];

/** The remainder as Python has it: never negative. */
const remainder = (value: number, of: number): number => ((value % of) + of) % of;

/** The frame of `input_references.py`. */
function frame(): { rgba: Uint8Array; depthMm: Uint16Array } {
  const rgba = new Uint8Array(4 * width * height).fill(255);
  const depthMm = new Uint16Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const waves = [3 * x + y, x + 4 * y, 2 * x - 3 * y].map((wave) => Math.floor((Math.abs(remainder(wave, 512) - 256) * 3) / 4) + 30);
      rgba.set(waves, 4 * at);
      const fromMiddle = (x - width / 2) ** 2 + (y - height / 2) ** 2;
      depthMm[at] = (x + 5 * y) % 37 === 0 ? 0 : fromMiddle < 75 ** 2 ? 560 + Math.floor(fromMiddle / 75) : 1500;
    }
  }
  return { rgba, depthMm };
}

/** Every ninth pixel of a plane, as the file has them. */
function sampled(tensor: Float32Array, plane: number): number[] {
  const found: number[] = [];
  for (let v = 0; v < side; v += everyPx)
    for (let u = 0; u < side; u += everyPx) found.push(tensor[(plane * side + v) * side + u] as number);
  return found;
}

const differences = (p: readonly number[], q: readonly number[]): number[] => p.map((value, i) => Math.abs(value - (q[i] as number)));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('TypeScript and Python make the same input of', () => {
  test.each(Object.entries(references))('%s', (_name, expected) => {
    const toPicture = alignedToPicture(expected.points.map(([x, y]) => ({ x, y })));
    if (toPicture === undefined) throw new Error('no map');
    const toAligned = invertAffine(toPicture) as Affine;
    const [a, b, tx, c, d, ty] = expected.toAligned;
    for (const [name, value] of Object.entries({ a, b, tx, c, d, ty })) expect(toAligned[name as keyof Affine]).toBeCloseTo(value, 4);

    const { rgba, depthMm } = frame();
    const input = rgbdInput({ picture: { width, height, rgba }, depthMm, alignedToPicture: toPicture, landmarks: noLandmarks }, 'both');
    if (input.kind === 'none') throw new Error(input.reason);
    for (let plane = 0; plane < 3; plane++) {
      // A grey level is 1/128. OpenCV rounds to whole levels and smooths otherwise where it shrinks; at the picture's very edge the two blend
      // with the black outside in their own ways, which three samples may show.
      const offLevels = differences(sampled(input.tensor, plane), expected.planes[plane] as number[]).map((value) => 128 * value);
      const inside = offLevels.toSorted((p, q) => p - q).slice(0, -3);
      expect(mean(inside)).toBeLessThan(0.7);
      expect(Math.max(...inside)).toBeLessThan(2.5);
    }
    // Depth is never mixed: the very same readings.
    expect(Math.max(...differences(sampled(input.tensor, 3), expected.planes[3] as number[]))).toBeLessThan(1e-4);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Picture, warpToTensor } from '../../../main/vision/picture.ts';

const width = 61;
const height = 47;
const picture: Picture = { width, height, rgba: Uint8Array.from({ length: 4 * width * height }, (_, index) => (index * 7919) % 256) };
const size = 16;

function warped(map: Parameters<typeof warpToTensor>[1], layout: 'planar' | 'interleaved'): Float32Array {
  const target = new Float32Array(3 * size * size);
  warpToTensor(picture, map, size, size, { layout, scale: 1 / 127.5, offset: -1 }, target);
  return target;
}

test('property: a picture that is only shrunk comes out as one that is turned by next to nothing', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1.6, max: 6, noNaN: true }),
      fc.double({ min: 1.6, max: 6, noNaN: true }),
      fc.double({ min: -60, max: 60, noNaN: true }),
      fc.double({ min: -60, max: 60, noNaN: true }),
      fc.constantFrom('planar', 'interleaved'),
      (a, d, tx, ty, layout) => {
        // A sample just between two pixels may fall to either side when turned.
        const [upright, turned] = [0, 1e-13].map((b) => warped({ a, b, tx, c: b, d, ty }, layout as 'planar'));
        const differing = upright?.filter((value, index) => Math.abs(value - (turned?.[index] ?? Number.NaN)) > 1e-6).length ?? 0;
        expect(differing).toBeLessThanOrEqual(3 * size);
      },
    ),
  );
});

test('what lies outside of the picture is black', () => {
  expect(new Set(warped({ a: 2, b: 0, tx: 500, c: 0, d: 2, ty: 0 }, 'planar'))).toEqual(new Set([-1]));
  const half = warped({ a: 4, b: 0, tx: 0, c: 0, d: 4, ty: 0 }, 'planar');
  expect([...half.subarray(12 * size, 13 * size)]).toEqual(Array(size).fill(-1));
  expect(half.subarray(0, 5).some((value) => value > -1)).toBe(true);
});

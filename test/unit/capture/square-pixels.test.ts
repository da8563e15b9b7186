import { expect, test } from 'vitest';
import { FrameRegistrar } from '../../../main/capture/registered-frames.ts';
import { SquarePixels } from '../../../main/capture/square-pixels.ts';
import type { Calibration, Intrinsics, RgbdFrame } from '../../../main/contract/frame.ts';
import { project } from '../../../main/geometry/projection.ts';
import { makeFrame, smallCalibration } from './scene.ts';

const spot = { x: 120, y: 90, z: 800 };

/** A frame whose colour, through these intrinsics, shows a round white spot of 60 mm and whose depth camera sees all of it at 800 mm. */
function frameOf(color: Intrinsics): RgbdFrame {
  const rgba = new Uint8Array(4 * color.width * color.height);
  for (let y = 0; y < color.height; y++) {
    for (let x = 0; x < color.width; x++) {
      const away = Math.hypot(((x - color.cx) * spot.z) / color.fx - spot.x, ((y - color.cy) * spot.z) / color.fy - spot.y);
      rgba.fill(away < 60 ? 255 : 0, 4 * (y * color.width + x), 4 * (y * color.width + x) + 3);
      rgba[4 * (y * color.width + x) + 3] = 255;
    }
  }
  const calibration: Calibration = { ...smallCalibration, color };
  return { sequence: 0, capturedAtMs: 0, color: rgba, depthMm: new Uint16Array(64 * 48).fill(spot.z), calibration };
}

/** Middle and extent of what is white. */
function whiteSpot({ color, calibration }: RgbdFrame): { x: number; y: number; wide: number; high: number } {
  const { width, height } = calibration.color;
  const white = Array.from({ length: width * height }, (_, at) => at).filter((at) => (color[4 * at] as number) > 127);
  const xs = white.map((at) => at % width);
  const ys = white.map((at) => Math.floor(at / width));
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { x: mean(xs), y: mean(ys), wide: Math.max(...xs) - Math.min(...xs) + 1, high: Math.max(...ys) - Math.min(...ys) + 1 };
}

test.each([
  ['tall', { width: 320, height: 300, fx: 300, fy: 438, cx: 157, cy: 161 }],
  ['wide', { width: 400, height: 240, fx: 500, fy: 310, cx: 190.5, cy: 119.5 }],
])('a %s picture comes out round, with intrinsics under which everything is where it was', (_name, color) => {
  const squared = new SquarePixels().frame(frameOf(color));
  const to = squared.calibration.color;
  expect(Math.abs(Math.log(to.fx / to.fy))).toBeLessThan(0.005);
  expect(to.width <= color.width && to.height <= color.height).toBe(true);
  const shown = whiteSpot(squared);
  expect(Math.abs(shown.wide - shown.high)).toBeLessThanOrEqual(1);
  const expected = project(spot, to);
  expect(shown.x).toBeCloseTo(expected?.x ?? Number.NaN, 0);
  expect(shown.y).toBeCloseTo(expected?.y ?? Number.NaN, 0);
  expect(squared.color).toHaveLength(4 * to.width * to.height);
  expect(squared.depthMm).toHaveLength(64 * 48);
});

test('a picture of square pixels, to the makers’ accuracy, is the very same', () => {
  const frame = makeFrame(1, 0, 0);
  expect(new SquarePixels().frame(frame)).toBe(frame);
  const almost = {
    ...frame,
    calibration: { ...frame.calibration, color: { ...frame.calibration.color, fy: frame.calibration.color.fx * 1.01 } },
  };
  expect(new SquarePixels().frame(almost)).toBe(almost);
});

test('depth is put onto the squared picture, also where both came on one stretched grid', () => {
  const color = { width: 64, height: 48, fx: 50, fy: 75, cx: 31.5, cy: 23.5 };
  const frame = frameOf(color);
  const registered = new FrameRegistrar().register({ ...frame, calibration: { ...frame.calibration, depth: color } });
  expect(registered.calibration.color).toEqual(registered.calibration.depth);
  expect(registered.calibration.color).toMatchObject({ width: 64, height: 32 });
  expect(registered.depthMm).toHaveLength(64 * 32);
  expect(registered.depthMm.every((mm) => mm === spot.z)).toBe(true);
});

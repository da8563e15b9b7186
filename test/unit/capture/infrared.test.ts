import { expect, test } from 'vitest';
import { InfraredFrames } from '../../../main/capture/infrared-frame.ts';
import { isRegistered } from '../../../main/contract/frame.ts';
import { makeFrame, smallCalibration } from './scene.ts';

test('infrared becomes a picture that lies on depth, and a frame without it none', () => {
  const calibration = { ...smallCalibration, color: { ...smallCalibration.color, width: 128, fx: 120 } };
  const infrared = Uint8Array.from({ length: 64 * 48 }, (_, pixel) => pixel & 255);
  const frames = new InfraredFrames();
  const frame = frames.picture({ ...makeFrame(1, 3, 5, calibration), infrared });
  expect(frame?.color.length).toBe(64 * 48 * 4);
  expect([...(frame?.color.slice(400, 408) ?? [])]).toEqual([100, 100, 100, 255, 101, 101, 101, 255]);
  expect(frame === undefined ? false : isRegistered(frame.calibration)).toBe(true);
  expect(frame?.depthMm).toEqual(makeFrame(1, 3, 5, calibration).depthMm);
  expect(frames.picture(makeFrame(1, 0, 0))).toBeUndefined();
});

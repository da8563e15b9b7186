import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DepthCamera } from '../../../main/capture/depth-camera.ts';
import { openCamera } from '../../../main/capture/open-camera.ts';
import { readRecording } from '../../../main/capture/recording/reader.ts';
import { createRecording } from '../../../main/capture/recording/writer.ts';
import type { CapturePurpose } from '../../../main/contract/camera.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import { observeFrame, type Tracking, untimed } from '../../../main/vision/pipeline.ts';
import { modelsDir, networks } from '../vision/frames.ts';
import { temporaryFolder } from './scene.ts';

/** The next `count` frames of a camera, as copies: its own are views that the next frame overwrites. */
async function watch(camera: DepthCamera, purpose: CapturePurpose, count: number): Promise<readonly RgbdFrame[]> {
  const frames: RgbdFrame[] = [];
  await new Promise<void>((resolve, reject) => {
    const onFrame = (): void => {
      const frame = camera.takeFrame();
      if (frame === undefined) return;
      frames.push({ ...frame, color: frame.color.slice(), depthMm: frame.depthMm.slice() });
      if (frames.length === count) resolve();
    };
    void camera.start({ purpose }, { onFrame, onState: () => reject(new Error('the camera was lost')) });
  });
  await camera.stop();
  return frames;
}

test('a recording of the simulated camera, played back, is observed bit for bit as the camera was', async () => {
  const loaded = await networks();
  const observe = async (frames: readonly RgbdFrame[]): Promise<Observation[]> => {
    const seen: Observation[] = [];
    let tracking: Tracking | undefined;
    for (const frame of frames) {
      const result = await observeFrame(loaded, frame, tracking, untimed);
      tracking = result.tracking;
      seen.push(result.observation);
    }
    return seen;
  };
  const opened = await openCamera('simulated:0', { modelsDir });
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  const shown = [...(await watch(opened.camera, 'unlock', 3)), ...(await watch(opened.camera, 'enrol', 3))];

  const folder = join(await temporaryFolder(), 'take');
  const calibration = shown[0]?.calibration;
  if (calibration === undefined) throw new Error('the camera showed nothing');
  const created = await createRecording(folder, calibration);
  if (created.kind === 'failed') throw new Error(created.sentence);
  for (const frame of shown) expect(await created.writer.write(frame)).toEqual({ kind: 'written' });
  const played: RgbdFrame[] = [];
  for await (const read of readRecording(folder)) {
    if (read.kind === 'failed') throw new Error(read.sentence);
    played.push(read.frame);
  }

  const [atTheCamera, fromTheRecording] = [await observe(shown), await observe(played)];
  expect(atTheCamera.filter(({ kind }) => kind === 'face')).toHaveLength(shown.length);
  expect(atTheCamera.some((each) => each.kind === 'face' && each.embedding !== undefined)).toBe(true);
  // A recording counts its own frames and has its times in whole microseconds; everything else is the same to the last bit.
  const expected = atTheCamera.map((each, index) => ({
    ...each,
    stamp: { sequence: index, capturedAtMs: Math.round(each.stamp.capturedAtMs * 1000) / 1000 },
  }));
  expect(fromTheRecording).toStrictEqual(expected);
});

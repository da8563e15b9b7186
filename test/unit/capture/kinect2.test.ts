import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kinect2Camera } from '../../../main/capture/kinect2/kinect2-camera.ts';
import { listCameras, openCamera } from '../../../main/capture/open-camera.ts';
import type { CameraState } from '../../../main/contract/camera.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { monotonicNowMs } from '../../../main/contract/monotonic.ts';
import { type KinectScene, KinectStandIn } from './kinect2-stand-in.ts';

/** Every pixel says where it is. */
function scene(seed: number): KinectScene {
  const color = new Uint8Array(1920 * 1080 * 4);
  for (let pixel = 0; pixel < 1920 * 1080; pixel += 1) color.set([pixel & 255, (pixel >> 8) & 255, seed, 255], pixel * 4);
  return {
    color,
    depthMm: Uint16Array.from({ length: 512 * 424 }, (_, pixel) => 500 + ((pixel + seed) % 4000)),
    infrared: Uint8Array.from({ length: 512 * 424 }, (_, pixel) => (pixel + seed) & 255),
  };
}

const first = scene(1);
const second = scene(2);
let standIn: KinectStandIn;
let camera: Kinect2Camera;
let frames: RgbdFrame[];
let states: CameraState[];

async function open(): Promise<Kinect2Camera> {
  const opened = await openCamera('kinect2:0', { modelsDir: '', kinect2: { kind: 'module', module: standIn.module } });
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  return opened.camera as Kinect2Camera;
}

function start(from = camera): ReturnType<Kinect2Camera['start']> {
  return from.start(
    { purpose: 'unlock' },
    { onFrame: () => frames.push(from.takeFrame() as RgbdFrame), onState: (state) => states.push(state) },
  );
}

beforeEach(async () => {
  standIn = new KinectStandIn();
  frames = [];
  states = [];
  camera = await open();
});
afterEach(async () => {
  standIn.fault = 'none';
  await camera.stop();
});

describe('a Kinect v2 through its SDK', () => {
  test('delivers colour, depth in mm and infrared as the sensor saw them, not mirrored, stamped with the host’s time', async () => {
    const beforeMs = monotonicNowMs();
    expect(await start()).toEqual({ kind: 'started' });
    expect(camera.state().kind).toBe('streaming');
    standIn.show(first);
    const [frame] = frames;
    expect(Buffer.compare(Buffer.from(frame?.color ?? []), Buffer.from(first.color))).toBe(0);
    expect(frame?.depthMm).toEqual(first.depthMm);
    expect(frame?.infrared).toEqual(first.infrared);
    expect(frame?.sequence).toBe(0);
    expect(frame?.capturedAtMs).toBeGreaterThan(beforeMs - 34);
    expect(frame?.capturedAtMs).toBeLessThan(monotonicNowMs());
    expect(frame?.calibration.depth).toMatchObject({ width: 512, height: 424 });
    expect(camera.calibration.source).toBe('typical');
  });

  test('keeps a frame whole when the package overwrites its memory with the next one', async () => {
    await start();
    standIn.show(first);
    const [frame] = frames;
    const copy = frame?.depthMm.slice();
    standIn.show(second);
    expect(frame?.depthMm).toEqual(copy);
    expect(frames[1]?.depthMm).toEqual(second.depthMm);
  });

  test('drops frames rather than queueing them', async () => {
    await camera.start({ purpose: 'unlock' }, { onFrame: () => {}, onState: () => {} });
    standIn.show(first);
    standIn.show(second);
    expect(camera.takeFrame()?.sequence).toBe(1);
    expect(camera.takeFrame()).toBeUndefined();
  });

  test('is one for the whole process', async () => {
    await start();
    const other = await open();
    expect(await start(other)).toEqual({ kind: 'failed', sentence: 'The Kinect is already in use here.' });
    await camera.stop();
    expect(await start(other)).toEqual({ kind: 'started' });
    await other.stop();
  });

  test('streams again after a stop, numbering from 0, and delivers nothing in between', async () => {
    await start();
    standIn.show(first);
    await camera.stop();
    standIn.show(first);
    expect(camera.takeFrame()).toBeUndefined();
    await start();
    standIn.show(second);
    expect(frames.map(({ sequence }) => sequence)).toEqual([0, 0]);
  });

  test.each([
    ['no-runtime', 'does not answer'],
    ['reader-refused', 'another program'],
  ] as const)('says why it cannot start: %s', async (fault, says) => {
    standIn.fault = fault;
    expect(await start()).toMatchObject({ kind: 'failed', sentence: expect.stringContaining(says) });
    standIn.fault = 'none';
    expect(await start()).toEqual({ kind: 'started' });
  });

  test.each(['no-depth', 'short-color'] as const)(
    'survives frames without usable pictures and gives up on a second of them: %s',
    async (fault) => {
      await start();
      standIn.fault = fault;
      for (let index = 0; index < 29; index += 1) standIn.show(first);
      standIn.fault = 'none';
      standIn.show(first);
      expect(frames).toHaveLength(1);
      expect(states).toEqual([]);
      standIn.fault = fault;
      for (let index = 0; index < 40; index += 1) standIn.show(first);
      expect(states).toMatchObject([{ kind: 'lost', sentence: 'The Kinect delivers no usable pictures.' }]);
    },
  );

  test('is listed before the simulated camera where its runtime is, and not where it is not', async () => {
    const ids = async (kinect2: Parameters<typeof listCameras>[0]['kinect2']): Promise<readonly string[]> =>
      (await listCameras({ modelsDir: '', ...(kinect2 !== undefined && { kinect2 }) })).map(({ id }) => id);
    expect(await ids({ kind: 'module', module: standIn.module })).toEqual(['kinect2:0', 'simulated:0']);
    expect(await ids({ kind: 'absent', sentence: '', remedy: '' })).toEqual(['simulated:0']);
  });

  test('uses the calibration found for it', async () => {
    const { calibration } = camera.calibration;
    const refined = { ...calibration, depthToColor: { ...calibration.depthToColor, translationMm: [-51, 1, 2] } };
    const opened = await openCamera('kinect2:0', {
      modelsDir: '',
      kinect2: { kind: 'module', module: standIn.module },
      kinect2Calibration: refined,
    });
    expect(opened).toMatchObject({ kind: 'opened', camera: { calibration: { source: 'refined', calibration: refined } } });
  });
});

import { copyFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DepthCamera } from '../../../main/capture/depth-camera.ts';
import { type CaptureOptions, listCameras, openCamera } from '../../../main/capture/open-camera.ts';
import { loadAddon } from '../../../main/capture/openni2/addon.ts';
import { loadOpenni } from '../../../main/capture/openni2/library.ts';
import { readAnyRecording } from '../../../main/capture/read-recording.ts';
import type { CameraState } from '../../../main/contract/camera.ts';
import type { Calibration, RgbdFrame } from '../../../main/contract/frame.ts';
import { monotonicNowMs } from '../../../main/contract/monotonic.ts';
import { writeFramesFile } from './frames-file.ts';
import { buildPrivateOpenni, compile, missing, nativeDir, type PrivateOpenni, recordOni } from './private-openni.ts';

const size = { width: 160, height: 120, fx: 140, fy: 140, cx: 79.5, cy: 59.5 };
const calibration: Calibration = {
  color: size,
  depth: size,
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
  depthScaleMm: 1,
};

/** Red of the first pixel counts the frames, so that a delivered frame says which it is. */
const frames: readonly RgbdFrame[] = Array.from({ length: 12 }, (_, sequence) => ({
  sequence,
  capturedAtMs: (sequence * 1000) / 30,
  color: Uint8Array.from({ length: 160 * 120 * 4 }, (_, index) =>
    index === 0 ? sequence : index % 4 === 3 ? 255 : (index * 7 + sequence * 31 + (index >> 9)) & 255,
  ),
  depthMm: Uint16Array.from({ length: 160 * 120 }, (_, index) => (index % 11 === 0 ? 0 : 600 + ((index * 3 + sequence * 100) % 3000))),
  calibration,
}));
const infrared = frames.map(({ sequence }) => Uint16Array.from({ length: 160 * 120 }, (_, index) => (index * 17 + sequence * 999) & 65535));

if (missing !== undefined) console.log(`OpenNI tests skipped: ${missing}`);

test('without OpenNI there are no such cameras, a sentence says so, and nothing crashes', async () => {
  expect(await loadOpenni(nativeDir, '/nowhere/libOpenNI2.so')).toMatchObject({
    kind: 'absent',
    sentence: expect.stringContaining('OpenNI 2 is not installed'),
  });
  const loaded = loadAddon(nativeDir);
  if (loaded.kind === 'failed') throw new Error(loaded.sentence);
  expect(await loaded.addon.list()).toEqual([]);
  expect(await loaded.addon.open('any')).toMatchObject({ kind: 'failed' });
  const options = { modelsDir: '', nativeDir, openniLibrary: '/nowhere/libOpenNI2.so' };
  expect((await listCameras(options)).map(({ id }) => id)).toEqual(['simulated:0']);
  expect(await openCamera('openni2:any', options)).toMatchObject({ kind: 'failed' });
  expect(await openCamera('recording:take.oni', options)).toMatchObject({
    kind: 'failed',
    sentence: expect.stringContaining('needs OpenNI 2'),
  });
});

test.skipIf(missing !== undefined)('the addon agrees with OpenNI’s own headers to the byte', async () => {
  await compile(['-fsyntax-only', join(import.meta.dirname, 'abi-check.cc')]);
});

describe.skipIf(missing !== undefined)('through the real OpenNI', () => {
  let openni: PrivateOpenni;
  let options: CaptureOptions;
  let oni: string;
  let running: DepthCamera | undefined;

  beforeAll(async () => {
    openni = await buildPrivateOpenni();
    options = { modelsDir: '', nativeDir, openniLibrary: openni.library };
    const file = join(openni.folder, 'frames.bin');
    await writeFramesFile(file, { frames, fps: 30, registered: true, infrared });
    process.env.FACELATCH_SYNTHETIC_FRAMES = file;
    oni = join(openni.folder, 'take.oni');
    await recordOni(openni, { frames, fps: 30, registered: true, infrared }, oni);
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    process.env.FACELATCH_SYNTHETIC_FAULT = 'none';
  });
  afterAll(() => rm(openni.folder, { recursive: true, force: true }));

  async function readAll(path: string): Promise<{ frames: RgbdFrame[]; sentence: string | undefined }> {
    const read: RgbdFrame[] = [];
    for await (const each of readAnyRecording(path, options)) {
      if (each.kind === 'failed') return { frames: read, sentence: each.sentence };
      read.push(each.frame);
    }
    return { frames: read, sentence: undefined };
  }

  async function open(id: string): Promise<DepthCamera> {
    const opened = await openCamera(id, options);
    if (opened.kind === 'failed') throw new Error(opened.sentence);
    running = opened.camera;
    return opened.camera;
  }

  async function watch(camera: DepthCamera) {
    const seen: { which: number; capturedAtMs: number; sequence: number }[] = [];
    const states: CameraState[] = [];
    const started = await camera.start(
      { purpose: 'unlock' },
      {
        onFrame: () => {
          const frame = camera.takeFrame();
          if (frame === undefined) return;
          const which = frame.color[0] ?? -1;
          const original = frames[which];
          if (original === undefined || !same(frame.color, original.color) || !same(frame.depthMm, original.depthMm))
            throw new Error('a frame is not as it was sent');
          seen.push({ which, capturedAtMs: frame.capturedAtMs, sequence: frame.sequence });
        },
        onState: (state) => states.push(state),
      },
    );
    if (started.kind === 'failed') throw new Error(started.sentence);
    return { seen, states };
  }

  test('an .oni recording comes back whole and to the bit', async () => {
    const read = await readAll(oni);
    expect(read.sentence).toBeUndefined();
    expect(read.frames.map(({ sequence }) => sequence)).toEqual(frames.map(({ sequence }) => sequence));
    for (const [index, frame] of read.frames.entries()) {
      expect(same(frame.color, frames[index]?.color ?? [])).toBe(true);
      expect(same(frame.depthMm, frames[index]?.depthMm ?? [])).toBe(true);
      expect(frame.capturedAtMs).toBeCloseTo(frames[index]?.capturedAtMs ?? -1, 2);
      const tones = infrared[index] ?? new Uint16Array();
      expect(frame.infrared?.every((value, pixel) => Math.abs(value - 255 * Math.sqrt((tones[pixel] ?? 0) / 65535)) <= 0.51)).toBe(true);
    }
    expect(read.frames[0]?.calibration.color.fx).toBeCloseTo(140, 3);
  });

  test('a calibration beside an .oni recording counts more than its fields of view', async () => {
    const copy = join(openni.folder, 'calibrated.oni');
    await copyFile(oni, copy);
    await writeFile(join(openni.folder, 'calibrated.calibration.json'), JSON.stringify({ ...calibration, color: { ...size, fx: 141 } }));
    expect((await readAll(copy)).frames[0]?.calibration.color.fx).toBe(141);
    await writeFile(join(openni.folder, 'calibrated.calibration.json'), JSON.stringify({ ...calibration, color: { ...size, width: 100 } }));
    expect((await readAll(copy)).sentence).toContain('its calibration says 100x120');
  });

  test('a damaged .oni recording is refused with one sentence that names it', async () => {
    for (const [name, damage] of [
      ['half.oni', async (file: string) => truncate(file, Math.floor((await readFile(file)).length / 2))],
      ['empty.oni', (file: string) => writeFile(file, '')],
      ['text.oni', (file: string) => writeFile(file, 'not a recording')],
      ['gone.oni', (file: string) => rm(file)],
    ] as const) {
      const file = join(openni.folder, name);
      await copyFile(oni, file);
      await damage(file);
      const { sentence } = await readAll(file);
      expect(sentence, name).toContain(file);
      expect(sentence?.split('\n')).toHaveLength(1);
    }
  });

  test('a camera is listed, streams, stops and streams again', async () => {
    expect(await listCameras(options)).toContainEqual({
      id: 'openni2:synthetic://1',
      driver: 'openni2',
      label: 'Facelatch Synthetic depth camera',
    });
    const camera = await open('openni2:synthetic://1');
    expect(camera.hasInfrared).toBe(true);
    for (let round = 0; round < 2; round += 1) {
      const startedMs = monotonicNowMs();
      const { seen } = await watch(camera);
      await until(() => seen.length >= 5);
      expect(camera.state().kind).toBe('streaming');
      await camera.stop();
      const stamps = seen.map(({ capturedAtMs }) => capturedAtMs);
      expect(stamps).toEqual([...stamps].sort((one, other) => one - other));
      expect(stamps.at(-1)).toBeLessThan(monotonicNowMs());
      expect(stamps[0]).toBeGreaterThan(startedMs - 1000);
      expect(seen[0]?.sequence).toBe(0);
      const count = seen.length;
      await sleep(150);
      expect(seen.length).toBe(count);
      expect(camera.state().kind).toBe('ready');
    }
  });

  test('an .oni recording plays as a camera, over and over', async () => {
    const camera = await open(`recording:${oni}`);
    const { seen } = await watch(camera);
    await until(() => seen.length >= 20);
    expect(new Set(seen.map(({ which }) => which)).size).toBeGreaterThan(6);
  });

  test.each([
    ['unplug:3', 'it was unplugged'],
    ['resize:3', 'its pictures changed size'],
  ])('a camera that suffers %s is lost with a sentence', async (fault, says) => {
    process.env.FACELATCH_SYNTHETIC_FAULT = fault;
    const camera = await open('openni2:synthetic://1');
    const { states } = await watch(camera);
    await until(() => states.length > 0);
    expect(states).toEqual([{ kind: 'lost', camera: camera.description, sentence: `Facelatch Synthetic depth camera stopped: ${says}.` }]);
    await camera.stop();
  });

  test('a camera that stalls can be stopped', async () => {
    process.env.FACELATCH_SYNTHETIC_FAULT = 'stall:2';
    const camera = await open('openni2:synthetic://1');
    const { seen } = await watch(camera);
    await until(() => seen.length >= 1);
    await sleep(200);
    await camera.stop();
    expect(camera.takeFrame()).toBeUndefined();
  });

  test('a thread that ends while its camera streams takes nothing down', async () => {
    const code = `
      const { workerData, parentPort } = require('node:worker_threads');
      const addon = require('node-gyp-build')(workerData.nativeDir + '/openni2');
      (async () => {
        await addon.load([workerData.library]);
        const opened = await addon.open('synthetic://1');
        const shared = (bytes) => new SharedArrayBuffer(bytes);
        const slot = () => ({ color: new Uint8Array(shared(160 * 120 * 4)), depthMm: new Uint16Array(shared(160 * 120 * 2)), infrared: new Uint8Array(shared(160 * 120)) });
        const ring = { control: new Int32Array(shared(64)), capturedAtMs: new Float64Array(shared(24)), slots: [slot(), slot(), slot()] };
        opened.session.start(ring, 0, false, (event) => parentPort.postMessage(event));
      })();`;
    for (let round = 0; round < 3; round += 1) {
      const worker = new Worker(code, { eval: true, workerData: { nativeDir, library: openni.library } });
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
    }
    const camera = await open('openni2:synthetic://1');
    const { seen } = await watch(camera);
    await until(() => seen.length >= 2);
  });
});

function same(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

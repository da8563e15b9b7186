import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { DepthCamera, StartOptions } from '../../../main/capture/depth-camera.ts';
import { listCameras, openCamera } from '../../../main/capture/open-camera.ts';
import type { CameraState } from '../../../main/contract/camera.ts';
import { monotonicNowMs } from '../../../main/contract/monotonic.ts';
import { temporaryFolder, writeRecording } from './scene.ts';

/** Red of the first pixel says which recording a frame is from. */
const red = { anna: 10, annaCircle: 11, annaAgain: 12, bo: 20, boCircle: 21, cleo: 30, photograph: 90, room: 99 };

async function simulatedModels(): Promise<string> {
  const models = await temporaryFolder();
  const people = join(models, 'simulated', 'people');
  for (const [name, look, circle] of [
    ['anna', red.anna, red.annaCircle],
    ['bo', red.bo, red.boCircle],
    ['cleo', red.cleo, 31],
  ] as const) {
    await writeRecording(join(people, name, 'enrol-circle'), circle);
    await writeRecording(join(people, name, 'look-1'), look);
  }
  for (const [index, target] of ['anna', 'bo', 'cleo'].entries()) {
    const folder = join(people, 'attacks', 'flat-photograph', String(index + 1));
    await writeRecording(folder, red.photograph + index);
    await writeFile(join(folder, 'target.txt'), `${target}\n`);
  }
  await writeRecording(join(models, 'simulated', 'empty-room'), red.room);
  return models;
}

let running: DepthCamera | undefined;
afterEach(async () => running?.stop());

async function open(id: string, modelsDir: string, simulatedPerson?: string): Promise<DepthCamera> {
  const opened = await openCamera(id, { modelsDir, ...(simulatedPerson !== undefined && { simulatedPerson }) });
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  running = opened.camera;
  return opened.camera;
}

/** Starts the camera and collects what it delivers. */
async function watch(camera: DepthCamera, options: StartOptions) {
  const reds: number[] = [];
  const times: number[] = [];
  const sequences: number[] = [];
  const states: CameraState[] = [];
  const started = await camera.start(options, {
    onFrame: () => {
      const frame = camera.takeFrame();
      if (frame === undefined) return;
      reds.push(frame.color[0] ?? -1);
      times.push(frame.capturedAtMs);
      sequences.push(frame.sequence);
    },
    onState: (state) => states.push(state),
  });
  expect(started.kind).toBe('started');
  return { reds, times, sequences, states };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('the simulated camera', () => {
  test('plays the enrolment circle while enrolling and looks otherwise, of the first person unless told', async () => {
    const models = await simulatedModels();
    const camera = await open('simulated:0', models);
    const enrolling = await watch(camera, { purpose: 'enrol' });
    await until(() => enrolling.reds.length >= 7);
    expect(new Set(enrolling.reds)).toEqual(new Set([red.annaCircle]));
    await camera.stop();
    const looking = await watch(camera, { purpose: 'unlock' });
    await until(() => looking.reds.length >= 3);
    expect(new Set(looking.reds)).toEqual(new Set([red.anna]));
    const bo = await open('simulated:0', models, 'bo');
    const bosLook = await watch(bo, { purpose: 'unlock', seat: 'you' });
    await until(() => bosLook.reds.length >= 1);
    expect(bosLook.reds[0]).toBe(red.bo);
    await camera.stop();
  });

  test('changes who sits there at once, and keeps counting frames and time', async () => {
    const camera = await open('simulated:0', await simulatedModels());
    const seen = await watch(camera, { purpose: 'unlock' });
    await until(() => seen.reds.length >= 2);
    for (const [seat, expected] of [
      ['photograph', red.photograph],
      ['nobody', red.room],
      ['stranger', red.bo],
      ['you', red.anna],
    ] as const) {
      const before = seen.reds.length;
      camera.takeSeat?.(seat);
      await until(() => seen.reds.length >= before + 2);
      expect(new Set(seen.reds.slice(before, before + 2))).toEqual(new Set([expected]));
    }
    expect(seen.sequences).toEqual(seen.sequences.map((_, index) => index));
    expect(seen.times).toEqual([...seen.times].sort((one, other) => one - other));
    expect(Math.abs((seen.times.at(-1) ?? 0) - monotonicNowMs())).toBeLessThan(1000);
  });

  test('shows another stranger each time', async () => {
    const camera = await open('simulated:0', await simulatedModels());
    const first: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const seen = await watch(camera, { purpose: 'unlock', seat: 'stranger' });
      await until(() => seen.reds.length > 0);
      first.push(seen.reds[0] ?? -1);
      await camera.stop();
    }
    expect(first).toEqual([red.bo, red.cleo, red.bo]);
  });

  test('has you look another way each time', async () => {
    const models = await simulatedModels();
    await writeRecording(join(models, 'simulated', 'people', 'anna', 'look-2'), red.annaAgain);
    const camera = await open('simulated:0', models);
    const first: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const seen = await watch(camera, { purpose: 'unlock', seat: 'you' });
      await until(() => seen.reds.length > 0);
      first.push(seen.reds[0] ?? -1);
      await camera.stop();
    }
    expect(first).toEqual([red.anna, red.annaAgain, red.anna]);
  });

  test('plays at the pace that is asked for', async () => {
    const modelsDir = await simulatedModels();
    const opened = await openCamera('simulated:0', { modelsDir, simulatedFramesPerSecond: 1 });
    if (opened.kind === 'failed') throw new Error(opened.sentence);
    running = opened.camera;
    const seen = await watch(opened.camera, { purpose: 'unlock' });
    await until(() => seen.reds.length >= 2);
    // Slower than recorded: no load makes frames come sooner.
    expect((seen.times[1] ?? 0) - (seen.times[0] ?? 0)).toBeGreaterThan(990);
  });

  test('delivers nothing once stopped, not even what was already waiting', async () => {
    const camera = await open('simulated:0', await simulatedModels());
    let calls = 0;
    await camera.start({ purpose: 'unlock' }, { onFrame: () => (calls += 1), onState: () => {} });
    await until(() => calls > 0);
    await camera.stop();
    const atStop = calls;
    expect(camera.takeFrame()).toBeUndefined();
    await sleep(100);
    expect(calls).toBe(atStop);
    expect(camera.state().kind).toBe('ready');
  });

  test('says what is missing', async () => {
    const models = await temporaryFolder();
    expect(await openCamera('simulated:0', { modelsDir: models })).toMatchObject({
      kind: 'failed',
      sentence: expect.stringContaining('has no recordings'),
    });
    const complete = await simulatedModels();
    expect(await openCamera('simulated:0', { modelsDir: complete, simulatedPerson: 'zoe' })).toMatchObject({
      kind: 'failed',
      sentence: 'The simulated camera has nobody named "zoe"; it has anna, bo, cleo.',
    });
    await mkdir(join(complete, 'simulated', 'people', 'dora'));
    expect(await openCamera('simulated:0', { modelsDir: complete })).toMatchObject({
      kind: 'failed',
      sentence: expect.stringContaining('dora has no look'),
    });
  });
});

describe('a recording as a camera', () => {
  test('plays in a loop at its own speed', async () => {
    const folder = join(await temporaryFolder(), 'take');
    await writeRecording(folder, 5, 3, 40);
    const camera = await open(`recording:${folder}`, '');
    const seen = await watch(camera, { purpose: 'unlock' });
    await until(() => seen.times.length >= 7);
    expect(seen.sequences.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect((seen.times[6] ?? 0) - (seen.times[0] ?? 0)).toBeGreaterThan(6 * 40 - 10);
  });

  test('is lost with a sentence when a picture turns out to be damaged', async () => {
    const folder = join(await temporaryFolder(), 'take');
    await writeRecording(folder, 5);
    await truncate(join(folder, 'depth/000002.png'), 300);
    const camera = await open(`recording:${folder}`, '');
    const seen = await watch(camera, { purpose: 'unlock' });
    await until(() => seen.states.length > 0);
    expect(seen.reds).toHaveLength(2);
    expect(seen.states[0]).toMatchObject({ kind: 'lost', sentence: expect.stringContaining('000002.png') });
  });
});

test('an unknown camera is refused with a sentence', async () => {
  expect(await openCamera('webcam', { modelsDir: '' })).toMatchObject({
    kind: 'failed',
    sentence: expect.stringContaining('no camera "webcam"'),
  });
});

test('the simulated camera is always offered', async () => {
  expect((await listCameras({ modelsDir: '' })).at(-1)?.id).toBe('simulated:0');
});

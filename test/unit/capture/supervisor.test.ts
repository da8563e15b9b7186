import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CameraListener, DepthCamera, StartResult } from '../../../main/capture/depth-camera.ts';
import { FrameRing } from '../../../main/capture/frame-ring.ts';
import { CameraSupervisor } from '../../../main/capture/supervisor.ts';
import type { CameraDescription, CameraState } from '../../../main/contract/camera.ts';
import type { Calibration, RgbdFrame } from '../../../main/contract/frame.ts';
import { monotonicNowMs } from '../../../main/contract/monotonic.ts';
import { smallCalibration } from './scene.ts';

/** A camera in the hands of the test. */
class PuppetCamera implements DepthCamera {
  readonly description: CameraDescription;
  readonly pin: string;
  readonly hasInfrared = false;
  readonly calibration: DepthCamera['calibration'];
  readonly ring: FrameRing;
  listener: CameraListener | undefined;
  starts: StartResult = { kind: 'started' };
  hangs = false;
  private sequence = 0;

  constructor(id: string, pin = id, calibration: Calibration = smallCalibration) {
    this.description = { id, driver: 'openni2', label: `Puppet ${id}` };
    this.pin = pin;
    this.calibration = { kind: 'known', source: 'factory', calibration };
    this.ring = new FrameRing([calibration]);
  }

  state(): CameraState {
    return { kind: 'ready', camera: this.description };
  }

  async start(_options: unknown, listener: CameraListener): Promise<StartResult> {
    if (this.starts.kind === 'started') this.listener = listener;
    this.sequence = 0;
    return this.starts;
  }

  takeFrame(): RgbdFrame | undefined {
    return this.ring.take();
  }

  stop(): Promise<void> {
    this.listener = undefined;
    return this.hangs ? new Promise(() => {}) : Promise.resolve();
  }

  deliver(capturedAtMs = monotonicNowMs()): void {
    this.ring.writeSlot();
    this.ring.commit({ format: 0, sequence: this.sequence, capturedAtMs, hasInfrared: false });
    this.sequence += 1;
    this.listener?.onFrame();
  }

  unplug(): void {
    const { listener } = this;
    listener?.onState({ kind: 'lost', camera: this.description, sentence: 'It was unplugged.' });
  }
}

let cameras: PuppetCamera[];
let states: CameraState[];
let frames: RgbdFrame[];
let supervisor: CameraSupervisor;

function supervise(choice: ConstructorParameters<typeof CameraSupervisor>[1] = { kind: 'best' }): void {
  const simulated: CameraDescription = { id: 'simulated:0', driver: 'simulated', label: 'Simulated camera' };
  supervisor = new CameraSupervisor(
    {
      list: async () => [...cameras.map(({ description }) => description), simulated],
      open: async (id) => {
        const camera = cameras.find(({ description }) => description.id === id);
        return camera === undefined ? { kind: 'failed', sentence: `There is no camera ${id}.` } : { kind: 'opened', camera };
      },
    },
    choice,
  );
}

async function start(): Promise<void> {
  await supervisor.start(
    { purpose: 'unlock' },
    {
      onFrame: () => {
        const frame = supervisor.takeFrame();
        if (frame !== undefined) frames.push(frame);
      },
      onState: (state) => states.push(state),
    },
  );
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
  cameras = [new PuppetCamera('first'), new PuppetCamera('second')];
  states = [];
  frames = [];
  supervise();
});
afterEach(async () => {
  await supervisor.stop();
  vi.useRealTimers();
});

/** Lets time pass until the supervisor has started the camera. */
async function untilStarted(index = 0): Promise<void> {
  for (let waits = 0; camera(index).listener === undefined; waits += 1) {
    if (waits > 40) throw new Error('the camera was not started');
    await vi.advanceTimersByTimeAsync(250);
  }
}

function camera(index = 0): PuppetCamera {
  const found = cameras[index];
  if (found === undefined) throw new RangeError('no such puppet');
  return found;
}

describe('the camera supervisor', () => {
  test('takes the first real camera and says that it streams once it does', async () => {
    await start();
    expect(states).toEqual([]);
    camera().deliver();
    expect(states.map(({ kind }) => kind)).toEqual(['streaming']);
    expect(frames).toHaveLength(1);
    expect(supervisor.pin()).toBe('first');
  });

  test('never falls back on the simulated camera', async () => {
    cameras = [];
    await start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(new Set(states.map((state) => ('sentence' in state ? state.sentence : state.kind)))).toEqual(
      new Set(['No depth camera is plugged in.']),
    );
  });

  test('finds a camera that is plugged in later', async () => {
    const [first] = cameras;
    cameras = [];
    await start();
    await vi.advanceTimersByTimeAsync(3000);
    cameras = first === undefined ? [] : [first];
    await untilStarted();
    camera().deliver();
    expect(states.at(-1)?.kind).toBe('streaming');
  });

  test('tries the next camera when the first gives nothing', async () => {
    await start();
    await vi.advanceTimersByTimeAsync(5500);
    expect(states).toMatchObject([{ kind: 'lost', sentence: 'Puppet first gives no pictures; is it plugged in?' }]);
    camera(1).deliver();
    expect(states.at(-1)).toMatchObject({ kind: 'streaming', camera: { id: 'second' } });
  });

  test('restarts a stalled camera, with growing pauses, and stays with it', async () => {
    await start();
    camera().deliver();
    const attempts: number[] = [];
    const startedAt = monotonicNowMs();
    const original = camera().start.bind(camera());
    camera().start = async (options, listener) => {
      attempts.push(Math.round(monotonicNowMs() - startedAt));
      await original(options, listener);
      return { kind: 'failed', sentence: 'Not yet.' };
    };
    await vi.advanceTimersByTimeAsync(20_000);
    expect(attempts).toEqual([2250, 2750, 3750, 5750, 9750, 17_750]);
    camera().start = original;
    await vi.advanceTimersByTimeAsync(8000);
    camera().deliver();
    expect(states.at(-1)).toMatchObject({ kind: 'streaming', camera: { id: 'first' } });
    expect(frames.map(({ sequence }) => sequence)).toEqual([0, 1]);
  });

  test('another camera does not take the place of the one in use', async () => {
    await start();
    camera().deliver();
    const unplugged = camera();
    cameras = [camera(1)];
    unplugged.unplug();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(states.some((state) => state.kind === 'streaming' && state.camera.id === 'second')).toBe(false);
    // The same device in another socket is the same device.
    cameras = [camera(0), new PuppetCamera('third', 'first')];
    await untilStarted(1);
    camera(1).deliver();
    expect(states.at(-1)).toMatchObject({ kind: 'streaming', camera: { id: 'third' } });
  });

  test('hands out no frame from before the start, before the moment asked for, or out of order', async () => {
    await vi.advanceTimersByTimeAsync(1000);
    await start();
    const nowMs = monotonicNowMs();
    await vi.advanceTimersByTimeAsync(10);
    camera().deliver(nowMs - 1);
    expect(frames).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    camera().deliver(nowMs + 60);
    camera().deliver(nowMs + 50);
    camera().deliver(nowMs + 60);
    // From the future: another clock.
    camera().deliver(nowMs + 10_000);
    expect(frames.map(({ capturedAtMs }) => capturedAtMs)).toEqual([nowMs + 60]);
    camera().listener = { onFrame: () => {}, onState: () => {} };
    camera().deliver(nowMs + 70);
    expect(supervisor.takeFrame(nowMs + 80)).toBeUndefined();
    camera().deliver(nowMs + 90);
    expect(supervisor.takeFrame(nowMs + 80)?.capturedAtMs).toBe(nowMs + 90);
  });

  test('lets go of the camera for a suspend and forgets what it had seen', async () => {
    await start();
    camera().deliver();
    await supervisor.suspend();
    expect(camera().listener).toBeUndefined();
    camera().deliver();
    expect(supervisor.takeFrame()).toBeUndefined();
    const asleepMs = monotonicNowMs();
    await vi.advanceTimersByTimeAsync(60_000);
    supervisor.resume();
    await vi.advanceTimersByTimeAsync(0);
    camera().deliver(asleepMs);
    expect(frames).toHaveLength(1);
    camera().deliver();
    expect(frames).toHaveLength(2);
  });

  test('gives up on a driver that never answers, with a sentence', async () => {
    await start();
    camera().deliver();
    camera().hangs = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(states.at(-1)).toEqual({ kind: 'absent', sentence: 'The camera hangs: unplug it, plug it in again and restart Facelatch.' });
  });

  test('delivers nothing once stopped', async () => {
    await start();
    camera().deliver();
    const { listener } = camera();
    await supervisor.stop();
    camera().ring.writeSlot();
    listener?.onFrame();
    expect(frames).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.map(({ kind }) => kind)).toEqual(['streaming']);
  });
});

test('10,000 frames with drops, stalls, unplugging and changes of size: no stale frame, no standstill, no leak', {
  timeout: 120_000,
}, async () => {
  let seed = 12345;
  const random = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const sizes = [64, 96, 128].map((width) => ({
    ...smallCalibration,
    color: { ...smallCalibration.color, width },
    depth: { ...smallCalibration.depth, width },
  }));
  const current = camera;
  cameras = [new PuppetCamera('first')];
  await start();
  let delivered = 0;
  let rssAfterWarmUp = 0;
  let newestMs = 0;
  let seen = 0;
  while (delivered < 10_000) {
    const dice = random();
    if (dice < 0.004) current().unplug();
    else if (dice < 0.008) await vi.advanceTimersByTimeAsync(2500);
    else if (dice < 0.01) {
      // The camera comes back with pictures of another size: another camera object on the same device.
      const old = current();
      cameras = [new PuppetCamera('first', 'first', sizes[Math.floor(random() * sizes.length)] ?? smallCalibration)];
      old.unplug();
    } else if (dice < 0.012) {
      await supervisor.suspend();
      await vi.advanceTimersByTimeAsync(1000);
      supervisor.resume();
    } else if (dice < 0.1) {
      // A frame that never comes.
      await vi.advanceTimersByTimeAsync(33);
      continue;
    }
    await vi.advanceTimersByTimeAsync(33);
    await untilStarted();
    const staleMs = random() < 0.05 ? 1001 + random() * 5000 : 0;
    current().deliver(monotonicNowMs() - staleMs);
    delivered += 1;
    for (const frame of frames) {
      expect(frame.capturedAtMs).toBeGreaterThan(newestMs);
      expect(monotonicNowMs() - frame.capturedAtMs).toBeLessThanOrEqual(1000);
      expect(frame.sequence).toBe(seen);
      newestMs = frame.capturedAtMs;
      seen += 1;
    }
    frames.length = 0;
    states.length = 0;
    if (delivered === 3000) rssAfterWarmUp = await settledRss();
  }
  expect(seen).toBeGreaterThan(9000);
  const growthMiB = ((await settledRss()) - rssAfterWarmUp) / 2 ** 20;
  console.log(`supervisor: ${seen} of ${delivered} frames used, RSS growth ${growthMiB.toFixed(1)} MiB`);
  expect(growthMiB).toBeLessThan(10);
});

/** Resident memory after the garbage is gone, as far as it can be asked for. */
async function settledRss(): Promise<number> {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  return process.memoryUsage().rss;
}

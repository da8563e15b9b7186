import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { CameraSupervisor } from '../../main/capture/supervisor.ts';
import { monotonicNowMs } from '../../main/contract/monotonic.ts';
import type { Observation } from '../../main/contract/observation.ts';
import { type WorkerReport, type WorkerRequest, workerRequestSchema } from '../../main/contract/worker-messages.ts';
import { faceObservation, vectorOf } from '../unit/identity/observations.ts';
import { cameraDescription, FaultyCamera } from './faulty-camera.ts';
import { pick, randomFrom } from './seed.ts';
import { VisionControl } from './vision-control.ts';

/*
 * Stands for the vision thread: the real supervisor of a camera that breaks as it is told, and made-up observations in the place of networks. It breaks itself
 * too when it is told. `hostile` shows everybody but the owner, and the owner in old frames and pictures.
 */
const port = parentPort;
if (port === null) throw new Error('this runs as a worker thread only');
const data = workerData as { readonly control: SharedArrayBuffer; readonly seed: number };
const control = new VisionControl(data.control);
const random = randomFrom(data.seed);
const bornMs = monotonicNowMs();
const report = (message: WorkerReport): void => port.postMessage(message);

const supervisor = new CameraSupervisor(
  {
    list: async () => (control.camera === 'vanishes' ? [] : [cameraDescription]),
    open: async () =>
      control.camera === 'vanishes'
        ? { kind: 'failed', sentence: 'No depth camera is plugged in.' }
        : { kind: 'opened', camera: new FaultyCamera(control, random) },
  },
  { kind: 'camera', id: cameraDescription.id },
);
let look: number | undefined;

async function handle(request: WorkerRequest): Promise<void> {
  if (request.kind === 'list-cameras') report({ kind: 'cameras', cameras: control.camera === 'vanishes' ? [] : [cameraDescription] });
  if (request.kind === 'stop' || request.kind === 'shut-down') {
    look = undefined;
    await supervisor.stop();
  }
  if (request.kind === 'start') {
    await supervisor.stop();
    const started = request.look;
    look = started;
    await supervisor.start(
      { purpose: request.purpose },
      {
        onFrame: () => observe(started),
        onState: (state) => {
          const pin = supervisor.pin();
          report({ kind: 'camera', look: started, state, ...(pin === undefined ? {} : { pin }) });
        },
      },
    );
  }
}

function observe(started: number): void {
  if (control.thread === 'is slow') busyFor(150 + 250 * random());
  const frame = supervisor.takeFrame();
  if (frame === undefined || look !== started) return;
  report({ kind: 'observation', look: started, observation: seenAt(frame.capturedAtMs) });
}

function seenAt(atMs: number): Observation {
  if (control.camera === 'sends garbage') return garbage(atMs);
  const nobody: Observation = { kind: 'no-face', stamp: { sequence: Math.round(atMs), capturedAtMs: atMs } };
  switch (control.visitor) {
    case 'nobody':
      return nobody;
    case 'stranger':
      return faceObservation(atMs, { embedding: vectorOf(2) });
    case 'owner':
      return faceObservation(atMs);
    case 'hostile':
      return pick<() => Observation>(random, [
        () => nobody,
        () => faceObservation(atMs, { embedding: vectorOf(2) }),
        () => faceObservation(atMs, { embedding: vectorOf(3 + Math.floor(50 * random())) }),
        () => faceObservation(bornMs - 1_000 * random()),
        () => faceObservation(monotonicNowMs() - 2_500 - 60_000 * random()),
        () => faceObservation(monotonicNowMs() + 60_000),
        () => faceObservation(atMs, { liveness: { kind: 'spoof', score: 0, cues: [] } }),
        () => faceObservation(atMs, { liveness: { kind: 'unknown', score: 0, cues: [] } }),
        () => faceObservation(atMs, { attention: { kind: 'eyes-closed', leftBlink: 1, rightBlink: 1, gazeDeg: 0 } }),
        () => faceObservation(atMs, { quality: { kind: 'poor', fault: 'too-dark' } }),
      ])();
  }
}

/** The owner's vector in a report that is broken in one place. */
function garbage(atMs: number): Observation {
  return pick<() => Observation>(random, [
    () => faceObservation(Number.NaN),
    () => faceObservation(Number.POSITIVE_INFINITY),
    () => faceObservation(atMs, { embedding: vectorOf(1).map(() => Number.NaN) }),
    () => faceObservation(atMs, { embedding: vectorOf(1).map(() => 0) }),
    () => faceObservation(atMs, { embedding: vectorOf(1).map((value) => value / 1_000) }),
    () => faceObservation(atMs, { embedding: vectorOf(1).slice(0, 3) }),
    () => faceObservation(atMs, { distanceMm: Number.NaN }),
    () => faceObservation(atMs, { pose: { yawDeg: Number.POSITIVE_INFINITY, pitchDeg: 0, rollDeg: 0 } }),
  ])();
}

function busyFor(ms: number): void {
  const endMs = monotonicNowMs() + ms;
  while (monotonicNowMs() < endMs);
}

/** Messages no vision thread sends. */
function talkGarbage(): void {
  const message: unknown = pick(random, [
    null,
    42,
    'unlock',
    { kind: 'unlock' },
    { kind: 'unlocked', by: 'face' },
    { kind: 'observation', look, observation: { kind: 'match', personId: 'p' } },
    { kind: 'observation', look: Number.NaN, observation: faceObservation(monotonicNowMs()) },
    { kind: 'decision', decision: { kind: 'match', personId: 'p', distance: 0, capturedAtMs: monotonicNowMs() } },
    { kind: 'camera', look, state: { kind: 'streaming' } },
    { kind: 'ready', identityModel: '' },
    { kind: 'cameras', cameras: 'all' },
    { kind: 'failed', sentence: '' },
  ]);
  port?.postMessage(message);
}

/** Whether the fault is still to come; a fault that does not last is met by one thread only. */
function taken(): void {
  if (!control.lasts) control.thread = 'none';
}

setInterval(() => {
  switch (control.thread) {
    case 'exits':
      taken();
      process.exit(3);
      break;
    case 'blocks':
      taken();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      break;
    case 'throws':
      taken();
      throw new Error('injected: a bug in the vision thread');
    case 'talks garbage':
      talkGarbage();
      break;
    case 'is slow':
    case 'none':
      break;
  }
}, 10);

let queue = Promise.resolve();
port.on('message', (message: unknown) => {
  const request = v.safeParse(workerRequestSchema, message);
  if (!request.success) return;
  queue = queue.then(() => handle(request.output));
  if (request.output.kind === 'shut-down') void queue.then(() => process.exit(0));
});
report({ kind: 'ready', identityModel: 'sface' });

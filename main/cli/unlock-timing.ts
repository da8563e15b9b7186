import { Worker } from 'node:worker_threads';
import { LookDesk } from '../app/wiring/look-desk.ts';
import { readFrames } from '../capture/recording/reader.ts';
import type { SimulatedCast } from '../capture/simulated/cast.ts';
import { monotonicNowMs } from '../contract/monotonic.ts';
import type { Observation } from '../contract/observation.ts';
import type { WorkerReport, WorkerRequest, WorkerSettings } from '../contract/worker-messages.ts';
import type { Gallery } from '../identity/template.ts';
import type { FaceNetworks } from '../vision/recognise.ts';
import { type Timing, timingOf } from './capture-timing.ts';
import { Progress } from './console.ts';
import { observeFrames } from './evaluation/observe.ts';
import { galleryOf, replayEnrolment } from './evaluation/replay.ts';
import { endGently } from './vision-worker.ts';

/** From the first frame that shows a face, by the time it was taken, to the decision that opens. `n`: looks of `people` people, each at their own lock. */
export interface UnlockTiming extends Timing {
  readonly people: number;
  readonly framesPerSecond: number;
  /** Frames looked at from the first with a face to the decision, on average. */
  readonly meanFrames: number;
  /** Looks that ended otherwise, or not within their time: they are in no figure above. */
  readonly notOpened: number;
}

type Failed = { readonly kind: 'failed'; readonly sentence: string };
type TimedLook =
  | { readonly kind: 'opened'; readonly latencyMs: number; readonly frames: number }
  | { readonly kind: 'not-opened' }
  | Failed;

/** As a Kinect v2 delivers; the recordings themselves were taken at ten a second. */
const framesPerSecond = 30;
const looksEach = 12;
/** The first look of a new thread finds nothing compiled and no memory laid out; in the app others came before it. */
const warmUpLooks = 2;
const lookWithinMs = 10_000;

/**
 * Times the whole way from camera to decision: the simulated camera in a vision worker of its own, as the app runs it, the worker's messages, and the rules of
 * a look. People register first; then each looks at their own lock.
 */
export async function timeUnlocks(
  workerFile: string,
  settings: WorkerSettings,
  cast: SimulatedCast,
  networks: FaceNetworks,
): Promise<{ kind: 'timed'; timing: UnlockTiming } | Failed> {
  const { model } = networks.identity;
  const progress = new Progress('unlocking', cast.people.length * (looksEach + warmUpLooks));
  const latenciesMs: number[] = [];
  let frames = 0;
  let notOpened = 0;
  for (const person of cast.people) {
    const circle = await observeFrames(networks, readFrames(person.enrolCircle), 'enrol');
    if (circle.kind === 'failed') return circle;
    const gallery = galleryOf(person.name, replayEnrolment(circle.observations, model));
    const worker = new Worker(workerFile, {
      workerData: { ...settings, simulatedPerson: person.name, simulatedFramesPerSecond: framesPerSecond },
    });
    try {
      const started = await untilReady(worker);
      if (started.kind === 'failed') return started;
      for (let number = 1; number <= warmUpLooks + looksEach; number++) {
        const look = await timeLook(worker, number, gallery, model);
        progress.step();
        if (look.kind === 'failed') return look;
        if (number <= warmUpLooks) continue;
        if (look.kind === 'not-opened') notOpened += 1;
        else {
          latenciesMs.push(look.latencyMs);
          frames += look.frames;
        }
      }
    } finally {
      await endGently(worker);
    }
  }
  const timing = timingOf(latenciesMs);
  const meanFrames = latenciesMs.length === 0 ? 0 : frames / latenciesMs.length;
  return { kind: 'timed', timing: { ...timing, people: cast.people.length, framesPerSecond, meanFrames, notOpened } };
}

/** What the stage says to a reader. */
export function unlockSentence({ n, p50Ms, p95Ms, people, framesPerSecond: pace, meanFrames, notOpened }: UnlockTiming): string {
  const others = notOpened === 0 ? '' : `; ${notOpened} more did not open`;
  return `first frame with a face to unlock: median ${p50Ms.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms; ${n} looks of ${people} people at ${pace} frames a second, ${meanFrames.toFixed(1)} frames a look${others}`;
}

function untilReady(worker: Worker): Promise<{ kind: 'ready' } | Failed> {
  return new Promise((resolve) => {
    worker.on('error', (error) => resolve({ kind: 'failed', sentence: `the vision worker failed: ${error.message}` }));
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'ready') resolve({ kind: 'ready' });
      if (report.kind === 'failed') resolve(report);
    });
  });
}

/** One look, and the camera stopped after it. */
async function timeLook(worker: Worker, number: number, gallery: Gallery, model: string): Promise<TimedLook> {
  const ask = (request: WorkerRequest): void => worker.postMessage(request);
  const desk = new LookDesk(monotonicNowMs(), { attention: true });
  let onReport: (report: WorkerReport) => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const timed = await new Promise<TimedLook>((resolve) => {
    let firstFaceMs: number | undefined;
    let frames = 0;
    const observe = (observation: Observation): void => {
      const decision = desk.observe(observation, [gallery], model, monotonicNowMs());
      if (observation.kind === 'face') firstFaceMs ??= observation.stamp.capturedAtMs;
      if (firstFaceMs !== undefined) frames += 1;
      if (decision?.kind === 'refuse') resolve({ kind: 'not-opened' });
      if (decision?.kind === 'match') resolve({ kind: 'opened', latencyMs: monotonicNowMs() - (firstFaceMs ?? Number.NaN), frames });
    };
    onReport = (report) => {
      if (report.kind === 'failed') resolve(report);
      if (report.kind === 'camera' && report.look === number && (report.state.kind === 'absent' || report.state.kind === 'lost'))
        resolve({ kind: 'failed', sentence: report.state.sentence });
      if (report.kind === 'observation' && report.look === number) observe(report.observation);
    };
    timer = setTimeout(() => resolve({ kind: 'not-opened' }), lookWithinMs);
    worker.on('message', onReport);
    ask({ kind: 'start', look: number, cameraId: 'simulated:0', purpose: 'unlock', preview: false });
  });
  clearTimeout(timer);
  worker.off('message', onReport);
  ask({ kind: 'stop' });
  return timed;
}

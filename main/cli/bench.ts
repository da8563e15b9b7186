import { availableParallelism, cpus } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { readFrameAt } from '../capture/recording/reader.ts';
import { openCast, type SimulatedCast } from '../capture/simulated/cast.ts';
import type { RgbdFrame } from '../contract/frame.ts';
import type { WorkerReport, WorkerRequest, WorkerSettings } from '../contract/worker-messages.ts';
import { loadFaceNetworks } from '../vision/load-networks.ts';
import { networkThreads } from '../vision/network-threads.ts';
import { observeFrame, type Stage, type StageClock, type Tracking } from '../vision/pipeline.ts';
import type { FaceNetworks } from '../vision/recognise.ts';
import { type Timing, timeCapture, timingOf } from './capture-timing.ts';
import { exitCode, Progress, printJson, printLine, printTable, refuse } from './console.ts';
import { findModelsDir } from './models-dir.ts';
import { timeRgbdNetwork } from './network-timing.ts';
import { timeUnlocks, unlockSentence } from './unlock-timing.ts';
import { endGently, findWorkerFile } from './vision-worker.ts';

/** What scanning does to the thread that draws the windows. */
interface Responsiveness {
  readonly eventLoopDelayP99Ms: number;
  readonly framesPerSecond: number;
}

const rounds = 3;
const scanningMs = 6000;

/**
 * How long each stage of vision takes on this machine, on frames of the built-in recordings, with the machine's own speed beside; how long it is from the first frame with
 * a face until the lock opens; what a Kinect's frame costs before that; and how late the main thread's events come while the vision thread scans. Exits with 0 when done, 2 when something it needs is missing.
 */
export async function bench(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const modelsDir = findModelsDir();
  const threads = networkThreads(availableParallelism());
  const opened = await openCast(modelsDir);
  if (opened.kind === 'failed') return refuse(opened.sentence);
  const workerFile = findWorkerFile();
  if (workerFile === undefined) return refuse('the vision worker is not built: run "npm run build".');
  // Before the networks are there: their threads stay awake for a while after each run.
  const capture = timeCapture();
  const rgbd = await timeRgbdNetwork(modelsDir);
  if (rgbd.kind === 'failed') return refuse(rgbd.sentence);
  const loading = await loadFaceNetworks(modelsDir, threads);
  if (loading.kind === 'refused') return refuse(loading.sentence);

  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, multiplyAddsPerMicrosecond: Math.round(machineSpeed()) };
  const stages = await timeStages(loading.networks, opened.cast);
  if (stages.kind === 'failed') return refuse(stages.sentence);
  const responsiveness = await timeMainThread(workerFile, { modelsDir, threads });
  if (responsiveness.kind === 'failed') return refuse(responsiveness.sentence);
  const memoryMiB = Math.round(process.memoryUsage().rss / 2 ** 20);
  const unlock = await timeUnlocks(workerFile, { modelsDir, threads }, opened.cast, loading.networks);
  if (unlock.kind === 'failed') return refuse(unlock.sentence);

  const timings = { ...stages.timings, ...(rgbd.kind === 'timed' ? { rgbd: rgbd.timing } : {}) };
  const report = {
    command: 'bench',
    machine,
    networkThreads: threads,
    stages: timings,
    unlock: unlock.timing,
    capture,
    scanning: responsiveness.value,
    memoryMiB,
  };
  if (values.json) {
    printJson(report);
    return exitCode.positive;
  }
  printLine(
    `${machine.cpu}, ${machine.cores} cores, ${machine.multiplyAddsPerMicrosecond} multiply-adds a microsecond in plain JavaScript`,
  );
  printTable(
    ['stage', 'frames', 'median ms', 'p95 ms'],
    Object.entries(report.stages).map(([stage, timing]) => [stage, timing.n, timing.p50Ms.toFixed(1), timing.p95Ms.toFixed(1)]),
  );
  printLine(unlockSentence(report.unlock));
  if (rgbd.kind === 'timed') printLine('rgbd: the RGB-D network alone, on one thread');
  printTable(
    ['a Kinect v2 frame', 'frames', 'median ms', 'p95 ms', 'processor ms'],
    Object.entries(capture).map(([stage, timing]) => [
      stage,
      timing.n,
      timing.p50Ms.toFixed(2),
      timing.p95Ms.toFixed(2),
      timing.cpuMs.toFixed(2),
    ]),
  );
  printLine(
    `main thread's event-loop delay while scanning: p99 ${report.scanning.eventLoopDelayP99Ms.toFixed(1)} ms at ${report.scanning.framesPerSecond.toFixed(1)} frames a second`,
  );
  printLine(`memory: ${memoryMiB} MiB`);
  return exitCode.positive;
}

/** Multiply-adds a microsecond of one core in plain JavaScript: a number to compare machines by. */
function machineSpeed(): number {
  const size = 96;
  const p = Float32Array.from({ length: size * size }, (_, index) => index % 7);
  const q = Float32Array.from({ length: size * size }, (_, index) => index % 5);
  let best = 0;
  for (let round = 0; round < 8; round++) {
    const started = performance.now();
    let sum = 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) sum += (p[i * size + k] as number) * (q[k * size + j] as number);
    const speed = size ** 3 / ((performance.now() - started) * 1000);
    if (sum > 0 && speed > best) best = speed;
  }
  return best;
}

async function timeStages(
  networks: FaceNetworks,
  cast: SimulatedCast,
): Promise<{ kind: 'timed'; timings: Record<string, Timing> } | { kind: 'failed'; sentence: string }> {
  const frames: RgbdFrame[] = [];
  for (const person of cast.people) {
    const recording = person.looks[0];
    for (let index = 0; recording !== undefined && index < recording.pairs.length; index++) {
      const read = await readFrameAt(recording, index);
      if (read.kind === 'failed') return read;
      frames.push(read.frame);
    }
  }
  const durations = new Map<Stage | 'whole frame', number[]>();
  const note = (stage: Stage | 'whole frame', ms: number): void => void durations.set(stage, [...(durations.get(stage) ?? []), ms]);
  const clock: StageClock = async (stage, work) => {
    const started = performance.now();
    const result = await work();
    note(stage, performance.now() - started);
    return result;
  };
  const progress = new Progress('timing', frames.length * (rounds + 1));
  for (let round = 0; round <= rounds; round++) {
    let tracking: Tracking | undefined;
    // The first round warms up caches and the just-in-time compiler.
    if (round === 1) durations.clear();
    for (const frame of frames) {
      const started = performance.now();
      tracking = (await observeFrame(networks, frame, tracking, clock)).tracking;
      note('whole frame', performance.now() - started);
      progress.step();
    }
  }
  return { kind: 'timed', timings: Object.fromEntries([...durations].map(([stage, values]) => [stage, timingOf(values)])) };
}

async function timeMainThread(
  workerFile: string,
  settings: WorkerSettings,
): Promise<{ kind: 'timed'; value: Responsiveness } | { kind: 'failed'; sentence: string }> {
  const worker = new Worker(workerFile, { workerData: settings });
  const ask = (request: WorkerRequest): void => worker.postMessage(request);
  try {
    return await new Promise((resolve) => {
      const delay = monitorEventLoopDelay({ resolution: 2 });
      let observations = 0;
      const finish = (): void => {
        delay.disable();
        const value = { eventLoopDelayP99Ms: delay.percentile(99) / 1e6, framesPerSecond: observations / (scanningMs / 1000) };
        resolve({ kind: 'timed', value });
      };
      worker.on('error', (error) => resolve({ kind: 'failed', sentence: `the vision worker failed: ${error.message}` }));
      worker.on('message', (report: WorkerReport) => {
        if (report.kind === 'ready') ask({ kind: 'start', look: 1, cameraId: 'simulated:0', purpose: 'unlock', preview: false });
        if (report.kind === 'failed') resolve({ kind: 'failed', sentence: report.sentence });
        if (report.kind !== 'observation') return;
        if (observations === 0) {
          delay.enable();
          setTimeout(finish, scanningMs);
        }
        observations++;
      });
    });
  } finally {
    await endGently(worker);
  }
}

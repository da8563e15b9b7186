import { Worker } from 'node:worker_threads';
import type { WorkerReport, WorkerRequest, WorkerSettings } from '../contract/worker-messages.ts';
import { describeError, type Log } from './log.ts';
import { readWorkerReport } from './worker-report.ts';

/** The vision worker as the main thread sees it: asked by requests, answering by reports, and replaced when it dies. */
export interface VisionThread {
  ask(request: WorkerRequest): void;
  /** Ends it for good, and resolves once it is gone. */
  end(): Promise<void>;
}

export interface VisionListener {
  onReport(report: WorkerReport): void;
  /** The thread died; it is started anew by itself, and what it was asked is forgotten. */
  onDeath(): void;
}

/** A thread asked to end gets so long for the frame it is looking at. */
const endingMs = 800;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A thread that lived this long died of something new. */
const soundAfterMs = 60_000;

/** Starts the worker of `file`; after a death or a `failed` report the next one starts after a pause that doubles each time. */
export function startVisionThread(file: string, settings: WorkerSettings, listener: VisionListener, log: Log): VisionThread {
  let worker: Worker | undefined;
  let pauseMs = firstPauseMs;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  function start(): void {
    timer = undefined;
    const started = new Worker(file, { workerData: settings });
    const startedAtMs = performance.now();
    worker = started;
    started.on('message', (message: unknown) => {
      if (worker !== started) return;
      const report = readWorkerReport(message);
      if (report === undefined) {
        log('a message of the vision thread was refused: wrong shape');
        return;
      }
      listener.onReport(report);
      if (report.kind === 'failed') replace(started, report.sentence, performance.now() - startedAtMs);
    });
    started.on('messageerror', () => log('a message of the vision thread could not be read'));
    started.on('error', (error) => replace(started, describeError(error), performance.now() - startedAtMs));
    started.on('exit', (code) => replace(started, `it ended with code ${code}`, performance.now() - startedAtMs));
  }

  function replace(gone: Worker, why: string, livedMs: number): void {
    if (ended || worker !== gone) return;
    worker = undefined;
    void gone.terminate();
    pauseMs = livedMs > soundAfterMs ? firstPauseMs : pauseMs;
    log(`vision thread is started anew in ${pauseMs} ms: ${why}`);
    timer = setTimeout(start, pauseMs);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    listener.onDeath();
  }

  start();
  return {
    ask: (request) => worker?.postMessage(request),
    async end() {
      ended = true;
      clearTimeout(timer);
      if (worker !== undefined) await endGently(worker);
    },
  };
}

/** ONNX Runtime brings the whole process down when its thread vanishes under a running network, so the thread is asked first and ended by force last. */
async function endGently(worker: Worker): Promise<void> {
  const request: WorkerRequest = { kind: 'shut-down' };
  worker.postMessage(request);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), endingMs);
  });
  const gone = new Promise<'gone'>((resolve) => worker.once('exit', () => resolve('gone')));
  if ((await Promise.race([gone, late])) === 'late') await worker.terminate();
  clearTimeout(timer);
}

import type { LatchSurroundings } from '../../../main/app/wiring/latch/surroundings.ts';
import { Latch } from '../../../main/app/wiring/latch.ts';
import type { CameraDescription } from '../../../main/contract/camera.ts';
import type { AppView } from '../../../main/contract/ipc.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import type { WorkerReport, WorkerRequest } from '../../../main/contract/worker-messages.ts';
import type { Vault } from '../../../main/vault/api.ts';

export const model = 'sface';
export const simulatedCamera: CameraDescription = { id: 'simulated:0', driver: 'simulated', label: 'Simulated camera' };

/** A latch on a real vault, with clocks, worker and windows in the hands of a test. */
export interface Bench {
  readonly latch: Latch;
  readonly asked: WorkerRequest[];
  readonly views: AppView[];
  /** `cover` and `uncover`, as the windows were told. */
  readonly covers: string[];
  readonly log: string[];
  /** Lets time pass, and what was put off until then happen. */
  pass(ms: number): void;
  nowMs(): number;
  /** The worker is there, with its camera. */
  visionReady(camera?: CameraDescription): void;
  report(report: WorkerReport): void;
  /** An observation of the watch under way. */
  observe(observation: Observation): void;
  /** The number of the last watch that was started. */
  lastWatch(): number;
}

/** `more`: a logind, or what the owner's choices change outside of the windows. */
export function benchOn(vault: Vault, more: Pick<LatchSurroundings, 'system' | 'outside'> = {}): Bench {
  let nowMs = 1_000_000;
  const startWallMs = Date.UTC(2026, 5, 1, 12) - nowMs;
  const asked: WorkerRequest[] = [];
  const views: AppView[] = [];
  const covers: string[] = [];
  const log: string[] = [];
  let later: { run: () => void; atMs: number }[] = [];
  let ids = 0;
  const latch = new Latch({
    vault,
    ask: (request) => asked.push(request),
    screens: { cover: () => covers.push('cover'), uncover: () => covers.push('uncover'), show: (view) => views.push(view) },
    clocks: () => ({ monotonicMs: nowMs, wallMs: startWallMs + nowMs }),
    bootId: 'boot-1',
    newId: () => `id-${ids++}`,
    later: (run, afterMs) => later.push({ run, atMs: nowMs + afterMs }),
    log: (line) => log.push(line),
    ...more,
  });
  const lastWatch = (): number => asked.reduce((last, request) => (request.kind === 'start' ? request.look : last), -1);
  return {
    latch,
    asked,
    views,
    covers,
    log,
    nowMs: () => nowMs,
    lastWatch,
    pass(ms) {
      nowMs += ms;
      const due = later.filter(({ atMs }) => atMs <= nowMs);
      later = later.filter(({ atMs }) => atMs > nowMs);
      for (const { run } of due) run();
    },
    visionReady(camera = simulatedCamera) {
      latch.onReport({ kind: 'ready', identityModel: model });
      latch.onReport({ kind: 'cameras', cameras: [camera] });
    },
    report: (report) => latch.onReport(report),
    observe: (observation) => latch.onReport({ kind: 'observation', look: lastWatch(), observation }),
  };
}

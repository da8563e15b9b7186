import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { WorkerRequest } from '../contract/worker-messages.ts';

/** The vision worker, which lies beside the built command line; `undefined` where it is not built. */
export function findWorkerFile(): string | undefined {
  const folder = dirname(fileURLToPath(import.meta.url));
  return [join(folder, 'worker.js'), join(folder, '..', 'worker.js')].find(existsSync);
}

/** Ends a vision worker. It is asked to, not terminated: ONNX Runtime brings the whole process down when its thread vanishes under a running network. */
export async function endGently(worker: Worker): Promise<void> {
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  const request: WorkerRequest = { kind: 'shut-down' };
  worker.postMessage(request);
  await ended;
}

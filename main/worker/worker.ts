import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { type WorkerReport, type WorkerSettings, workerRequestSchema } from '../contract/worker-messages.ts';
import { identityModelInService, loadFaceNetworks } from '../vision/load-networks.ts';
import type { loadNetwork, Network } from '../vision/network.ts';
import { loadNetworkApart } from './network-apart.ts';
import { stepBack } from './step-back.ts';
import { Watcher } from './watcher.ts';

/** Built beside this file. */
const networkThreadFile = join(dirname(fileURLToPath(import.meta.url)), 'network-thread.js');

/** The vision thread: it owns capture and the networks, and sends observations without a pixel in them. */
async function run(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('the vision worker runs as a worker thread only');
  const report = (message: WorkerReport): void => port.postMessage(message);
  const settings = workerData as WorkerSettings;
  // Before the networks, whose own threads are as patient as the one that makes them.
  stepBack();
  const apart: Network[] = [];
  const loadApart: typeof loadNetwork = async (modelsDir, file, threads) => {
    const loading = await loadNetworkApart(networkThreadFile, { modelsDir, file, threads });
    if (loading.kind === 'loaded') apart.push(loading.network);
    return loading;
  };
  const loading = await loadFaceNetworks(settings.modelsDir, settings.threads, identityModelInService, loadApart);
  if (loading.kind === 'refused') {
    report({ kind: 'failed', sentence: loading.sentence });
    return;
  }
  const watcher = new Watcher(settings, loading.networks, report);
  // One request after another: a stop must not overtake the start before it.
  let queue = Promise.resolve();
  port.on('message', (message: unknown) => {
    const request = v.safeParse(workerRequestSchema, message);
    if (!request.success) return;
    queue = queue.then(() => watcher.handle(request.output));
    if (request.output.kind === 'shut-down')
      void queue.then(async () => {
        port.close();
        await Promise.all(apart.map((network) => network.release()));
      });
  });
  report({ kind: 'ready', identityModel: loading.networks.identity.model });
}

void run();

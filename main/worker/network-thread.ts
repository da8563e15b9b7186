import { parentPort, workerData } from 'node:worker_threads';
import { loadNetwork } from '../vision/network.ts';
import type { NetworkReport, NetworkRequest, NetworkThreadSettings } from './network-messages.ts';
import { stepBack } from './step-back.ts';

/** A thread for one network: it answers one request after another until it is asked to end. */
async function run(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('a network thread runs as a worker thread only');
  const report = (message: NetworkReport): void => port.postMessage(message);
  const { modelsDir, file, threads } = workerData as NetworkThreadSettings;
  stepBack();
  const loading = await loadNetwork(modelsDir, file, threads);
  report(loading.kind === 'loaded' ? { kind: 'loaded' } : loading);
  if (loading.kind === 'refused') return;
  const { network } = loading;
  let queue = Promise.resolve();
  async function answer(request: NetworkRequest): Promise<void> {
    if (request.kind === 'end') {
      await network.release();
      port?.close();
      return;
    }
    try {
      report({ kind: 'answer', outputs: await network.run(request.inputs) });
    } catch (error) {
      report({ kind: 'failed', sentence: error instanceof Error ? error.message : String(error) });
    }
  }
  port.on('message', (request: NetworkRequest) => {
    queue = queue.then(() => answer(request));
  });
}

void run();

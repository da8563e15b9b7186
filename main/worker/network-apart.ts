import { Worker } from 'node:worker_threads';
import type { Network, NetworkLoading, NetworkOutputs } from '../vision/network.ts';
import type { NetworkReport, NetworkRequest, NetworkThreadSettings } from './network-messages.ts';

interface Waiting {
  readonly resolve: (outputs: NetworkOutputs) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Loads a network, verified as by `loadNetwork`, in a thread of its own (`threadFile`: the built `network-thread.ts`), where it runs beside whoever asks it. When the
 * thread dies, what was asked and whatever is asked later is rejected. `release` waits for the running answer: ONNX Runtime brings the whole process down
 * when its thread vanishes under a running network.
 */
export async function loadNetworkApart(threadFile: string, settings: NetworkThreadSettings): Promise<NetworkLoading> {
  const thread = new Worker(threadFile, { workerData: settings });
  // Who asked first is answered first.
  const waiting: Waiting[] = [];
  let death: Error | undefined;
  const gone = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const ask = (request: NetworkRequest): void => thread.postMessage(request);

  function die(error: Error): void {
    death ??= error;
    for (const { reject } of waiting.splice(0)) reject(death);
  }

  const network: Network = {
    apart: true,
    run: (inputs) =>
      new Promise((resolve, reject) => {
        if (death !== undefined) return reject(death);
        ask({ kind: 'run', inputs });
        waiting.push({ resolve, reject });
      }),
    async release() {
      if (death === undefined) ask({ kind: 'end' });
      await gone;
    },
  };
  return new Promise((resolve) => {
    thread.on('message', (report: NetworkReport) => {
      if (report.kind === 'loaded') resolve({ kind: 'loaded', network });
      if (report.kind === 'refused') resolve(report);
      if (report.kind === 'answer') waiting.shift()?.resolve(report.outputs);
      if (report.kind === 'failed') waiting.shift()?.reject(new Error(report.sentence));
    });
    thread.on('error', die);
    thread.on('exit', (code) => {
      die(new Error(`the thread of the network ${settings.file} ended with code ${code}`));
      // Nobody hears this once it has loaded.
      resolve({ kind: 'refused', sentence: `The model ${settings.file} could not be loaded: ${death?.message}.` });
    });
  });
}

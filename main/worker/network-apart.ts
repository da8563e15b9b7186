import { Worker } from 'node:worker_threads';
import type { Network, NetworkLoading } from '../vision/network.ts';
import type { NetworkReport, NetworkRequest, NetworkThreadSettings } from './network-messages.ts';

type Outputs = Awaited<ReturnType<Network['run']>>;
interface Waiting {
  readonly resolve: (outputs: Outputs) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Loads a network, verified as by `loadNetwork`, in a thread of its own (`threadFile`: the built `network-thread.ts`), where it runs beside whoever asks it. When the
 * thread dies, what was asked and whatever is asked later is rejected. `release` waits for the running answer: ONNX Runtime brings the whole process down
 * when its thread vanishes under a running network.
 */
export async function loadNetworkApart(threadFile: string, settings: NetworkThreadSettings): Promise<NetworkLoading> {
  const thread = new Worker(threadFile, { workerData: settings });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let death: Error | undefined;
  const gone = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const ask = (request: NetworkRequest): void => thread.postMessage(request);

  function die(error: Error): void {
    death ??= error;
    for (const { reject } of waiting.values()) reject(death);
    waiting.clear();
  }
  function settle(number: number, how: (one: Waiting) => void): void {
    const one = waiting.get(number);
    waiting.delete(number);
    if (one !== undefined) how(one);
  }

  const network: Network = {
    apart: true,
    run: (inputs) =>
      new Promise<Outputs>((resolve, reject) => {
        if (death !== undefined) return reject(death);
        const number = asked++;
        waiting.set(number, { resolve, reject });
        ask({ kind: 'run', number, inputs });
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
      if (report.kind === 'answer') settle(report.number, (one) => one.resolve(report.outputs));
      if (report.kind === 'failed') settle(report.number, (one) => one.reject(new Error(report.sentence)));
    });
    thread.on('error', die);
    thread.on('exit', (code) => {
      die(new Error(`the thread of the network ${settings.file} ended with code ${code}`));
      // Nobody hears this once it has loaded.
      resolve({ kind: 'refused', sentence: `The model ${settings.file} could not be loaded: ${death?.message}.` });
    });
  });
}

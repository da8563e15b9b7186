import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

/** What a thread says of its own priority once it stepped back. */
const code = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData).then(({ stepBack }) => {
    stepBack();
    parentPort.postMessage(require('node:os').getPriority());
  });
`;

test.skipIf(process.platform !== 'linux')('the vision thread waits for the windows, and the windows for nobody', async () => {
  const before = getPriority();
  const worker = new Worker(code, { eval: true, workerData: new URL('../../../main/worker/step-back.ts', import.meta.url).href });
  const seen = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  expect(seen).toBeGreaterThan(before);
  expect(getPriority()).toBe(before);
  await worker.terminate();
});

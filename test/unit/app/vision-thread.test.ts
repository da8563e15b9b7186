import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startVisionThread, type VisionThread } from '../../../main/app/vision-thread.ts';
import type { WorkerReport } from '../../../main/contract/worker-messages.ts';

const settings = { modelsDir: '/nowhere', threads: 1 };
let folder: string;
let thread: VisionThread | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'facelatch-thread-'));
});
afterEach(() => {
  thread?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a thread that runs this code. */
function run(code: string) {
  const file = join(folder, 'worker.mjs');
  writeFileSync(file, `import { parentPort, workerData } from 'node:worker_threads';\n${code}`);
  const reports: WorkerReport[] = [];
  const log: string[] = [];
  let deaths = 0;
  const listener = { onReport: (report: WorkerReport) => reports.push(report), onDeath: () => (deaths += 1) };
  thread = startVisionThread(file, settings, listener, (line) => log.push(line));
  return { thread, reports, log, deaths: () => deaths };
}

it('hands requests over and reports back', async () => {
  const { thread, reports } = run(
    `parentPort.on('message', (request) => parentPort.postMessage({ kind: 'ready', identityModel: request.kind + workerData.threads }));`,
  );
  thread.ask({ kind: 'list-cameras' });
  await vi.waitFor(() => expect(reports).toEqual([{ kind: 'ready', identityModel: 'list-cameras1' }]), 10_000);
});

it('refuses a message of another shape and says so', async () => {
  const { reports, log } = run(
    `parentPort.postMessage({ kind: 'unlock' }); parentPort.postMessage({ kind: 'ready', identityModel: 'm' });`,
  );
  await vi.waitFor(() => expect(reports).toHaveLength(1), 10_000);
  expect(log.join()).toContain('wrong shape');
});

it.each([
  ['throws', `throw new Error('worker bug')`],
  ['ends', 'process.exit(3)'],
  ['says that it failed', `parentPort.postMessage({ kind: 'failed', sentence: 'A network is missing.' }); setInterval(() => {}, 1000)`],
])('starts a new thread when one %s', async (_name, code) => {
  const { deaths } = run(code);
  await vi.waitFor(() => expect(deaths()).toBeGreaterThanOrEqual(2), 15_000);
});

it('starts no new thread once it was ended', async () => {
  const { thread, deaths, reports } = run(`parentPort.postMessage({ kind: 'ready', identityModel: 'm' }); setInterval(() => {}, 1000)`);
  await vi.waitFor(() => expect(reports).toHaveLength(1), 10_000);
  thread.end();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(deaths()).toBe(0);
  expect(reports).toHaveLength(1);
});

import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadNetwork, type Network } from '../../../main/vision/network.ts';
import { loadNetworkApart } from '../../../main/worker/network-apart.ts';
import { modelsDir } from '../vision/frames.ts';

const threadFile = join(import.meta.dirname, '..', '..', '..', 'main', 'worker', 'network-thread.ts');
const settings = { modelsDir, file: 'rgbd-embedder.onnx', threads: 1 };
const face = (value: number) => ({ face: { data: new Float32Array(4 * 112 * 112).fill(value), shape: [1, 4, 112, 112] } });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'facelatch-network-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function loaded(loading: ReturnType<typeof loadNetworkApart>): Promise<Network> {
  const result = await loading;
  if (result.kind === 'refused') throw new Error(result.sentence);
  return result.network;
}

/** A network in a thread that runs this code. */
function inThread(code: string): ReturnType<typeof loadNetworkApart> {
  const file = join(folder, 'thread.mjs');
  writeFileSync(file, `import { parentPort } from 'node:worker_threads';\n${code}`);
  return loadNetworkApart(file, settings);
}

test('several questions at once are each answered as in this thread, and ending waits for the answers', async () => {
  const apart = await loaded(loadNetworkApart(threadFile, settings));
  const here = await loaded(loadNetwork(modelsDir, settings.file, 1));
  const values = [0.1, -0.4, 0.7];
  const asked = values.map((value) => apart.run(face(value)));
  const ended = apart.release();
  for (const [index, value] of values.entries()) expect(await asked[index]).toEqual(await here.run(face(value)));
  await ended;
  await expect(apart.run(face(0))).rejects.toThrow('rgbd-embedder.onnx');
  await here.release();
});

test('a swapped model and a missing one are refused by the sentence they are refused by in this thread', async () => {
  copyFileSync(join(modelsDir, 'manifest.json'), join(folder, 'manifest.json'));
  writeFileSync(join(folder, settings.file), 'another network');
  for (const [file, why] of [
    [settings.file, 'wrong SHA-256'],
    ['sface.onnx', 'is missing'],
  ] as const) {
    const refused = await loadNetwork(folder, file, 1);
    expect(refused).toMatchObject({ kind: 'refused', sentence: expect.stringContaining(why) });
    expect(await loadNetworkApart(threadFile, { modelsDir: folder, file, threads: 1 })).toEqual(refused);
  }
});

test('a question that the network cannot take is an error, and the next one is answered', async () => {
  const apart = await loaded(loadNetworkApart(threadFile, settings));
  await expect(apart.run({ nonsense: { data: new Float32Array(1), shape: [1] } })).rejects.toThrow();
  expect(await apart.run(face(0.2))).toHaveProperty('embedding');
  await apart.release();
});

test.each([
  ['throws before it has loaded', `throw new Error('no room')`, 'no room'],
  ['ends before it has loaded', 'process.exit(3)', 'code 3'],
])('a thread that %s refuses the model in a sentence', async (_name, code, why) => {
  const loading = await inThread(code);
  expect(loading.kind).toBe('refused');
  expect(loading.kind === 'refused' ? loading.sentence : '').toMatch(/^The model rgbd-embedder\.onnx could not be loaded: .*\.$/);
  expect(loading.kind === 'refused' ? loading.sentence : '').toContain(why);
});

test('when the thread dies, what was asked and what is asked later is rejected: nobody waits for ever', async () => {
  const dying = await loaded(inThread(`parentPort.postMessage({ kind: 'loaded' }); parentPort.on('message', () => process.exit(4));`));
  await expect(dying.run(face(0))).rejects.toThrow('code 4');
  await expect(dying.run(face(0))).rejects.toThrow('code 4');
  await dying.release();
});

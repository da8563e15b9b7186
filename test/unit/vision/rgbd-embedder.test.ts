import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../../main/vision/manifest.ts';
import { loadNetwork } from '../../../main/vision/network.ts';

const models = new URL('../../../models/', import.meta.url).pathname;
const file = 'rgbd-embedder.onnx';

/** The made-up inputs of models/training/export.py. */
function madeUp(number: number): Float32Array {
  const data = new Float32Array(4 * 112 * 112);
  for (let c = 0, i = 0; c < 4; c++)
    for (let y = 0; y < 112; y++) for (let x = 0; x < 112; x++, i++) data[i] = Math.sin(0.05 * (c + 1) * x + 0.03 * (number + 1) * y + c);
  return data;
}

describe('the shipped RGB-D network', () => {
  test('answers in ONNX Runtime what it answered in PyTorch', async () => {
    const references = JSON.parse(await readFile(`${models}training/references.json`, 'utf8')) as {
      sha256: string;
      embeddings: number[][];
    };
    const manifest = await readManifest(models);
    const row = manifest.kind === 'read' ? manifest.rows.find((model) => model.file === file) : undefined;
    expect(row?.sha256).toBe(references.sha256);
    const loading = await loadNetwork(models, file, 1);
    if (loading.kind === 'refused') throw new Error(loading.sentence);
    for (const [number, expected] of references.embeddings.entries()) {
      const { embedding } = await loading.network.run({ face: { data: madeUp(number), shape: [1, 4, 112, 112] } });
      const difference = Math.max(...expected.map((value, i) => Math.abs(value - (embedding?.[i] ?? Number.NaN))));
      expect(difference).toBeLessThan(1e-4);
    }
    await loading.network.release();
  });

  test('is small enough to ship', async () => {
    expect((await readFile(models + file)).length).toBeLessThan(6_000_000);
  });
});

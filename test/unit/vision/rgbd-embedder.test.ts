import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { modelsDir } from './frames.ts';
import { answersBesidePyTorch } from './references.ts';

const file = 'rgbd-embedder.onnx';

describe('the shipped RGB-D network', () => {
  test('answers in ONNX Runtime what it answered in PyTorch', async () => {
    for (const { answered, expected } of await answersBesidePyTorch(
      file,
      'training/references.json',
      ['face', 'embedding'],
      [4, 112, 112],
    )) {
      const difference = Math.max(...expected.map((value, i) => Math.abs(value - (answered?.[i] ?? Number.NaN))));
      expect(difference).toBeLessThan(1e-4);
    }
  });

  test('is small enough to ship', async () => {
    expect((await readFile(`${modelsDir}/${file}`)).length).toBeLessThan(6_000_000);
  });
});

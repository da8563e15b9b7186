import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { readManifest } from '../../../main/vision/manifest.ts';
import { loadNetwork, type Network } from '../../../main/vision/network.ts';
import { modelsDir } from './frames.ts';

/** The made-up inputs of models/training/export.py, of channels, height and width. */
function madeUp(number: number, [channels, height, width]: readonly [number, number, number]): Float32Array {
  const data = new Float32Array(channels * height * width);
  for (let c = 0, i = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++) data[i] = Math.sin(0.05 * (c + 1) * x + 0.03 * (number + 1) * y + c);
  return data;
}

/**
 * Runs the shipped network `file` on the made-up inputs: for each, what it answers and what PyTorch answered, written in `references` (in the models' folder) beside the sha256 of the file
 * that it holds of, which must be the manifest's.
 */
export async function answersBesidePyTorch(
  file: string,
  references: string,
  [input, output]: readonly [string, string],
  shape: readonly [number, number, number],
): Promise<{ readonly answered: Float32Array | undefined; readonly expected: readonly number[] }[]> {
  const read = JSON.parse(await readFile(`${modelsDir}/${references}`, 'utf8')) as Record<string, unknown>;
  const manifest = await readManifest(modelsDir);
  const row = manifest.kind === 'read' ? manifest.rows.find((model) => model.file === file) : undefined;
  expect(row?.sha256).toBe(read.sha256);
  const loading = await loadNetwork(modelsDir, file, 1);
  if (loading.kind === 'refused') throw new Error(loading.sentence);
  const pairs = [];
  const all = Object.entries(read).find(([name]) => name !== 'sha256')?.[1] as readonly (number | readonly number[])[];
  expect(all.length).toBeGreaterThan(0);
  for (const [number, expected] of all.entries()) {
    const outputs = await loading.network.run({ [input]: { data: madeUp(number, shape), shape: [1, ...shape] } });
    pairs.push({ answered: outputs[output], expected: [expected].flat() });
  }
  await loading.network.release();
  return pairs;
}

/** Keeps what it is shown as `input` and answers these log-odds. */
export function listening(input: string, answers: readonly number[]): Network & { readonly seen: Float32Array[] } {
  const seen: Float32Array[] = [];
  return {
    seen,
    async run(inputs) {
      const shown = inputs[input];
      if (shown !== undefined) seen.push(shown.data);
      return { logOdds: Float32Array.from(answers) };
    },
    release: async () => {},
  };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { withoutWeightsAsInputs } from '../../../main/vision/onnx-inputs.ts';

const text = (value: string): number[] => [...new TextEncoder().encode(value)];
const bytesField = (number: number, body: readonly number[]): number[] => [(number << 3) | 2, body.length, ...body];

const image = bytesField(11, bytesField(1, text('image')));
const weightAsInput = bytesField(11, bytesField(1, text('w')));
const weight = bytesField(5, [...bytesField(8, text('w')), ...bytesField(9, [0, 0, 128, 63])]);
const node = bytesField(1, bytesField(1, text('image')));
const version = [1 << 3, 3];
const opset = bytesField(8, [2 << 3, 9]);
const model = (...graph: number[][]): Uint8Array => Uint8Array.from([...version, ...bytesField(7, graph.flat()), ...opset]);

test('takes weights out of the inputs, and nothing else', () => {
  expect(withoutWeightsAsInputs(model(node, weight, image, weightAsInput))).toEqual(model(node, weight, image));
  expect(withoutWeightsAsInputs(model(weightAsInput, node, weight))).toEqual(model(node, weight));
});

test('leaves alone what has none there, and what is no model', () => {
  const modern = model(node, weight, image);
  expect(withoutWeightsAsInputs(modern)).toBe(modern);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(withoutWeightsAsInputs(bytes).length).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test('SFace says the same without', { timeout: 60_000 }, async () => {
  const file = await readFile(join(import.meta.dirname, '..', '..', '..', 'models', 'sface.onnx'));
  const stripped = withoutWeightsAsInputs(file);
  expect(stripped.length).toBeLessThan(file.length);
  const data = Float32Array.from({ length: 3 * 112 * 112 }, (_, index) => 127 + 100 * Math.sin(index / 9));
  const [before, after] = await Promise.all(
    [file, stripped].map(async (bytes) => {
      const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
      const { fc1 } = await session.run({ data: new ort.Tensor('float32', data, [1, 3, 112, 112]) });
      await session.release();
      return fc1?.data as Float32Array;
    }),
  );
  const size = Math.hypot(...(before ?? []));
  expect(size).toBeGreaterThan(0);
  for (const [index, value] of (after ?? []).entries()) expect(Math.abs(value - (before?.[index] ?? 0)) / size).toBeLessThan(1e-5);
  expect(after).toHaveLength(128);
});

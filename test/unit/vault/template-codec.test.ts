import { expect, test } from 'vitest';
import type { Template } from '../../../main/identity/template.ts';
import { decodeTemplates, encodeTemplates } from '../../../main/vault/template-codec.ts';
import { templates } from './data.ts';

const fused: Template = {
  id: 'f',
  origin: 'enrolled',
  model: 'fused',
  vector: Float32Array.from({ length: 256 }, (_, index) => (index % 2 === 0 ? 1 / 16 : -1 / 16)),
  yawDeg: 1,
  pitchDeg: 2,
  createdAtMs: 3,
};

test('templates of networks with vectors of different lengths come back as they were', () => {
  const stored = [...templates(2, 1), fused, ...templates(1, 2)];
  expect(decodeTemplates(encodeTemplates(stored))).toEqual(stored);
});

test('templates written before there were longer vectors are still read', () => {
  const bytes = encodeTemplates(templates(3, 4));
  expect(bytes.toString('latin1')).not.toContain('"length"');
  expect(decodeTemplates(bytes)).toEqual(templates(3, 4));
});

test('bytes whose lengths do not add up are no templates', () => {
  const bytes = encodeTemplates([fused]);
  expect(decodeTemplates(bytes.subarray(0, bytes.length - 4))).toBeUndefined();
  expect(decodeTemplates(Buffer.concat([bytes, Buffer.alloc(4)]))).toBeUndefined();
  const claims = Buffer.from(bytes.toString('latin1').replace('"length":256', '"length":999'), 'latin1');
  expect(decodeTemplates(claims)).toBeUndefined();
  expect(() => encodeTemplates([{ ...fused, vector: new Float32Array(64) }])).toThrow('64 numbers');
});

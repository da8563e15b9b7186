import { createHash } from 'node:crypto';
import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faceShapeFile } from '../../../main/vision/face-shape.ts';
import { networkFiles } from '../../../main/vision/load-networks.ts';
import { modelsDir } from './frames.ts';

/*
 * A network with the signature of the RGB-D one and fixed made-up weights: means of 14 x 14 pixels, a matrix, length 1. It recognises nobody; it shows
 * what goes in and what comes out. Written in ONNX's own protocol buffers (onnx.proto3), so that no file has to lie here.
 */

const blocks = 8;
const weightsIn = 4 * blocks * blocks;
const vectorLength = 128;

/** A folder `models/` with all that finds faces, SFace and the small network in place of the RGB-D one, named in its manifest. */
export async function modelsWithSmallRgbd(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-small-'));
  for (const name of [
    networkFiles.detector,
    networkFiles.landmarks,
    networkFiles.blendshapes,
    networkFiles.head,
    networkFiles.eyes,
    networkFiles.sface,
    faceShapeFile,
    'simulated',
  ])
    await symlink(join(modelsDir, name), join(folder, name));
  const bytes = smallRgbd();
  const manifest = JSON.parse(await readFile(join(modelsDir, 'manifest.json'), 'utf8')) as { models: { file: string; sha256: string }[] };
  const row = { file: networkFiles.rgbd, sha256: createHash('sha256').update(bytes).digest('hex') };
  const models = [...manifest.models.filter(({ file }) => file !== networkFiles.rgbd), row];
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, models }));
  await writeFile(join(folder, networkFiles.rgbd), bytes);
  return folder;
}

function smallRgbd(): Buffer {
  const weights = Float32Array.from({ length: weightsIn * vectorLength }, (_, index) => noise(index));
  const graph = message(
    field(1, node('AveragePool', ['face'], 'means', [ints('kernel_shape', [14, 14]), ints('strides', [14, 14])])),
    field(1, node('Flatten', ['means'], 'row', [])),
    field(1, node('MatMul', ['row', 'weights'], 'direction', [])),
    field(1, node('LpNormalization', ['direction'], 'embedding', [integer('axis', 1), integer('p', 2)])),
    field(2, text('small')),
    field(5, tensor('weights', [weightsIn, vectorLength], weights)),
    field(11, value('face', ['N', 4, 112, 112])),
    field(12, value('embedding', ['N', vectorLength])),
  );
  return message(number(1, 8), field(7, graph), field(8, message(field(1, text('')), number(2, 13))));
}

function noise(index: number): number {
  const wave = Math.sin(index * 12.9898 + 4.1414) * 43758.5453;
  return (wave - Math.floor(wave)) * 2 - 1;
}

const node = (type: string, inputs: readonly string[], output: string, attributes: readonly Buffer[]): Buffer =>
  message(
    ...inputs.map((input) => field(1, text(input))),
    field(2, text(output)),
    field(4, text(type)),
    ...attributes.map((each) => field(5, each)),
  );
const ints = (name: string, values: readonly number[]): Buffer =>
  message(field(1, text(name)), ...values.map((each) => number(8, each)), number(20, 7));
const integer = (name: string, of: number): Buffer => message(field(1, text(name)), number(3, of), number(20, 2));
const tensor = (name: string, dims: readonly number[], values: Float32Array): Buffer =>
  message(...dims.map((dim) => number(1, dim)), number(2, 1), field(8, text(name)), field(9, Buffer.from(values.buffer)));
const value = (name: string, dims: readonly (string | number)[]): Buffer => {
  const shape = message(...dims.map((dim) => field(1, typeof dim === 'string' ? message(field(2, text(dim))) : message(number(1, dim)))));
  return message(field(1, text(name)), field(2, message(field(1, message(number(1, 1), field(2, shape))))));
};

const message = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);
const text = (of: string): Buffer => Buffer.from(of, 'utf8');
const field = (index: number, content: Buffer): Buffer => Buffer.concat([varint(index * 8 + 2), varint(content.length), content]);
const number = (index: number, of: number): Buffer => Buffer.concat([varint(index * 8), varint(of)]);

function varint(of: number): Buffer {
  const bytes: number[] = [];
  let rest = of;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

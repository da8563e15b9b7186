import { vectorLengths } from '../contract/identity-model.ts';
import type { Observation } from '../contract/observation.ts';
import { chacha20Keystream } from './chacha20.ts';
import type { Template } from './template.ts';

/** Bytes of a person's renewal secret. */
export const renewalSecretBytes = 32;

/** Numbers that one block of a map turns. */
const blockSize = 128;
const blockCount = vectorLengths.fused / blockSize;

/**
 * A secret orthogonal map of face vectors, in blocks: row-major 128 x 128 each. The first turns the first 128 numbers of a vector, the next the
 * next 128 of one that has as many. Each half of a fused vector has a length that everybody knows, so nothing shows through. Holds as much secret as
 * the bytes it came from.
 */
export interface Renewal {
  readonly blocks: readonly Float64Array[];
}

const uniformBytes = 8;

/**
 * The orthogonal map that a secret stands for. The same bytes always give the same map. It is drawn evenly from all orthogonal maps: a product of
 * Householder reflections of normally distributed vectors of 128, 127, … 2 numbers and a last sign (Stewart, "The efficient generation of random
 * orthogonal matrices", SIAM J. Numer. Anal. 17, 1980), from the keystream of ChaCha20 under the secret, one nonce for each block. Throws on a
 * secret of another length.
 */
export function renewalOf(secret: Uint8Array): Renewal {
  if (secret.length !== renewalSecretBytes) throw new Error(`a renewal secret has ${renewalSecretBytes} bytes, not ${secret.length}`);
  return { blocks: Array.from({ length: blockCount }, (_, block) => orthogonalBlock(secret, block)) };
}

function orthogonalBlock(secret: Uint8Array, block: number): Float64Array {
  const size = blockSize;
  const normal = normalNumbers(secret, block, (size * (size + 1)) / 2);
  const matrix = Float64Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));
  for (let length = size, used = 0; length >= 1; used += length, length--) reflect(matrix, normal.subarray(used, used + length));
  return matrix;
}

/** A face vector as it is stored and compared under a renewal. Distances between vectors under the same renewal are those without it. */
export function renewedVector(vector: Float32Array, { blocks }: Renewal): Float32Array {
  const renewed = new Float32Array(vector.length);
  for (const [block, matrix] of blocks.entries()) {
    const part = vector.subarray(block * blockSize, (block + 1) * blockSize);
    const turned = part.map((_, row) => part.reduce((sum, value, column) => sum + (matrix[row * blockSize + column] as number) * value, 0));
    renewed.set(turned, block * blockSize);
  }
  return renewed;
}

/** Templates under a renewal. */
export function renewedTemplates(templates: readonly Template[], renewal: Renewal): Template[] {
  return templates.map((template) => ({ ...template, vector: renewedVector(template.vector, renewal) }));
}

/** An observation whose vector may be compared with templates under a renewal. */
export function renewedObservation(observation: Observation, renewal: Renewal): Observation {
  if (observation.kind === 'no-face' || observation.embedding === undefined) return observation;
  return { ...observation, embedding: renewedVector(observation.embedding, renewal) };
}

/** The map from vectors under `before` to vectors under `after`: stored templates are rotated without ever being the face's own vectors again. */
export function rotation(before: Renewal, after: Renewal): Renewal {
  return { blocks: before.blocks.map((block, index) => rotatedBlock(block, after.blocks[index] as Float64Array)) };
}

function rotatedBlock(before: Float64Array, after: Float64Array): Float64Array {
  const size = blockSize;
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      // after · before⁻¹, and the inverse of an orthogonal map is its transpose.
      let sum = 0;
      for (let i = 0; i < size; i++) sum += (after[row * size + i] as number) * (before[column * size + i] as number);
      matrix[row * size + column] = sum;
    }
  }
  return matrix;
}

/** Overwrites the map. Not with zeros: everything would then lie on the one point where wiped templates lie. */
export function wipeRenewal({ blocks }: Renewal): void {
  for (const block of blocks) block.fill(Number.NaN);
}

/** matrix := H · matrix, where H reflects the last coordinates so that the normal vector falls on the first of them, with Stewart's sign. */
function reflect(matrix: Float64Array, normal: Float64Array): void {
  const size = blockSize;
  const from = size - normal.length;
  const sign = (normal[0] as number) < 0 ? -1 : 1;
  const mirror = Float64Array.from(normal);
  mirror[0] = (mirror[0] as number) + sign * Math.hypot(...normal);
  const squares = mirror.reduce((sum, value) => sum + value * value, 0);
  for (let column = 0; column < size; column++) {
    let dot = 0;
    for (let i = 0; i < mirror.length; i++) dot += (mirror[i] as number) * (matrix[(from + i) * size + column] as number);
    const factor = (2 * dot) / squares;
    for (let i = 0; i < mirror.length; i++) {
      const place = (from + i) * size + column;
      matrix[place] = (matrix[place] as number) - factor * (mirror[i] as number);
    }
    const first = from * size + column;
    matrix[first] = -sign * (matrix[first] as number);
  }
}

/** Normally distributed numbers by Box and Muller's transform of the keystream's uniform ones. */
function normalNumbers(secret: Uint8Array, block: number, count: number): Float64Array {
  const nonce = Uint8Array.from({ length: 12 }, (_, index) => (index === 0 ? block : 0));
  const stream = chacha20Keystream(secret, nonce, 0, (count + 1) * uniformBytes);
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  // 53 bits, in (0, 1]: never 0, whose logarithm is infinite.
  const uniform = (index: number): number => {
    const high = view.getUint32(index * uniformBytes, true) >>> 5;
    const low = view.getUint32(index * uniformBytes + 4, true) >>> 6;
    return (high * 67_108_864 + low + 1) / 9_007_199_254_740_992;
  };
  return Float64Array.from({ length: count }, (_, index) => {
    const pair = index - (index % 2);
    const radius = Math.sqrt(-2 * Math.log(uniform(pair)));
    const angle = 2 * Math.PI * uniform(pair + 1);
    return radius * (index % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

import * as v from 'valibot';
import { isVectorLength, vectorLengths } from '../contract/identity-model.ts';
import type { Template } from '../identity/template.ts';

/*
 * Templates as bytes: length of the descriptions (uint32, little-endian), the descriptions as JSON, then each vector as float32
 * little-endian. The vectors stay out of the JSON, so that no string, which cannot be overwritten, ever holds one. A description names its vector's
 * length where it is not that of the first network.
 */
const lengthBytes = 4;
const numberBytes = 4;
const usualLength = vectorLengths.sface;

const describedTemplates = v.array(
  v.strictObject({
    id: v.string(),
    origin: v.picklist(['enrolled', 'enrolled-alternate', 'learned-success', 'learned-near-miss']),
    model: v.string(),
    yawDeg: v.pipe(v.number(), v.finite()),
    pitchDeg: v.pipe(v.number(), v.finite()),
    createdAtMs: v.pipe(v.number(), v.finite()),
    length: v.optional(v.pipe(v.number(), v.check(isVectorLength)), usualLength),
  }),
);

/** Templates as bytes; the caller wipes them after sealing. Throws on a vector of another length: that is a bug. */
export function encodeTemplates(templates: readonly Template[]): Buffer {
  const descriptions = Buffer.from(JSON.stringify(templates.map(described)), 'utf8');
  const numbers = templates.reduce((sum, { vector }) => sum + vector.length, 0);
  const bytes = Buffer.alloc(lengthBytes + descriptions.length + numbers * numberBytes);
  bytes.writeUInt32LE(descriptions.length, 0);
  descriptions.copy(bytes, lengthBytes);
  let place = lengthBytes + descriptions.length;
  for (const { vector } of templates) for (const value of vector) place = bytes.writeFloatLE(value, place);
  return bytes;
}

function described({ vector, ...description }: Template): object {
  if (!isVectorLength(vector.length)) throw new Error(`a template has ${vector.length} numbers`);
  return vector.length === usualLength ? description : { ...description, length: vector.length };
}

/** The templates in these bytes, each vector in memory of its own; undefined when the bytes are not templates. */
export function decodeTemplates(bytes: Buffer): readonly Template[] | undefined {
  if (bytes.length < lengthBytes) return undefined;
  const descriptionsEnd = lengthBytes + bytes.readUInt32LE(0);
  if (descriptionsEnd > bytes.length) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), describedTemplates), bytes.toString('utf8', lengthBytes, descriptionsEnd));
  if (!parsed.success) return undefined;
  const numbers = parsed.output.reduce((sum, { length }) => sum + length, 0);
  if (bytes.length !== descriptionsEnd + numbers * numberBytes) return undefined;
  let start = descriptionsEnd;
  return parsed.output.map(({ length, ...description }) => {
    const vector = Float32Array.from({ length }, (_, place) => bytes.readFloatLE(start + place * numberBytes));
    start += length * numberBytes;
    return { ...description, vector };
  });
}

/** Overwrites the vectors. */
export function wipeTemplates(templates: readonly Template[]): void {
  for (const { vector } of templates) vector.fill(0);
}

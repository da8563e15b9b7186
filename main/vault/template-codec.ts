import * as v from 'valibot';
import { embeddingLength } from '../contract/observation.ts';
import type { Template } from '../identity/template.ts';

/*
 * Templates as bytes: length of the descriptions (uint32, little-endian), the descriptions as JSON, then each vector as float32
 * little-endian. The vectors stay out of the JSON, so that no string, which cannot be overwritten, ever holds one.
 */
const lengthBytes = 4;
const vectorBytes = embeddingLength * 4;

const describedTemplates = v.array(
  v.strictObject({
    id: v.string(),
    origin: v.picklist(['enrolled', 'learned-success', 'learned-near-miss']),
    model: v.string(),
    yawDeg: v.pipe(v.number(), v.finite()),
    pitchDeg: v.pipe(v.number(), v.finite()),
    createdAtMs: v.pipe(v.number(), v.finite()),
  }),
);

/** Templates as bytes; the caller wipes them after sealing. Throws on a vector of another length: that is a bug. */
export function encodeTemplates(templates: readonly Template[]): Buffer {
  const descriptions = Buffer.from(JSON.stringify(templates.map(({ vector: _, ...description }) => description)), 'utf8');
  const bytes = Buffer.alloc(lengthBytes + descriptions.length + templates.length * vectorBytes);
  bytes.writeUInt32LE(descriptions.length, 0);
  descriptions.copy(bytes, lengthBytes);
  templates.forEach(({ vector }, index) => {
    if (vector.length !== embeddingLength) throw new Error(`a template has ${vector.length} numbers`);
    const start = lengthBytes + descriptions.length + index * vectorBytes;
    vector.forEach((value, place) => {
      bytes.writeFloatLE(value, start + place * 4);
    });
  });
  return bytes;
}

/** The templates in these bytes, each vector in memory of its own; undefined when the bytes are not templates. */
export function decodeTemplates(bytes: Buffer): readonly Template[] | undefined {
  if (bytes.length < lengthBytes) return undefined;
  const descriptionsEnd = lengthBytes + bytes.readUInt32LE(0);
  if (descriptionsEnd > bytes.length) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), describedTemplates), bytes.toString('utf8', lengthBytes, descriptionsEnd));
  if (!parsed.success || bytes.length !== descriptionsEnd + parsed.output.length * vectorBytes) return undefined;
  return parsed.output.map((description, index) => {
    const start = descriptionsEnd + index * vectorBytes;
    const vector = new Float32Array(embeddingLength);
    for (let place = 0; place < embeddingLength; place += 1) vector[place] = bytes.readFloatLE(start + place * 4);
    return { ...description, vector };
  });
}

/** Overwrites the vectors. */
export function wipeTemplates(templates: readonly Template[]): void {
  for (const { vector } of templates) vector.fill(0);
}

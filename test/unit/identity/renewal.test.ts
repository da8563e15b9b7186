import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chacha20Keystream } from '../../../main/identity/chacha20.ts';
import { beginLook, observeLook } from '../../../main/identity/look.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { renewalOf, renewedObservation, renewedTemplates, renewedVector, rotation, wipeRenewal } from '../../../main/identity/renewal.ts';
import type { Gallery, Template } from '../../../main/identity/template.ts';
import { faceObservation, vectorOf } from './observations.ts';

const secretOf = (seed: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, index) => (seed * 31 + index * 7) % 256);
const templateOf = (vector: Float32Array): Template => ({
  id: 't',
  origin: 'enrolled',
  model: 'sface',
  vector,
  yawDeg: 0,
  pitchDeg: 0,
  createdAtMs: 0,
});
const before = renewalOf(secretOf(1));
const after = renewalOf(secretOf(2));

test('the keystream is that of RFC 8439, section 2.3.2', () => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);
  const nonce = Uint8Array.from([0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0]);
  expect(Buffer.from(chacha20Keystream(key, nonce, 1, 64)).toString('hex')).toBe(
    '10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e',
  );
  const two = chacha20Keystream(key, nonce, 0, 100);
  expect(two.subarray(64)).toEqual(chacha20Keystream(key, nonce, 1, 36));
});

test('the transform is orthogonal to the last digits of double precision', () => {
  for (const matrix of [before, after, rotation(before, after)].flatMap(({ blocks }) => blocks)) {
    for (let p = 0; p < 128; p++) {
      for (let q = p; q < 128; q++) {
        let dot = 0;
        for (let i = 0; i < 128; i++) dot += (matrix[p * 128 + i] as number) * (matrix[q * 128 + i] as number);
        expect(Math.abs(dot - (p === q ? 1 : 0))).toBeLessThan(1e-12);
      }
    }
  }
});

test('property: distances under one transform are those without it, to float precision', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 255 }),
      fc.nat(1000),
      fc.nat(1000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (secret, p, variant, spread) => {
        const renewal = renewalOf(secretOf(secret));
        const [first, second] = [vectorOf(p), vectorOf(p, variant, spread)];
        const distance = embeddingDistance(renewedVector(first, renewal), renewedVector(second, renewal));
        expect(Math.abs(distance - embeddingDistance(first, second))).toBeLessThan(1e-6);
      },
    ),
    { numRuns: 60 },
  );
});

test('the same secret gives the same transform; one bit more gives an unrelated one', () => {
  expect(renewalOf(secretOf(1)).blocks).toEqual(before.blocks);
  const oneBit = secretOf(1);
  oneBit[31] = (oneBit[31] as number) ^ 1;
  const distances = Array.from({ length: 50 }, (_, seed) =>
    embeddingDistance(renewedVector(vectorOf(seed), before), renewedVector(vectorOf(seed), renewalOf(oneBit))),
  );
  expect(Math.min(...distances)).toBeGreaterThan(1);
});

test('where a vector goes is spread evenly: no coordinate tells of the one it came from', () => {
  const axis = Float32Array.from({ length: 128 }, (_, index) => (index === 0 ? 1 : 0));
  const images = Array.from({ length: 200 }, (_, seed) => renewedVector(axis, renewalOf(secretOf(seed + 3))));
  for (let coordinate = 0; coordinate < 128; coordinate += 9) {
    const values = images.map((image) => image[coordinate] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const meanSquare = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    // Standard error of the mean is 1/sqrt(128 * 200) = 0.006; of the mean square, 1/128 * sqrt(2/200) = 0.0008.
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(meanSquare - 1 / 128)).toBeLessThan(0.004);
  }
});

test('after a rotation old copies match neither the owner nor the new templates, and the owner still gets in', () => {
  const enrolled = Array.from({ length: 13 }, (_, index) => templateOf(vectorOf(1, index, 0.3)));
  const stolen = renewedTemplates(enrolled, before);
  const rotated = renewedTemplates(stolen, rotation(before, after));
  expect(opens({ personId: 'owner', templates: stolen, renewal: before })).toBe(true);
  expect(opens({ personId: 'owner', templates: rotated, renewal: after })).toBe(true);
  expect(opens({ personId: 'owner', templates: stolen, renewal: after })).toBe(false);
  expect(opens({ personId: 'owner', templates: stolen })).toBe(false);
  // A stolen vector put in place of the probe, past camera and transform.
  for (const old of stolen) expect(Math.min(...rotated.map(({ vector }) => embeddingDistance(old.vector, vector)))).toBeGreaterThan(1);
});

test('rotating stored templates gives what a fresh enrolment under the new secret would have stored', () => {
  const enrolled = [templateOf(vectorOf(5))];
  const [rotated] = renewedTemplates(renewedTemplates(enrolled, before), rotation(before, after));
  const [fresh] = renewedTemplates(enrolled, after);
  expect(embeddingDistance((rotated as Template).vector, (fresh as Template).vector)).toBeLessThan(1e-5);
});

test('a fused vector is renewed too, each half by a map of its own: distances stay, and old copies are far from it', () => {
  const fused = (p: number, q: number): Float32Array =>
    Float32Array.from([...vectorOf(p), ...vectorOf(q)], (value) => value * Math.SQRT1_2);
  const [first, second] = [fused(1, 2), fused(1, 3)];
  const renewed = renewedVector(first, before);
  expect(renewed).toHaveLength(256);
  expect(embeddingDistance(renewed, renewedVector(second, before))).toBeCloseTo(embeddingDistance(first, second), 5);
  expect(embeddingDistance(renewed, first)).toBeGreaterThan(1);
  expect(embeddingDistance(renewed, renewedVector(first, after))).toBeGreaterThan(1);
  expect(embeddingDistance(renewedVector(renewed, rotation(before, after)), renewedVector(first, after))).toBeLessThan(1e-5);
  // Equal halves do not stay equal: what relates the halves of a face is hidden as well.
  const twice = renewedVector(fused(1, 1), before);
  expect(Math.hypot(...twice.subarray(0, 128).map((value, index) => value - (twice[128 + index] as number)))).toBeGreaterThan(0.5);
});

test('an observation keeps all but its vector; one without a vector is left as it is', () => {
  const observation = faceObservation(10);
  expect(renewedObservation(observation, before)).toEqual({ ...observation, embedding: renewedVector(vectorOf(1), before) });
  const nobody = { kind: 'no-face', stamp: { sequence: 1, capturedAtMs: 1 } } as const;
  expect(renewedObservation(nobody, before)).toBe(nobody);
});

test('a secret of another length is a bug and is refused', () => {
  for (const length of [0, 16, 31, 33]) expect(() => renewalOf(new Uint8Array(length))).toThrow('32 bytes');
});

test('a wiped transform holds nothing of the secret and matches nobody', () => {
  const renewal = renewalOf(secretOf(9));
  const templates = renewedTemplates([templateOf(vectorOf(1))], renewal);
  wipeRenewal(renewal);
  expect(renewal.blocks.flatMap((block) => [...block]).every((value) => Number.isNaN(value))).toBe(true);
  expect(opens({ personId: 'owner', templates, renewal })).toBe(false);
  // Where the templates were wiped as well, both must not fall on the same point.
  for (const { vector } of templates) vector.fill(0);
  expect(opens({ personId: 'owner', templates, renewal })).toBe(false);
});

function opens(gallery: Gallery): boolean {
  let look = beginLook(0);
  for (let frame = 1; frame <= 10; frame++) {
    const step = observeLook(look, faceObservation(frame * 33), [gallery], 'sface', { attention: true }, frame * 33);
    if (step.verdict !== undefined) return step.verdict.kind === 'match';
    look = step.look;
  }
  return false;
}

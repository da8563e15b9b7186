import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { LockCounters } from '../../../main/contract/lock-counters.ts';
import { embeddingDistance } from '../../../main/identity/matcher.ts';
import { renewedVector } from '../../../main/identity/renewal.ts';
import type { Gallery, Template } from '../../../main/identity/template.ts';
import type { Keystore } from '../../../main/vault/keystore.ts';

/** Templates with unit vectors that follow from `seed` (a linear congruential generator: Numerical Recipes, 7.1). */
export function templates(count: number, seed: number): readonly Template[] {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Array.from({ length: count }, (_, index) => {
    const raw = Array.from({ length: 128 }, random);
    const norm = Math.hypot(...raw);
    return {
      id: `t${seed}-${index}`,
      origin: 'enrolled',
      model: 'sface',
      vector: Float32Array.from(raw, (value) => value / norm),
      yawDeg: index * 5 - 20,
      pitchDeg: 3.5,
      createdAtMs: 1_780_000_000_000 + index,
    };
  });
}

/** Whether a gallery holds just these templates, given as the network gave them, under the renewal of the gallery. */
export function holds(gallery: Gallery | undefined, expected: readonly Template[]): boolean {
  const { templates: kept = [], renewal } = gallery ?? {};
  if (renewal === undefined || kept.length !== expected.length) return false;
  return expected.every(({ vector, ...description }, index) => {
    const { vector: stored, ...others } = kept[index] as Template;
    return JSON.stringify(others) === JSON.stringify(description) && embeddingDistance(stored, renewedVector(vector, renewal)) < 1e-5;
  });
}

export const counters: LockCounters = {
  failedLooks: 2,
  wrongPasscodes: 1,
  lastPasscodeWallMs: 1_780_000_000_000,
  lastUnlockWallMs: 1_780_000_100_000,
  highestWallMs: 1_780_000_200_000,
  locked: true,
  bootId: 'boot-1',
};

/** A keystore as an operating system has one: its secret is nowhere in the vault's folder. */
export function systemKeystore(secret: Buffer = randomBytes(32)): Keystore {
  return {
    kind: 'os',
    backend: 'test',
    seal: (bytes) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed) => {
      const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(sealed.length - 16));
      return Buffer.concat([decipher.update(sealed.subarray(12, sealed.length - 16)), decipher.final()]);
    },
  };
}

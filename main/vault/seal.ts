import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM as NIST SP 800-38D recommends it: 96-bit nonce, 128-bit tag. */
const nonceBytes = 12;
const tagBytes = 16;
export const keyBytes = 32;

/** A fresh 256-bit key in memory of its own (never Node's shared pool), so that wiping it wipes it. */
export function newKey(): Buffer {
  const key = Buffer.alloc(keyBytes);
  randomBytes(keyBytes).copy(key);
  return key;
}

/** Overwrites what was secret. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** Joins the parts that name a record into associated data. No part may hold the separator, so no two records share a name. */
export function associatedData(...parts: readonly (string | number)[]): Buffer {
  const texts = parts.map(String);
  if (texts.some((text) => text.includes('|'))) throw new Error('a part of the associated data holds the separator');
  return Buffer.from(texts.join('|'), 'utf8');
}

/** Seals bytes: nonce (12), ciphertext, tag (16). The nonce is random: a key seals far fewer than 2^32 records in its life. */
export function seal(key: Uint8Array, plain: Uint8Array, associated: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `seal` made; undefined when key, name or any byte differs. */
export function open(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const body = sealed.subarray(nonceBytes, sealed.length - tagBytes);
  const plain = Buffer.alloc(body.length);
  decipher.update(body).copy(plain);
  try {
    decipher.final();
    return plain;
  } catch {
    wipe(plain);
    return undefined;
  }
}

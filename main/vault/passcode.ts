import { randomBytes, scrypt } from 'node:crypto';
import { associatedData, keyBytes, open, seal, wipe } from './seal.ts';

/** What is stored to get from a passcode to a data key. */
export interface PasscodeWrapping {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
  readonly sealed: Uint8Array;
}

/** scrypt's cost, from OWASP's Password Storage Cheat Sheet: N=2^17, r=8, p=1. It takes 128 MiB and about half a second. */
const cost = { n: 131_072, r: 8, p: 1 } as const;
const saltBytes = 16;
const memoryLimit = 256 * 1024 * 1024;

/** Wraps a data key under a passcode with a salt of its own. */
export async function wrapWithPasscode(dataKey: Uint8Array, passcode: string, personId: string): Promise<PasscodeWrapping> {
  const salt = randomBytes(saltBytes);
  const wrappingKey = await deriveKey(passcode, salt);
  const sealed = seal(wrappingKey, dataKey, wrappingName(personId, salt));
  wipe(wrappingKey);
  return { ...cost, salt, sealed };
}

/** The data key, or undefined when the passcode is wrong or the wrapping was touched; the two cannot be told apart. */
export async function unwrapWithPasscode(wrapping: PasscodeWrapping, passcode: string, personId: string): Promise<Buffer | undefined> {
  // A cost that is not ours was not written by us: a lower one would weaken, a higher one exhaust the memory.
  if (wrapping.n !== cost.n || wrapping.r !== cost.r || wrapping.p !== cost.p) return undefined;
  const wrappingKey = await deriveKey(passcode, wrapping.salt);
  const dataKey = open(wrappingKey, wrapping.sealed, wrappingName(personId, wrapping.salt));
  wipe(wrappingKey);
  return dataKey?.length === keyBytes ? dataKey : undefined;
}

function wrappingName(personId: string, salt: Uint8Array): Buffer {
  return associatedData(personId, 'passcode-wrapping', 1, cost.n, cost.r, cost.p, Buffer.from(salt).toString('hex'));
}

function deriveKey(passcode: string, salt: Uint8Array): Promise<Buffer> {
  // NFKC, so that the same characters typed on another keyboard are the same passcode (NIST SP 800-63B, 3.1.1.2).
  // A last byte that is not zero: HMAC, which scrypt begins with, fills its key up with zeros and would take zeros at the end for nothing.
  const secret = Buffer.from(`${passcode.normalize('NFKC')}\x01`, 'utf8');
  const { n: N, r, p } = cost;
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, keyBytes, { N, r, p, maxmem: memoryLimit }, (error, key) => {
      wipe(secret);
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

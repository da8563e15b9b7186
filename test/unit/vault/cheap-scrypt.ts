import type * as Crypto from 'node:crypto';
import type { ScryptOptions } from 'node:crypto';

/**
 * node:crypto with an scrypt of low cost, for tests that unseal dozens of times and ask nothing of the cost itself. Give it to vi.mock.
 * The real cost is what passcode.test.ts runs.
 */
export async function cheapScrypt(original: () => Promise<typeof Crypto>): Promise<typeof Crypto> {
  const crypto = await original();
  const scrypt = (
    secret: Buffer,
    salt: Buffer,
    length: number,
    _: ScryptOptions,
    done: (error: Error | null, key: Buffer) => void,
  ): void => {
    crypto.scrypt(secret, salt, length, { N: 16, r: 8, p: 1 }, done);
  };
  return { ...crypto, scrypt: scrypt as typeof Crypto.scrypt };
}

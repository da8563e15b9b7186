import { scryptSync } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { unwrapWithPasscode, wrapWithPasscode } from '../../../main/vault/passcode.ts';
import { associatedData, newKey, open } from '../../../main/vault/seal.ts';

// Each scrypt takes 128 MiB, and seconds where the machine is busy.
vi.setConfig({ testTimeout: 240_000 });

test('wraps under scrypt of N=2^17, r=8, p=1 with a salt of its own', async () => {
  const dataKey = newKey();
  const wrapping = await wrapWithPasscode(dataKey, 'correct horse 7', 'person');
  expect(wrapping).toMatchObject({ n: 131_072, r: 8, p: 1 });
  expect(wrapping.salt).toHaveLength(16);
  expect((await wrapWithPasscode(dataKey, 'correct horse 7', 'person')).salt).not.toEqual(wrapping.salt);
  const wrappingKey = scryptSync('correct horse 7\x01', wrapping.salt, 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 });
  const name = associatedData('person', 'passcode-wrapping', 1, 131_072, 8, 1, Buffer.from(wrapping.salt).toString('hex'));
  expect(open(wrappingKey, wrapping.sealed, name)).toEqual(dataKey);
});

test('unwraps for the right passcode and the right person, at the stated cost only', async () => {
  const dataKey = newKey();
  const wrapping = await wrapWithPasscode(dataKey, 'correct horse 7', 'person');
  expect(await unwrapWithPasscode(wrapping, 'correct horse 7', 'person')).toEqual(dataKey);
  expect(await unwrapWithPasscode(wrapping, 'correct horse 7', 'another')).toBeUndefined();
  expect(await unwrapWithPasscode(wrapping, 'Correct horse 7', 'person')).toBeUndefined();
  expect(await unwrapWithPasscode(wrapping, 'correct horse 7\0', 'person')).toBeUndefined();
  expect(await unwrapWithPasscode({ ...wrapping, n: 2 }, 'correct horse 7', 'person')).toBeUndefined();
  expect(await unwrapWithPasscode({ ...wrapping, n: 2 ** 40 }, 'correct horse 7', 'person')).toBeUndefined();
});

import { sep } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileFor, pageUrl } from '../../../main/app/page-address.ts';

const folder = `${sep}opt${sep}facelatch${sep}renderer`;

it('serves our own files', () => {
  expect(fileFor(pageUrl, folder)).toBe(`${folder}${sep}index.html`);
  expect(fileFor('app://facelatch/assets/index.js', folder)).toBe(`${folder}${sep}assets${sep}index.js`);
});

it.each([
  'app://facelatch/../../../etc/passwd',
  'app://facelatch/..%2f..%2f..%2fetc/passwd',
  'app://facelatch/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  'app://facelatch/index.html%00.png',
  'app://facelatch/%',
  'app://other/index.html',
  'https://facelatch/index.html',
  'file:///etc/passwd',
  'index.html',
])('never leads outside: %s', (url) => {
  const file = fileFor(url, folder);
  expect(file === undefined || file.startsWith(folder + sep)).toBe(true);
  expect(file ?? '').not.toContain('\0');
});

it('never leads outside, whatever the path', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom('..', '%2e%2e', '%2f', '\\', '%5c', '.', ''), fc.webSegment())), (parts) => {
      const file = fileFor(`app://facelatch/${parts.join('/')}`, folder);
      expect(file === undefined || file.startsWith(folder + sep)).toBe(true);
    }),
  );
});

import { afterEach, expect, it, vi } from 'vitest';
import { openKeystore } from '../../../main/app/keystore.ts';

const { storage } = vi.hoisted(() => ({ storage: { backend: 'unknown', available: true } }));

vi.mock('electron', () => ({
  safeStorage: {
    getSelectedStorageBackend: () => storage.backend,
    isEncryptionAvailable: () => storage.available,
    encryptString: (text: string) => Buffer.from(`sealed ${text}`),
    decryptString: (sealed: Buffer) => sealed.toString().replace('sealed ', ''),
  },
}));

const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
const on = (value: NodeJS.Platform): void => void Object.defineProperty(process, 'platform', { ...platform, value });
afterEach(() => void Object.defineProperty(process, 'platform', platform));

it.each(['basic_text', 'unknown', 'something_new'])(
  'on Linux %s protects nothing and is no key store, whatever Electron says of it',
  (backend) => {
    on('linux');
    Object.assign(storage, { backend, available: true });
    expect(openKeystore()).toMatchObject({ kind: 'none', sentence: expect.stringContaining('the passcode alone opens your records') });
  },
);

it.each([
  ['linux', 'gnome_libsecret'],
  ['linux', 'kwallet5'],
  ['darwin', 'unknown'],
  ['win32', 'unknown'],
] as const)('on %s (%s) the system keeps the key and gives back what it sealed', (system, backend) => {
  on(system);
  Object.assign(storage, { backend, available: true });
  const keystore = openKeystore();
  if (keystore.kind !== 'os') throw new Error('no key store');
  const bytes = Uint8Array.from([0, 255, 128, 7]);
  expect(Uint8Array.from(keystore.open(keystore.seal(bytes)))).toEqual(bytes);
});

it('a key store that cannot encrypt is none, on any system', () => {
  for (const system of ['linux', 'darwin', 'win32'] as const) {
    on(system);
    Object.assign(storage, { backend: 'gnome_libsecret', available: false });
    expect(openKeystore().kind).toBe('none');
  }
});

import { safeStorage } from 'electron';
import type { Keystore } from '../vault/keystore.ts';

/**
 * The operating system's key store by way of Electron's safeStorage. On Linux without a secret service Electron falls back to
 * `basic_text`, a fixed password that protects nothing: that is no key store. To be called once the app is ready.
 */
export function openKeystore(): Keystore {
  const backend = backendName();
  if (backend === undefined || !safeStorage.isEncryptionAvailable()) {
    return { kind: 'none', sentence: 'This system offers no key store, so the passcode alone opens your records, once after each start.' };
  }
  return {
    kind: 'os',
    backend,
    seal: (bytes) => safeStorage.encryptString(Buffer.from(bytes).toString('base64')),
    open: (sealed) => Buffer.from(safeStorage.decryptString(Buffer.from(sealed)), 'base64'),
  };
}

function backendName(): string | undefined {
  if (process.platform === 'darwin') return 'the macOS Keychain';
  if (process.platform === 'win32') return 'Windows (DPAPI)';
  const backend = safeStorage.getSelectedStorageBackend();
  switch (backend) {
    case 'gnome_libsecret':
      return 'the Secret Service (GNOME Keyring)';
    case 'kwallet':
    case 'kwallet5':
    case 'kwallet6':
      return 'KWallet';
    default:
      return undefined;
  }
}

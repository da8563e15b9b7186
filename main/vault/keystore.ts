/**
 * The operating system's own key store, given in from outside: main/app makes it of Electron's safeStorage. A backend that
 * only hides the key behind a fixed password (`basic_text`) is passed in as `none`.
 * `seal` and `open` may throw when the store is locked or broken.
 */
export type Keystore =
  | {
      readonly kind: 'os';
      /** What doctor prints, e.g. `gnome_libsecret`, `dpapi`, `keychain`. */
      readonly backend: string;
      readonly seal: (bytes: Uint8Array) => Uint8Array;
      readonly open: (sealed: Uint8Array) => Uint8Array;
    }
  | { readonly kind: 'none'; readonly sentence: string };

/** The keystore when it gives back what it sealed, and none when it is locked or broken: then the passcode alone protects, and it is asked for at each start. */
export function usableKeystore(keystore: Keystore): Keystore {
  if (keystore.kind === 'none') return keystore;
  const probe = Uint8Array.of(1, 2, 3);
  try {
    const opened = keystore.open(keystore.seal(probe));
    if (Buffer.compare(opened, probe) === 0) return keystore;
  } catch {
    // Said below.
  }
  return { kind: 'none', sentence: "The system's key store does not answer: type the passcode once." };
}

/**
 * The operating system's own key store, given in from outside: main/app makes it of Electron's safeStorage. A backend that
 * only hides the key behind a fixed password (`basic_text`) is passed in as `none`.
 * `seal` and `open` may throw when the store is locked or broken; the vault then asks for the passcode.
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

/**
 * Keys that lock at once and switch the face off, from wherever the person is; in Electron's words for them. Four keys together are pressed by nobody by
 * chance and taken by few programs. A choice and no free text: what is offered can be registered.
 */
export const panicShortcuts = [
  'CommandOrControl+Alt+Shift+L',
  'CommandOrControl+Alt+Shift+Backspace',
  'CommandOrControl+Alt+Shift+F12',
  'CommandOrControl+Alt+Shift+0',
  'off',
] as const;
export type PanicShortcut = (typeof panicShortcuts)[number];

export const defaultPanicShortcut: PanicShortcut = 'CommandOrControl+Alt+Shift+L';

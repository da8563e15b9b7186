import type { PanicShortcut } from '../../main/contract/panic-shortcut.ts';

/** A shortcut as it stands on the keys of this system's keyboards. */
export function shortcutName(shortcut: PanicShortcut, isMac: boolean): string {
  if (shortcut === 'off') return 'No shortcut';
  return shortcut
    .replace('CommandOrControl', isMac ? 'Command' : 'Ctrl')
    .replace('Alt', isMac ? 'Option' : 'Alt')
    .replaceAll('+', ' + ');
}

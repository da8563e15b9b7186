import { dirname, join } from 'node:path';
import { app, type BrowserWindowConstructorOptions, nativeTheme } from 'electron';

/** What every window has in common: a sandboxed page that sees nothing but its bridge. */
export function pageOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    title: 'Facelatch',
    show: false,
    icon: join(dirname(preload), '..', 'renderer', 'tray.png'),
    autoHideMenuBar: true,
    // The ground of the page (see renderer/ui/tokens.css), so that nothing flashes before it is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0d0f10' : '#f4f5f5',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  };
}

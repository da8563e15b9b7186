import { BrowserWindow } from 'electron';
import { describeError, type Log } from '../log.ts';
import { pageUrl } from '../page-address.ts';
import { pageOptions } from './page-options.ts';

/** The window of welcome, enrolment, home and settings. Made when first shown. */
export interface MainWindow {
  show(): void;
  hide(): void;
  /** Whether a person could see it now. */
  isShown(): boolean;
  current(): BrowserWindow | undefined;
}

/** A page that dies at once over and over is not loaded in a tight loop. */
const reloadAfterMs = 400;

/** `closeAsked` is called when the person closes the window; the window stays until the app ends. */
export function makeMainWindow(preload: string, closeAsked: () => void, log: Log): MainWindow {
  let window: BrowserWindow | undefined;

  function make(): BrowserWindow {
    const made = new BrowserWindow({ ...pageOptions(preload), width: 980, height: 740, minWidth: 760, minHeight: 620 });
    made.removeMenu();
    made.on('close', (event) => {
      event.preventDefault();
      closeAsked();
    });
    made.on('closed', () => {
      if (window === made) window = undefined;
    });
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      log(`main window's page ended (${reason}); loaded anew`);
      // Not from inside this event: Chromium then ends the whole app.
      setTimeout(() => load(made), reloadAfterMs);
    });
    load(made);
    return made;
  }

  function load(made: BrowserWindow): void {
    if (made.isDestroyed()) return;
    made.loadURL(pageUrl).catch((error: unknown) => log(`main window did not load: ${describeError(error)}`));
  }

  return {
    show() {
      window ??= make();
      window.show();
      window.focus();
    },
    hide: () => window?.hide(),
    isShown: () => window?.isVisible() ?? false,
    current: () => window,
  };
}

import { BrowserWindow, type Display } from 'electron';
import { describeError, type Log } from '../log.ts';
import { pageUrl } from '../page-address.ts';
import { pageOptions } from './page-options.ts';

/** What befalls a cover. */
export interface CoverNews {
  /** Whether it may go: otherwise it refuses to close. */
  readonly mayClose: () => boolean;
  readonly onClosed: (window: BrowserWindow) => void;
  /** Its page died or hangs. */
  readonly onBroken: (window: BrowserWindow, why: string) => void;
  /** It may no longer be where it should: moved, resized, hidden or minimised, by whomever. */
  readonly onDisplaced: () => void;
  readonly onBlur: () => void;
}

/** Makes the lock screen's window on one display. It stands before its page is there: an empty cover covers. */
export function makeCoverWindow({ bounds }: Display, preload: string, log: Log, news: CoverNews): BrowserWindow {
  const window = new BrowserWindow({
    ...pageOptions(preload),
    ...bounds,
    frame: false,
    kiosk: true,
    fullscreen: true,
    alwaysOnTop: true,
    skipTaskbar: true,
    resizable: false,
    movable: false,
    minimizable: false,
    maximizable: false,
    enableLargerThanScreen: true,
  });
  window.removeMenu();
  window.setAlwaysOnTop(true, 'screen-saver');
  window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
  window.setContentProtection(true);
  window.setBounds(bounds);
  window.on('close', (event) => {
    if (!news.mayClose()) event.preventDefault();
  });
  window.on('closed', () => news.onClosed(window));
  window.on('unresponsive', () => news.onBroken(window, 'unresponsive'));
  window.webContents.on('render-process-gone', (_event, { reason }) => news.onBroken(window, reason));
  window.on('blur', news.onBlur);
  window.on('move', news.onDisplaced);
  window.on('resize', news.onDisplaced);
  window.on('minimize', news.onDisplaced);
  window.on('hide', news.onDisplaced);
  window.on('leave-full-screen', news.onDisplaced);
  window.loadURL(pageUrl).catch((error: unknown) => log(`cover did not load: ${describeError(error)}`));
  window.show();
  return window;
}

import { BrowserWindow, type Display, screen } from 'electron';
import { describeError, type Log } from '../log.ts';
import { pageUrl } from '../page-address.ts';
import { pageOptions } from './page-options.ts';

/** The lock screen on every display. */
export interface Covers {
  /** Covers every display, and every one that comes while covered. */
  cover(): void;
  /** Takes all covers away. */
  uncover(): void;
  windows(): readonly BrowserWindow[];
  /** Whether every display is covered right now, as far as the system tells. */
  areWhole(): boolean;
}

/** A page that dies at once over and over is not loaded in a tight loop. */
const remakeAfterMs = 400;

export function makeCovers(preload: string, log: Log): Covers {
  const covers = new Map<number, BrowserWindow>();
  let covering = false;

  function sync(): void {
    if (!covering) return;
    const displays = screen.getAllDisplays();
    for (const [id, window] of covers) {
      if (!displays.some((display) => display.id === id)) drop(id, window);
    }
    for (const display of displays) {
      const window = covers.get(display.id);
      if (window === undefined || window.isDestroyed()) covers.set(display.id, make(display));
      else window.setBounds(display.bounds);
    }
  }

  function make(display: Display): BrowserWindow {
    const window = new BrowserWindow({
      ...pageOptions(preload),
      ...display.bounds,
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
    window.setBounds(display.bounds);
    window.on('close', (event) => {
      if (covering) event.preventDefault();
    });
    window.on('closed', () => remake(display.id, window, 'closed'));
    window.on('unresponsive', () => replace(display.id, window, 'unresponsive'));
    window.webContents.on('render-process-gone', (_event, { reason }) => replace(display.id, window, reason));
    window.on('blur', () => takeFocusBack());
    window.on('minimize', () => window.restore());
    window.on('hide', () => {
      if (covering && !window.isDestroyed()) window.show();
    });
    window.loadURL(pageUrl).catch((error: unknown) => log(`cover did not load: ${describeError(error)}`));
    // Shown before the page is there: an empty cover covers.
    window.show();
    return window;
  }

  /** A new window stands before the broken one goes, so that nothing shows in between. */
  function replace(id: number, broken: BrowserWindow, why: string): void {
    if (!covering || covers.get(id) !== broken) return;
    log(`cover replaced: ${why}`);
    setTimeout(() => {
      if (!covering || covers.get(id) !== broken) return;
      covers.delete(id);
      sync();
      broken.destroy();
    }, remakeAfterMs);
  }

  function remake(id: number, gone: BrowserWindow, why: string): void {
    if (covers.get(id) !== gone) return;
    covers.delete(id);
    if (!covering) return;
    log(`cover made anew: ${why}`);
    sync();
  }

  function drop(id: number, window: BrowserWindow): void {
    covers.delete(id);
    if (!window.isDestroyed()) window.destroy();
  }

  function takeFocusBack(): void {
    setTimeout(() => {
      if (!covering || BrowserWindow.getFocusedWindow() !== null) return;
      const window = covers.get(screen.getPrimaryDisplay().id);
      if (window !== undefined && !window.isDestroyed()) window.focus();
    }, 150);
  }

  screen.on('display-added', sync);
  screen.on('display-removed', sync);
  screen.on('display-metrics-changed', sync);

  return {
    cover() {
      covering = true;
      sync();
      takeFocusBack();
    },
    uncover() {
      covering = false;
      for (const [id, window] of [...covers]) drop(id, window);
    },
    windows: () => [...covers.values()].filter((window) => !window.isDestroyed()),
    areWhole: () => screen.getAllDisplays().every((display) => isCovered(display, covers.get(display.id))),
  };
}

/** Scaled displays make whole pixels of fractions. */
const roundingDip = 2;

function isCovered({ bounds }: Display, window: BrowserWindow | undefined): boolean {
  if (window === undefined || window.isDestroyed() || !window.isVisible() || window.isMinimized()) return false;
  const { x, y, width, height } = window.getBounds();
  if (width + roundingDip < bounds.width || height + roundingDip < bounds.height) return false;
  // Wayland tells no window where it is.
  if (process.env.XDG_SESSION_TYPE === 'wayland') return true;
  return (
    x <= bounds.x + roundingDip &&
    y <= bounds.y + roundingDip &&
    x + width + roundingDip >= bounds.x + bounds.width &&
    y + height + roundingDip >= bounds.y + bounds.height
  );
}

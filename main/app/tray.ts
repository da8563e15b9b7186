import { Menu, nativeImage, Tray } from 'electron';
import { describeError, type Log } from './log.ts';

export interface TrayOrders {
  readonly open: () => void;
  readonly lock: () => void;
  /** Locks at once; a face opens nothing until the passcode was typed. */
  readonly requirePasscode: () => void;
  readonly quit: () => void;
  readonly isLocked: () => boolean;
}

/** An icon in the system's tray, where there is one. Must be kept, or it is collected and goes. */
export function makeTray(iconFile: string, orders: TrayOrders, log: Log): Tray | undefined {
  try {
    const tray = new Tray(nativeImage.createFromPath(iconFile).resize({ width: 22, height: 22 }));
    tray.setToolTip('Facelatch');
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open Facelatch', click: unlessLocked(orders, orders.open) },
        { type: 'separator' },
        { label: 'Lock the screen', click: orders.lock },
        { label: 'Require passcode now', click: orders.requirePasscode },
        { type: 'separator' },
        { label: 'Quit Facelatch', click: unlessLocked(orders, orders.quit) },
      ]),
    );
    return tray;
  } catch (error) {
    log(`no tray icon: ${describeError(error)}`);
    return undefined;
  }
}

/** The menu stays reachable beside a cover on some desktops: what would weaken the lock does nothing then. */
function unlessLocked(orders: TrayOrders, run: () => void): () => void {
  return () => {
    if (!orders.isLocked()) run();
  };
}

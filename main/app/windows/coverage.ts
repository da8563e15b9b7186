import type { BrowserWindow, Rectangle } from 'electron';

/** Scaled displays make whole pixels of fractions. */
const roundingDip = 2;

/** Whether a window covers a display now, as far as the system tells. `bounds`: the display's, in device-independent pixels. */
export function isCovering(bounds: Rectangle, window: BrowserWindow | undefined): boolean {
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

/** Has a window cover a display again that somebody moved, shrank, hid or put away. A window that covers is left alone. */
export function putBack(bounds: Rectangle, window: BrowserWindow): void {
  if (window.isDestroyed() || isCovering(bounds, window)) return;
  if (window.isMinimized()) window.restore();
  if (!window.isVisible()) window.show();
  window.setBounds(bounds);
}

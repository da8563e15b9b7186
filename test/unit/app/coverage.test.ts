import type { BrowserWindow, Rectangle } from 'electron';
import { expect, test } from 'vitest';
import { isCovering, putBack } from '../../../main/app/windows/coverage.ts';

const display: Rectangle = { x: 1280, y: 0, width: 1024, height: 768 };

interface Window {
  bounds: Rectangle;
  visible: boolean;
  minimized: boolean;
  destroyed: boolean;
  moves: number;
}

/** A window in this state, as far as covering asks and tells it. */
function windowThat(state: Partial<Window>): { readonly state: Window; readonly window: BrowserWindow } {
  const now: Window = { bounds: display, visible: true, minimized: false, destroyed: false, moves: 0, ...state };
  const window = {
    isDestroyed: () => now.destroyed,
    isVisible: () => now.visible,
    isMinimized: () => now.minimized,
    getBounds: () => now.bounds,
    restore: () => Object.assign(now, { minimized: false }),
    show: () => Object.assign(now, { visible: true }),
    setBounds: (bounds: Rectangle) => Object.assign(now, { bounds, moves: now.moves + 1 }),
  };
  return { state: now, window: window as unknown as BrowserWindow };
}

test.each([
  ['moved', { bounds: { ...display, x: 0 } }],
  ['shrunk', { bounds: { ...display, width: 50 } }],
  ['hidden', { visible: false }],
  ['minimised', { minimized: true }],
] as const)('a cover that was %s covers again once put back', (_, state) => {
  const { window } = windowThat(state);
  expect(isCovering(display, window)).toBe(false);
  putBack(display, window);
  expect(isCovering(display, window)).toBe(true);
});

test('a window that covers is not moved', () => {
  const { state, window } = windowThat({});
  putBack(display, window);
  expect(state.moves).toBe(0);
});

test('a window that is gone is asked for nothing', () => {
  const { state, window } = windowThat({ destroyed: true, visible: false });
  putBack(display, window);
  expect(state).toMatchObject({ visible: false, moves: 0 });
});

import { BrowserWindow, type Display, screen } from 'electron';
import { monotonicNowMs } from '../../contract/monotonic.ts';
import type { Log } from '../log.ts';
import { makeCoverWindow } from './cover-window.ts';
import { isCovering, putBack } from './coverage.ts';
import { makeScreenLook } from './screen-look.ts';
import { UnseenCovers } from './unseen-covers.ts';

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

/** Covers are looked after this often, for what no event tells. */
const lookEveryMs = 250;

/** Between putting a cover back and doing it again: a window manager that insists is not fought in a tight loop. */
const putBackAfterMs = 20;

export function makeCovers(preload: string, log: Log): Covers {
  const covers = new Map<number, BrowserWindow>();
  const unseen = new UnseenCovers<BrowserWindow>();
  const screenLook = makeScreenLook(log);
  let looking = false;
  let covering = false;
  let watch: NodeJS.Timeout | undefined;
  let puttingBack: NodeJS.Timeout | undefined;

  /** The displays changed: one cover on each and none elsewhere, as large as it. */
  function onDisplays(): void {
    if (!covering) return;
    sync();
    for (const { id, bounds } of screen.getAllDisplays()) covers.get(id)?.setBounds(bounds);
  }

  /** One cover on each display and none elsewhere, none of them displaced. */
  function sync(): void {
    if (!covering) return;
    const displays = screen.getAllDisplays();
    for (const [id, window] of covers) {
      if (!displays.some((display) => display.id === id)) drop(id, window);
    }
    for (const display of displays) {
      const window = covers.get(display.id);
      if (window === undefined || window.isDestroyed()) covers.set(display.id, make(display));
      else putBack(display.bounds, window);
    }
  }

  function make(display: Display, inPlaceOfGone = false): BrowserWindow {
    const made = makeCoverWindow(display, preload, log, {
      mayClose: () => !covering,
      onClosed: (window) => remake(display.id, window, 'closed'),
      onBroken: (window, why) => replace(display.id, window, why),
      onDisplaced: putBackSoon,
      onBlur: takeFocusBack,
    });
    unseen.add(made, monotonicNowMs(), inPlaceOfGone);
    return made;
  }

  /** Asks the screen itself, where it can be asked, and puts back what it does not show. */
  async function lookAtScreen(): Promise<void> {
    if (looking) return;
    looking = true;
    const live = [...covers.values()].filter((window) => !window.isDestroyed());
    const verdicts = await screenLook.look(live).finally(() => {
      looking = false;
    });
    if (!covering) return;
    for (const display of screen.getAllDisplays()) {
      const window = covers.get(display.id);
      const verdict = window === undefined || window.isDestroyed() ? undefined : verdicts.get(window);
      if (window === undefined || verdict === undefined) continue;
      const deed = unseen.judge(window, verdict, monotonicNowMs());
      if (deed === 'raise') raise(window);
      if (deed !== 'replace') continue;
      log('cover made anew: not on the screen');
      covers.set(display.id, make(display, true));
      window.destroy();
      takeFocusBack();
    }
  }

  function putBackSoon(): void {
    if (!covering || puttingBack !== undefined) return;
    puttingBack = setTimeout(() => {
      puttingBack = undefined;
      sync();
    }, putBackAfterMs);
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

  /** A window manager is asked to raise it; where there is none, only a window that is given the focus is raised. */
  function raise(window: BrowserWindow): void {
    window.moveTop();
    window.focus();
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

  screen.on('display-added', onDisplays);
  screen.on('display-removed', onDisplays);
  screen.on('display-metrics-changed', onDisplays);

  return {
    cover() {
      covering = true;
      watch ??= setInterval(() => {
        sync();
        void lookAtScreen();
      }, lookEveryMs);
      sync();
      takeFocusBack();
    },
    uncover() {
      covering = false;
      clearInterval(watch);
      watch = undefined;
      for (const [id, window] of [...covers]) drop(id, window);
    },
    windows: () => [...covers.values()].filter((window) => !window.isDestroyed()),
    areWhole: () =>
      screen.getAllDisplays().every(({ id, bounds }) => {
        const window = covers.get(id);
        return window !== undefined && isCovering(bounds, window) && !unseen.isUnseen(window);
      }),
  };
}

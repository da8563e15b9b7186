import type { BrowserWindow } from 'electron';
import { type CoverOnScreen, lookAtCovers } from '../../session/covers-on-screen.ts';
import { connectX11, type X11Server } from '../../session/x11-server.ts';
import { describeError, type Log } from '../log.ts';

/** What the screen shows of windows, asked of the X server: Chromium is not told when another program unmaps, destroys or lowers one of its windows. */
export interface ScreenLook {
  /** Empty where nobody answers: only an X server does, no Wayland compositor and no other system. */
  look(windows: readonly BrowserWindow[]): Promise<ReadonlyMap<BrowserWindow, CoverOnScreen>>;
}

export function makeScreenLook(log: Log): ScreenLook {
  const { platform, env } = process;
  let isPossible = platform === 'linux' && env.XDG_SESSION_TYPE !== 'wayland' && env.DISPLAY !== undefined;
  let connection: Promise<X11Server> | undefined;
  return {
    async look(windows) {
      if (!isPossible || windows.length === 0) return new Map();
      connection ??= connectX11(env);
      const server = await connection.catch((error: unknown) => {
        // Who is not let in will not be later.
        isPossible = false;
        log(`what the screen shows is not known: ${describeError(error)}`);
      });
      if (server === undefined) return new Map();
      const numbers = windows.map((window) => window.getNativeWindowHandle().readUInt32LE(0));
      const verdicts = await lookAtCovers(server, numbers).catch((error: unknown) => {
        connection = undefined;
        server.close();
        log(`the X server is asked anew: ${describeError(error)}`);
      });
      return new Map(
        windows.flatMap((window, index) => {
          const verdict = verdicts?.get(numbers[index] as number);
          return verdict === undefined ? [] : [[window, verdict]];
        }),
      );
    },
  };
}

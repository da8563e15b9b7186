import type { BrowserWindow } from 'electron';
import { CoverStates } from '../../session/cover-states.ts';
import { type CoverOnScreen, lookAtCovers } from '../../session/covers-on-screen.ts';
import { connectX11, type X11Server } from '../../session/x11-server.ts';
import { describeError, type Log } from '../log.ts';

/** What the screen shows of windows, asked of the X server: Chromium is not told when another program unmaps, destroys or lowers one of its windows. */
export interface ScreenLook {
  /**
   * Empty where nobody answers: only an X server does, no Wayland compositor and no other system. By the way the window manager is asked again for what it keeps windows in
   * front by.
   */
  look(windows: readonly BrowserWindow[]): Promise<ReadonlyMap<BrowserWindow, CoverOnScreen>>;
}

interface Connection {
  readonly server: X11Server;
  readonly states: CoverStates;
}

export function makeScreenLook(log: Log): ScreenLook {
  const { platform, env } = process;
  let isPossible = platform === 'linux' && env.XDG_SESSION_TYPE !== 'wayland' && env.DISPLAY !== undefined;
  let connection: Promise<Connection> | undefined;
  return {
    async look(windows) {
      if (!isPossible || windows.length === 0) return new Map();
      connection ??= connectX11(env).then((server) => ({ server, states: new CoverStates(server) }));
      const connected = await connection.catch((error: unknown) => {
        // Who is not let in will not be later.
        isPossible = false;
        log(`what the screen shows is not known: ${describeError(error)}`);
      });
      if (connected === undefined) return new Map();
      const numbers = windows.map((window) => window.getNativeWindowHandle().readUInt32LE(0));
      const verdicts = await lookAndKeep(connected, numbers).catch((error: unknown) => {
        connection = undefined;
        connected.server.close();
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

async function lookAndKeep({ server, states }: Connection, covers: readonly number[]): Promise<ReadonlyMap<number, CoverOnScreen>> {
  const verdicts = await lookAtCovers(server, covers);
  await states.keep(covers.filter((cover) => verdicts.get(cover)?.kind !== 'gone'));
  return verdicts;
}

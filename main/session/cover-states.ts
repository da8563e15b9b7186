import type { X11Server } from './x11-server.ts';

/*
 * The states (Extended Window Manager Hints, `_NET_WM_STATE`) by which a window manager keeps covers over panels and other windows. Everybody at the keyboard can end them
 * where it has keys for that, and Chromium does not tell for certain.
 */

const kept = ['_NET_WM_STATE_FULLSCREEN', '_NET_WM_STATE_ABOVE'];

/** From EWMH: what to do with a state, and on whose behalf. */
const addState = 1;
const forTheUser = 2;

interface Atoms {
  readonly manager: number;
  readonly states: number;
  readonly kept: readonly number[];
}

/** Asks the window manager, where there is one, for the states that covers had and lost. */
export class CoverStates {
  readonly #server: X11Server;
  #atoms: Promise<Atoms> | undefined;
  /** For how many looks a cover has been without a state, by both; only of states it had while full screen: xfwm4 shows, and gives, no other to a window that is. */
  readonly #looksWithout = new Map<string, number>();

  constructor(server: X11Server) {
    this.#server = server;
  }

  /** Looks at covers that are on the screen. Rejects when the connection is lost. */
  async keep(covers: readonly number[]): Promise<void> {
    this.#atoms ??= atomsOf(this.#server);
    const atoms = await this.#atoms;
    for (const cover of covers) {
      const root = (await this.#server.tree(cover))?.root;
      if (root === undefined || !(await this.#isManaged(root, atoms.manager))) continue;
      const has = await this.#server.numbers(cover, atoms.states);
      const isFullScreen = has.includes(atoms.kept[0] as number);
      for (const state of atoms.kept) {
        const which = `${cover} ${state}`;
        if (has.includes(state) && isFullScreen) this.#looksWithout.set(which, 0);
        if (!has.includes(state) && this.#isToBeAsked(which))
          this.#server.tellManager(root, cover, atoms.states, [addState, state, 0, forTheUser]);
      }
    }
  }

  /** The window that a window manager names at the root names itself, and goes with it. */
  async #isManaged(root: number, property: number): Promise<boolean> {
    const [own] = await this.#server.numbers(root, property);
    return own !== undefined && (await this.#server.numbers(own, property))[0] === own;
  }

  /** At the first, second, fourth, eighth look without it and so on: a key held down is outlasted, and a window manager that refuses is asked ever more seldom. */
  #isToBeAsked(which: string): boolean {
    const looksBefore = this.#looksWithout.get(which);
    if (looksBefore === undefined) return false;
    this.#looksWithout.set(which, looksBefore + 1);
    return Number.isInteger(Math.log2(looksBefore + 1));
  }
}

async function atomsOf(server: X11Server): Promise<Atoms> {
  const names = ['_NET_SUPPORTING_WM_CHECK', '_NET_WM_STATE', ...kept];
  const [manager = 0, states = 0, ...rest] = await Promise.all(names.map((name) => server.atom(name)));
  return { manager, states, kept: rest };
}

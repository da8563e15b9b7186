import { expect, test } from 'vitest';
import { lookAtCovers } from '../../../main/session/covers-on-screen.ts';
import type { X11Server, X11Window } from '../../../main/session/x11-server.ts';

const root = 1;
const whole = { x: 0, y: 0, width: 1000, height: 800 };
/** Windows of Facelatch are 100 to 199. */
const cover = 100;

interface Made extends Partial<X11Window> {
  readonly id: number;
  readonly parent?: number;
}

/** A server with these windows under its root, from the lowest to the topmost. */
function serverWith(windows: readonly Made[]): X11Server {
  const find = (id: number): Made | undefined => windows.find((window) => window.id === id);
  return {
    async window(id) {
      const made = find(id);
      return made && { viewable: true, inputOnly: false, overrideRedirect: false, ...whole, ...made };
    },
    async tree(id) {
      const children = windows.filter(({ parent = root }) => parent === id).map((window) => window.id);
      if (id === root) return { root, parent: 0, children };
      const made = find(id);
      return made && { root, parent: made.parent ?? root, children };
    },
    atom: async () => 0,
    numbers: async () => [],
    tellManager: () => undefined,
    sameClient: (one, other) => Math.floor(one / 100) === Math.floor(other / 100),
    close: () => undefined,
  };
}

const verdictOn = async (windows: readonly Made[]) => (await lookAtCovers(serverWith(windows), [cover])).get(cover);

test.each([
  ['alone', [{ id: cover }], 'shown'],
  ['over the windows of others', [{ id: 200 }, { id: 300 }, { id: cover }], 'shown'],
  ['in a frame over the windows of others', [{ id: 200 }, { id: 300 }, { id: cover, parent: 300, x: 0 }], 'shown'],
  ['unmapped', [{ id: cover, viewable: false }], 'gone'],
  ['destroyed', [{ id: 200 }], 'gone'],
  ['under a window as large', [{ id: cover }, { id: 200 }], 'buried'],
  ['in a frame under a window as large', [{ id: 300 }, { id: cover, parent: 300 }, { id: 200 }], 'buried'],
  ['under several windows', [{ id: cover }, { id: 200, width: 200 }, { id: 300, x: 200, width: 200 }], 'buried'],
  ['under a notification', [{ id: cover }, { id: 200, x: 700, y: 0, width: 300, height: 200, overrideRedirect: true }], 'shown'],
  ['under a window on another display', [{ id: cover }, { id: 200, x: 1000 }], 'shown'],
  ['under a window that is not mapped', [{ id: cover }, { id: 200, viewable: false }], 'shown'],
  ['under a window that shows nothing', [{ id: cover }, { id: 200, inputOnly: true }], 'shown'],
  ["under another of Facelatch's own", [{ id: cover }, { id: 101 }], 'shown'],
] as const)('a cover %s', async (_, windows, kind) => {
  expect((await verdictOn(windows))?.kind).toBe(kind);
});

test('a locker takes the whole of a cover and asks no window manager', async () => {
  expect(await verdictOn([{ id: cover }, { id: 200, overrideRedirect: true }])).toEqual({ kind: 'buried', by: 200, byLocker: true });
  expect(await verdictOn([{ id: cover }, { id: 200 }])).toEqual({ kind: 'buried', by: 200, byLocker: false });
  expect(await verdictOn([{ id: cover }, { id: 200, x: 1, overrideRedirect: true }])).toMatchObject({ byLocker: false });
});

test('each cover is judged for itself, in its own frame too', async () => {
  const server = serverWith([
    { id: 300 },
    { id: cover, parent: 300 },
    { id: 400, x: 1000 },
    { id: 101, parent: 400 },
    { id: 200, x: 1000 },
  ]);
  const verdicts = await lookAtCovers(server, [cover, 101, 102]);
  expect([cover, 101, 102].map((id) => verdicts.get(id)?.kind)).toEqual(['shown', 'buried', 'gone']);
});

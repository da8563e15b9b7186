import type { X11Server, X11Window } from './x11-server.ts';

/** What the X server says of a cover, whatever the program that made it believes. */
export type CoverOnScreen =
  | { readonly kind: 'shown' }
  /** Not on the screen: unmapped or destroyed. */
  | { readonly kind: 'gone' }
  /** Other programs' windows lie over so much of it that it hides little. `by`: the topmost of them; a locker takes the whole screen, and asks no window manager. */
  | { readonly kind: 'buried'; readonly by: number; readonly byLocker: boolean };

/** Notifications and most on-screen keyboards are smaller, and stay. */
const buriedFromShare = 0.25;

/** Asks the X server about windows that should cover the screen. Rejects when the connection is lost; windows that go meanwhile count as gone. */
export async function lookAtCovers(server: X11Server, covers: readonly number[]): Promise<ReadonlyMap<number, CoverOnScreen>> {
  const verdicts = new Map<number, CoverOnScreen>(covers.map((cover) => [cover, { kind: 'gone' }]));
  const tops = new Map<number, number>();
  let order: readonly number[] = [];
  for (const cover of covers) {
    if (!(await server.window(cover))?.viewable) continue;
    const top = await topOf(server, cover);
    if (top === undefined) continue;
    tops.set(cover, top.window);
    order = (await server.tree(top.root))?.children ?? order;
  }
  const lowest = Math.min(...[...tops.values()].map((top) => order.indexOf(top)));
  const isOwn = (id: number): boolean => [...tops].some(([cover, top]) => id === top || server.sameClient(id, cover));
  const others = new Map<number, X11Window>();
  for (const id of order.slice(lowest + 1)) {
    const window = isOwn(id) ? undefined : await server.window(id);
    if (window?.viewable && !window.inputOnly) others.set(id, window);
  }
  for (const [cover, top] of tops) {
    const place = await server.window(top);
    if (place !== undefined) verdicts.set(cover, verdict(place, order.slice(order.indexOf(top) + 1), others));
  }
  return verdicts;
}

function verdict(cover: X11Window, above: readonly number[], others: ReadonlyMap<number, X11Window>): CoverOnScreen {
  const over = above.flatMap((id) => {
    const window = others.get(id);
    const share = window === undefined ? 0 : sharedArea(cover, window) / Math.max(1, cover.width * cover.height);
    return share > 0 ? [{ id, share, isLocker: share === 1 && window?.overrideRedirect === true }] : [];
  });
  const topmost = over.at(-1);
  if (topmost === undefined || over.reduce((sum, { share }) => sum + share, 0) <= buriedFromShare) return { kind: 'shown' };
  return { kind: 'buried', by: topmost.id, byLocker: over.some(({ isLocker }) => isLocker) };
}

function sharedArea(p: X11Window, q: X11Window): number {
  const width = Math.min(p.x + p.width, q.x + q.width) - Math.max(p.x, q.x);
  const height = Math.min(p.y + p.height, q.y + q.height) - Math.max(p.y, q.y);
  return Math.max(0, width) * Math.max(0, height);
}

/** The window under the root that holds this one: itself, or its window manager's frame. */
async function topOf(server: X11Server, id: number): Promise<{ readonly window: number; readonly root: number } | undefined> {
  const tree = await server.tree(id);
  if (tree === undefined) return undefined;
  return tree.parent === tree.root ? { window: id, root: tree.root } : topOf(server, tree.parent);
}

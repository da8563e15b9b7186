import { expect, test } from 'vitest';
import { CoverStates } from '../../../main/session/cover-states.ts';
import type { X11Server } from '../../../main/session/x11-server.ts';

const root = 1;
const cover = 100;
const managersWindow = 50;
const above = '_NET_WM_STATE_ABOVE';
const fullScreen = '_NET_WM_STATE_FULLSCREEN';

/** A server with one cover, whose properties and window manager the test sets, and what was asked of that since it was last looked. */
function serverWithManager() {
  const names: string[] = [''];
  const atom = (name: string): number => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1);
  const now = { states: [above, fullScreen] as readonly string[], managed: true, exists: true };
  const asked: string[] = [];
  const server: X11Server = {
    window: async () => undefined,
    tree: async () => (now.exists ? { root, parent: root, children: [] } : undefined),
    atom: async (name) => atom(name),
    numbers: async (id, property) => {
      if (property === atom('_NET_WM_STATE') && id === cover && now.exists) return now.states.map(atom);
      // The root's property outlives a window manager that was killed; its window does not.
      if (property === atom('_NET_SUPPORTING_WM_CHECK') && (id === root || (id === managersWindow && now.managed))) return [managersWindow];
      return [];
    },
    tellManager: (at, id, type, data) => {
      expect([at, id, type, data[0], data[2]]).toEqual([root, cover, atom('_NET_WM_STATE'), 1, 0]);
      asked.push(names[data[1] as number] as string);
    },
    sameClient: () => false,
    close: () => undefined,
  };
  const states = new CoverStates(server);
  const look = async (): Promise<readonly string[]> => {
    await states.keep([cover]);
    return asked.splice(0);
  };
  return { now, look };
}

test('a cover that has its states is asked nothing for, one that lost them is', async () => {
  const { now, look } = serverWithManager();
  expect(await look()).toEqual([]);
  now.states = [above];
  expect(await look()).toEqual([fullScreen]);
  now.states = [above, fullScreen];
  expect(await look()).toEqual([]);
  now.states = [];
  expect(await look()).toEqual([fullScreen, above]);
});

test('a state that this window manager never showed of a full-screen window is not asked for', async () => {
  const { now, look } = serverWithManager();
  now.states = [above];
  expect(await look()).toEqual([]);
  now.states = [fullScreen];
  for (let time = 0; time < 100; time += 1) expect(await look()).toEqual([]);
  now.states = [];
  expect(await look()).toEqual([fullScreen]);
});

test('whoever holds a key down is outlasted; a window manager that refuses for an hour is asked a few times', async () => {
  const { now, look } = serverWithManager();
  await look();
  now.states = [fullScreen];
  const asked: number[] = [];
  const looksOfAnHour = 4 * 60 * 60;
  for (let count = 1; count <= looksOfAnHour; count += 1) if ((await look()).length > 0) asked.push(count);
  expect(asked.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32]);
  expect(asked.length).toBeLessThan(15);
  now.states = [above, fullScreen];
  await look();
  now.states = [fullScreen];
  expect(await look()).toEqual([above]);
});

test('nobody is asked where there is no window manager, or it is gone, or the cover is', async () => {
  const { now, look } = serverWithManager();
  await look();
  now.states = [];
  now.managed = false;
  expect(await look()).toEqual([]);
  now.managed = true;
  now.exists = false;
  expect(await look()).toEqual([]);
  now.exists = true;
  expect(await look()).toEqual([fullScreen, above]);
});

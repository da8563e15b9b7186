import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { expect, type RunningApp, test } from './app.ts';
import { unlockedByPasscode } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { lockPage, typePasscode } from './pages/lock-screen.ts';
import { owner } from './pages/set-up.ts';
import { artefactsDir } from './places.ts';
import { enrolNobodysFace } from './profile.ts';
import { asPng, countOf, cut, difference, type Picture } from './root-picture.ts';
import {
  type Area,
  desktop,
  smallMode,
  startVirtualDisplays,
  type VirtualDisplays,
  whyNoVirtualDisplays,
  wideMode,
} from './virtual-displays.ts';

const missing = whyNoVirtualDisplays();
test.skip(missing !== undefined, missing);

/** What happens to the displays while locked, one after another. */
const changes: readonly { readonly what: string; readonly how: readonly string[]; readonly displays: number }[] = [
  { what: 'a second display is plugged in', how: ['--output', 'DUMMY1', '--mode', smallMode, '--right-of', 'DUMMY0'], displays: 2 },
  { what: 'a third one', how: ['--output', 'DUMMY2', '--mode', wideMode, '--right-of', 'DUMMY1'], displays: 3 },
  {
    what: 'the second becomes larger',
    how: ['--output', 'DUMMY1', '--mode', wideMode, '--output', 'DUMMY2', '--pos', '2560x0'],
    displays: 3,
  },
  { what: 'the third moves below the first', how: ['--output', 'DUMMY2', '--pos', '0x800'], displays: 3 },
  { what: 'another is the primary one', how: ['--output', 'DUMMY1', '--primary'], displays: 3 },
  { what: 'the third becomes smaller and moves', how: ['--output', 'DUMMY2', '--mode', smallMode, '--pos', '1280x800'], displays: 3 },
  { what: 'the second is unplugged', how: ['--output', 'DUMMY1', '--off'], displays: 2 },
  { what: 'the one left shows the same as the first', how: ['--output', 'DUMMY2', '--mode', wideMode, '--same-as', 'DUMMY0'], displays: 2 },
  { what: 'they part again', how: ['--output', 'DUMMY2', '--mode', smallMode, '--right-of', 'DUMMY0'], displays: 2 },
  { what: 'the first is unplugged', how: ['--output', 'DUMMY0', '--off'], displays: 1 },
  {
    what: 'all three are plugged in at once',
    how: [
      '--output',
      'DUMMY0',
      '--mode',
      wideMode,
      '--pos',
      '0x0',
      '--output',
      'DUMMY1',
      '--mode',
      wideMode,
      '--pos',
      '1280x0',
      '--output',
      'DUMMY2',
      '--mode',
      smallMode,
      '--pos',
      '2560x0',
    ],
    displays: 3,
  },
];

test('displays come and go while locked, and each is covered', async ({ start, profileDir }) => {
  test.setTimeout(600_000);
  const displays = await startVirtualDisplays();
  try {
    await enrolNobodysFace(profileDir);
    const before = await displays.picture();
    expect(countOf(before, desktop)).toBe(before.width * before.height);
    const app = await start(profileDir, { env: { DISPLAY: displays.name } });
    await lockPage(app.pages);
    await expectCovered(app, displays, 'locked');

    for (const [index, { what, how, displays: count }] of changes.entries()) {
      await test.step(what, async () => {
        const before = await displays.areas();
        await displays.xrandr(...how);
        const changedAtMs = performance.now();
        const after = await displays.areas();
        expect(after).toHaveLength(count);
        await expectCovered(
          app,
          displays,
          what,
          after.filter((area) => before.some((each) => isSame(each, area))),
        );
        const elapsedMs = Math.round(performance.now() - changedAtMs);
        test.info().annotations.push({ type: 'covered', description: `${what}: seen to be so after ${elapsedMs} ms` });
        await keep(await displays.picture(), `displays-${index + 1}`);
      });
    }

    // The pictures above can tell: once the passcode is typed the desktop is seen again, on every display.
    await typePasscode(await lockPage(app.pages), owner.passcode);
    await unlockedByPasscode(app.pages);
    await expect
      .poll(async () => Promise.all((await shown(displays)).map(({ picture }) => countOf(picture, desktop) > 10_000)))
      .toEqual([true, true, true]);
    await keep(await displays.picture(), 'displays-unlocked');
  } finally {
    await displays.stop();
  }
});

test('locking covers both of two displays', async ({ start, profileDir }) => {
  const displays = await startVirtualDisplays();
  try {
    await displays.xrandr('--output', 'DUMMY1', '--mode', smallMode, '--left-of', 'DUMMY0');
    await enrolNobodysFace(profileDir);
    const app = await start(profileDir, { env: { DISPLAY: displays.name } });
    const home = await enterWithPasscode(app.pages);
    await home.getByRole('button', { name: 'Lock the screen' }).click();
    await lockPage(app.pages);
    await expectCovered(app, displays, 'locked again');
  } finally {
    await displays.stop();
  }
});

/**
 * Waits until no display shows the desktop and each shows what a cover draws, and then looks again a few times. `steady`: displays that were
 * covered before and did not change; the desktop shows on them at no time.
 */
async function expectCovered(app: RunningApp, displays: VirtualDisplays, what: string, steady: readonly Area[] = []): Promise<void> {
  const seen = async (): Promise<number> => {
    const all = await shown(displays);
    for (const { area, picture } of all) {
      if (steady.some((each) => isSame(each, area))) expect(countOf(picture, desktop), `the desktop on ${area.name}, ${what}`).toBe(0);
    }
    return all.reduce((sum, { picture }) => sum + countOf(picture, desktop), 0);
  };
  await expect.poll(seen, { message: `pixels of the desktop that show, ${what}`, timeout: 10_000, intervals: [0] }).toEqual(0);
  await expect.poll(() => strangeness(app, displays), { message: `share that no cover drew, ${what}`, timeout: 60_000 }).toBeLessThan(0.02);
  for (let look = 0; look < 4; look += 1) expect(await seen()).toBe(0);
}

const isSame = (p: Area, q: Area): boolean => JSON.stringify(p) === JSON.stringify(q);

async function shown(displays: VirtualDisplays): Promise<readonly { readonly area: Area; readonly picture: Picture }[]> {
  const areas = await displays.areas();
  const whole = await displays.picture();
  return areas.map((area) => ({ area, picture: cut(whole, area) }));
}

/** The largest share of a display that differs from the lock screen most like it. The hidden main window gives no picture, and a busy machine a slow one. */
async function strangeness(app: RunningApp, displays: VirtualDisplays): Promise<number> {
  const drawn = await Promise.all(
    app.pages().map(async (page) => {
      const isVisible = await page.evaluate(() => document.visibilityState === 'visible').catch(() => false);
      return isVisible ? pictureOf(await page.screenshot({ timeout: 10_000 }).catch(() => undefined)) : undefined;
    }),
  );
  const covers = drawn.filter((picture) => picture !== undefined);
  const shares = (await shown(displays)).map(({ picture }) => Math.min(1, ...covers.map((cover) => difference(cover, picture))));
  return Math.max(...shares);
}

function pictureOf(png: Buffer | undefined): Picture | undefined {
  if (png === undefined) return undefined;
  const { width, height, data, channels } = decode(png);
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i += 1)
    for (let channel = 0; channel < 3; channel += 1) rgb[3 * i + channel] = data[channels * i + channel] as number;
  return { width, height, rgb };
}

async function keep(picture: Picture, name: string): Promise<void> {
  await writeFile(join(artefactsDir, `${name}.png`), asPng(picture));
}

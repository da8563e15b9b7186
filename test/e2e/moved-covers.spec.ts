import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../main/session/os-locker.ts';
import { expect, test } from './app.ts';
import { unlockedByPasscode } from './pages/home.ts';
import { lockPage, typePasscode } from './pages/lock-screen.ts';
import { owner } from './pages/set-up.ts';
import { artefactsDir } from './places.ts';
import { enrolNobodysFace } from './profile.ts';
import { asPng, countOf, cut } from './root-picture.ts';
import { desktop, smallMode, startVirtualDisplays, type VirtualDisplays, whyNoVirtualDisplays } from './virtual-displays.ts';

const run = promisify(execFile);

const missing = whyNoVirtualDisplays() ?? whyNoXdotool();
test.skip(missing !== undefined, missing);

/** What another program of the desktop does to each cover, or to a window of its own that lies under them. */
const deeds: readonly { readonly what: string; readonly how: (window: string) => readonly string[]; readonly to?: 'desktop' }[] = [
  { what: 'moved aside', how: (window) => ['windowmove', window, '600', '500'] },
  { what: 'moved off the screen', how: (window) => ['windowmove', window, '5000', '5000'] },
  { what: 'shrunk', how: (window) => ['windowsize', window, '50', '40'] },
  { what: 'moved and shrunk', how: (window) => ['windowmove', window, '700', '600', 'windowsize', window, '10', '10'] },
  { what: 'minimised', how: (window) => ['windowminimize', window] },
  { what: 'taken off the screen', how: (window) => ['windowunmap', window] },
  { what: 'taken off the screen again', how: (window) => ['windowunmap', window] },
  { what: 'destroyed', how: (window) => ['windowclose', window] },
  { what: 'drawn over', how: (window) => ['windowraise', window], to: 'desktop' },
];

test('covers that another program moves, shrinks, takes off the screen or draws over are put back over their displays', async ({
  start,
  profileDir,
}) => {
  test.setTimeout(240_000);
  const displays = await startVirtualDisplays();
  try {
    await displays.xrandr('--output', 'DUMMY1', '--mode', smallMode, '--right-of', 'DUMMY0');
    await enrolNobodysFace(profileDir);
    const app = await start(profileDir, { env: { DISPLAY: displays.name } });
    const pid = String(app.electron.process().pid);
    await lockPage(app.pages);
    await expect.poll(() => pixelsOfDesktop(displays), { timeout: 20_000 }).toBe(0);

    for (const [index, { what, how, to }] of deeds.entries()) {
      await test.step(what, async () => {
        for (const window of await (to === 'desktop' ? windowsFound(displays, ['--class', 'xlogo']) : coversOf(displays, pid)))
          await run('xdotool', [...how(window)], { env: { ...process.env, DISPLAY: displays.name } });
        const doneAtMs = performance.now();
        // Read often: the longest time that any of the desktop shows is what somebody at the screen has.
        await expect
          .poll(() => pixelsOfDesktop(displays), { message: `desktop that shows, ${what}`, timeout: 10_000, intervals: [0] })
          .toBe(0);
        const elapsedMs = Math.round(performance.now() - doneAtMs);
        test.info().annotations.push({ type: 'covered', description: `${what}: seen to be covered after ${elapsedMs} ms` });
        for (let time = 0; time < 5; time += 1) expect(await pixelsOfDesktop(displays), what).toBe(0);
        await writeFile(join(artefactsDir, `moved-covers-${index + 1}.png`), asPng(await displays.picture()));
      });
    }

    // It is still the lock that stands there, and the pictures can tell: the passcode brings the desktop back.
    await typePasscode(await lockPage(app.pages), owner.passcode);
    await unlockedByPasscode(app.pages);
    await expect.poll(() => pixelsOfDesktop(displays)).toBeGreaterThan(10_000);
  } finally {
    await displays.stop();
  }
});

function whyNoXdotool(): string | undefined {
  return findProgram('xdotool') === undefined ? 'needs xdotool (Debian: xdotool)' : undefined;
}

async function pixelsOfDesktop(displays: VirtualDisplays): Promise<number> {
  const whole = await displays.picture();
  return (await displays.areas()).reduce((sum, area) => sum + countOf(cut(whole, area), desktop), 0);
}

/** The app's windows that are on the screen, as the X server numbers them: both covers at least. xdotool fails where a window goes as it counts. */
async function coversOf(displays: VirtualDisplays, pid: string): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await expect(async () => {
    found = await windowsFound(displays, ['--pid', pid]);
    expect(found.length).toBeGreaterThanOrEqual(2);
  }).toPass({ timeout: 10_000 });
  return found;
}

async function windowsFound(displays: VirtualDisplays, which: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('xdotool', ['search', '--onlyvisible', ...which], { env: { ...process.env, DISPLAY: displays.name } });
  return stdout.split('\n').filter((line) => line !== '');
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimulatedSeat } from '../../main/contract/camera.ts';
import { findProgram } from '../../main/session/os-locker.ts';
import { expect, type RunningApp, test } from './app.ts';
import { canMockLogind, startMockedLogind } from './mocked-logind.ts';
import { lockScreen, openSettings, unlockedByFace } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { owner } from './pages/set-up.ts';
import { artefactsDir } from './places.ts';
import { asPng, countOf, cut, type Picture } from './root-picture.ts';
import { desktop, startVirtualDisplays, type VirtualDisplays, whyNoVirtualDisplays } from './virtual-displays.ts';

/*
 * Session mode with lockers that people use, behind xss-lock, which hears logind's Lock and Unlock as it does on a desktop and tells logind the hint. Bus
 * and X server are real; logind itself is python-dbusmock's and passes on what it is asked, no more.
 */

/** Another colour that no window of Facelatch has. */
const lockerColour = [32, 48, 200] as const;

interface Locker {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether a picture shows this locker over the whole of a display. */
  readonly covers: (picture: Picture) => boolean;
}

const lockers: readonly Locker[] = [
  {
    name: 'i3lock',
    command: ['i3lock', '--nofork', '--color=2030c8'],
    env: {},
    covers: (picture) => countOf(picture, lockerColour) > 0.95 * picture.width * picture.height,
  },
  {
    name: 'xsecurelock',
    command: ['xsecurelock'],
    env: { XSECURELOCK_SAVER: 'saver_blank', XSECURELOCK_COMPOSITE_OBSCURER: '0' },
    covers: (picture) => countOf(picture, [0, 0, 0]) > 0.8 * picture.width * picture.height,
  },
];

for (const locker of lockers) {
  test.describe(`session mode with ${locker.name}`, () => {
    const missing = whyNotHere(locker.name);
    test.skip(missing !== undefined, missing);

    test(`it closes, a stranger leaves it closed, the owner opens it, and it outlives Facelatch`, async ({ start, enrolledDir }) => {
      test.setTimeout(300_000);
      const displays = await startVirtualDisplays();
      const logind = await startMockedLogind();
      logind.leaveToLocker();
      const env = { ...logind.env, DISPLAY: displays.name, ...locker.env };
      const xssLock = spawn('xss-lock', ['--', ...locker.command], { env: { ...process.env, ...env }, stdio: 'ignore' });
      try {
        const app = await start(enrolledDir, { env });
        await enterWithPasscode(app.pages);
        await chooseSessionMode(app);

        await lockScreen(app.pages);
        await expectLocker(displays, locker, 'closed');
        expect(logind.isLocked()).toBe(true);

        await sits(app, 'stranger');
        await app.pages()[0]?.waitForTimeout(6_000);
        await expectLocker(displays, locker, 'after a stranger');
        expect(logind.asked('Unlock')).toBe(0);

        await sits(app, 'you');
        await expect.poll(() => logind.asked('Unlock'), { timeout: 40_000 }).toBe(1);
        await unlockedByFace(app.pages);
        await expect.poll(async () => countOf(await first(displays), desktop), { timeout: 20_000 }).toBeGreaterThan(10_000);
        expect(logind.isLocked()).toBe(false);
        await keep(displays, `real-locker-${locker.name}-opened`);

        await sits(app, 'nobody');
        await lockScreen(app.pages);
        await expectLocker(displays, locker, 'closed again');
        await app.kill();
        await expectLocker(displays, locker, 'Facelatch killed');
        expect(logind.isLocked()).toBe(true);
      } finally {
        await ended(xssLock);
        await logind.end();
        await displays.stop();
      }
    });
  });
}

function whyNotHere(program: string): string | undefined {
  if (!canMockLogind) return 'needs dbus, libglib2.0-bin and python3-dbusmock';
  const missing = ['xss-lock', program].filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? whyNoVirtualDisplays() : `needs ${missing.join(' and ')}, by the same names in Debian`;
}

/** Nothing of the desktop shows, and what does is the locker, again and again. */
async function expectLocker(displays: VirtualDisplays, locker: Locker, when: string): Promise<void> {
  await expect
    .poll(async () => locker.covers(await first(displays)), { message: `${locker.name} covers, ${when}`, timeout: 20_000 })
    .toBe(true);
  for (let time = 0; time < 5; time += 1) {
    const picture = await first(displays);
    expect(countOf(picture, desktop), when).toBe(0);
    expect(locker.covers(picture), when).toBe(true);
  }
  await keep(displays, `real-locker-${locker.name}-${when.replaceAll(' ', '-')}`);
}

/** The one display there is. */
async function first(displays: VirtualDisplays): Promise<Picture> {
  const [area] = await displays.areas();
  const whole = await displays.picture();
  return area === undefined ? whole : cut(whole, area);
}

async function keep(displays: VirtualDisplays, name: string): Promise<void> {
  await writeFile(join(artefactsDir, `${name}.png`), asPng(await first(displays)));
}

async function chooseSessionMode(app: RunningApp): Promise<void> {
  const page = await openSettings(app.pages);
  await page.getByRole('button', { name: 'Change to session mode' }).click();
  await page.getByRole('dialog').getByLabel('Your passcode').fill(owner.passcode);
  await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
  await expect(page.getByText('Session mode is on')).toBeVisible();
  await page.getByRole('button', { name: 'Back to home' }).click();
}

/** Has somebody sit before the simulated camera, from outside of the lock screen, which does not show; that begins a look. */
async function sits(app: RunningApp, seat: SimulatedSeat): Promise<void> {
  const [page] = app.pages();
  await page?.evaluate((who) => window.facelatch.request('choose-seat', { seat: who }), seat);
}

/** Ends xss-lock and the locker under it. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimulatedSeat } from '../../main/contract/camera.ts';
import { test as base, expect, keepPicture, type RunningApp } from './app.ts';
import { canMockLogind, type MockedLogind, startMockedLogind } from './mocked-logind.ts';
import { lockScreen, openSettings, unlockedByFace, unlockedByPasscode } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { lockPage, typePasscode } from './pages/lock-screen.ts';
import { owner } from './pages/set-up.ts';
import { pageShowing } from './pages/windows.ts';
import { enrolNobodysFace } from './profile.ts';

const test = base.extend<{ logind: MockedLogind }>({
  logind: async ({ browserName: _ }, use) => {
    const logind = await startMockedLogind();
    await use(logind);
    await logind.end();
  },
});

test.skip(!canMockLogind, 'needs dbus, libglib2.0-bin and python3-dbusmock');

/** Chooses session mode as a person does, and goes back to the home page. */
async function chooseSessionMode(app: RunningApp): Promise<void> {
  const page = await openSettings(app.pages);
  await expect(page.getByText('Cover mode is on')).toBeVisible();
  await page.getByRole('button', { name: 'Change to session mode' }).click();
  await keepPicture(page, 'session-mode-question');
  await page.getByRole('dialog').getByLabel('Your passcode').fill(owner.passcode);
  await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
  await expect(page.getByText('Session mode is on')).toBeVisible();
  await page.getByText('How it locks').scrollIntoViewIfNeeded();
  await keepPicture(page, 'session-mode-settings');
  await page.getByRole('button', { name: 'Back to home' }).click();
}

async function lockedBySystem(app: RunningApp, logind: MockedLogind): Promise<void> {
  await enterWithPasscode(app.pages);
  await chooseSessionMode(app);
  await lockScreen(app.pages);
  await expect.poll(() => logind.isLocked()).toBe(true);
  await expect.poll(() => coversShown(app)).toBe(0);
}

/** Windows of the lock screen: behind the system's locker there are none. */
function coversShown(app: RunningApp): Promise<number> {
  return app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().filter((window) => window.isKiosk()).length);
}

/** Has somebody sit before the simulated camera, from outside of the lock screen, which does not show; that begins a look. */
async function sits(app: RunningApp, seat: SimulatedSeat): Promise<void> {
  const [page] = app.pages();
  await page?.evaluate((who) => window.facelatch.request('choose-seat', { seat: who }), seat);
}

const logOf = (profileDir: string): Promise<string> => readFile(join(profileDir, 'facelatch.log'), 'utf8');

test('session mode: the desktop’s locker closes, a stranger’s look never opens it, the owner’s does', async ({
  start,
  enrolledDir,
  logind,
}) => {
  const app = await start(enrolledDir, { env: logind.env });
  await lockedBySystem(app, logind);
  expect(logind.asked('Lock')).toBe(1);

  await sits(app, 'stranger');
  await app.pages()[0]?.waitForTimeout(6_000);
  expect(logind.asked('Unlock')).toBe(0);
  expect(logind.isLocked()).toBe(true);

  await sits(app, 'you');
  await expect.poll(() => logind.asked('Unlock'), { timeout: 40_000 }).toBe(1);
  expect(logind.isLocked()).toBe(false);
  const home = await unlockedByFace(app.pages);
  await expect(home.getByText(/^Session mode/)).toBeVisible();
  await keepPicture(home, 'session-mode-home');
  await openSettings(app.pages);
  await home.getByRole('button', { name: 'Show activity' }).click();
  await expect(home.getByText('A face was refused').first()).toBeVisible();
});

test('a refused unlock leaves it locked; the account’s password opens, and is not taken for ours', async ({
  start,
  enrolledDir,
  logind,
}) => {
  const app = await start(enrolledDir, { env: logind.env });
  await lockedBySystem(app, logind);
  logind.refuseToOpen();
  await sits(app, 'you');
  await expect.poll(() => logOf(enrolledDir), { timeout: 40_000 }).toContain("the system's locker did not open");
  expect(logind.isLocked()).toBe(true);
  expect(await app.pages()[0]?.evaluate(() => window.facelatch.request('lock-screen', {}))).toMatchObject({ kind: 'refused' });

  logind.lockerBecomes(false);
  const home = await pageShowing(app.pages, 'Unlocked with the system');
  await openSettings(app.pages);
  await expect(home.getByText('The desktop’s locker stayed closed').or(home.getByText("The desktop's locker stayed closed"))).toBeVisible();
});

test('Require passcode now: the account’s password lets in, and a face opens nothing until the passcode is typed', async ({
  start,
  enrolledDir,
  logind,
}) => {
  const app = await start(enrolledDir, { env: logind.env });
  await enterWithPasscode(app.pages);
  await chooseSessionMode(app);
  const [page] = app.pages();
  await page?.getByRole('button', { name: /Require passcode now/ }).click();
  await expect.poll(() => logind.isLocked()).toBe(true);
  await sits(app, 'you');
  await page?.waitForTimeout(5_000);
  expect(logind.asked('Unlock')).toBe(0);

  logind.lockerBecomes(false);
  const home = await pageShowing(app.pages, 'Unlocked with the system');
  await expect(home.getByText('A face opens nothing until you type your passcode.')).toBeVisible();
  await keepPicture(home, 'session-mode-passcode-owed');
  await home.getByRole('button', { name: 'Type passcode…' }).click();
  await home.getByRole('dialog').getByLabel('Your passcode').fill(owner.passcode);
  await home.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await expect(home.getByText('A face opens nothing until you type your passcode.')).toBeHidden();
});

test('logind vanishes while locked: the cover comes, says so, and opens by the passcode', async ({ start, profileDir, logind }) => {
  await enrolNobodysFace(profileDir);
  const app = await start(profileDir, { env: logind.env });
  await lockedBySystem(app, logind);
  await logind.die();
  const page = await lockPage(app.pages);
  await expect(page.getByText('Cover mode instead of session mode. logind no longer answers.')).toBeVisible();
  await keepPicture(page, 'session-mode-logind-gone');
  await typePasscode(page, owner.passcode);
  const home = await unlockedByPasscode(app.pages);
  await expect(home.getByText(/Cover mode instead of session mode/)).toBeVisible();
});

test('cover mode with logind: sleep waits until the screen is covered, and is held back again after it', async ({
  start,
  enrolledDir,
  logind,
}) => {
  const app = await start(enrolledDir, { env: logind.env });
  await enterWithPasscode(app.pages);
  await expect.poll(() => logind.inhibitors()).toContain('"Facelatch"');
  // Chromium hears of the sleep too and lets go of whoever drives its windows, so that they cannot be looked at from here on. Sleep is let go only once they cover.
  logind.sleep(true);
  await expect.poll(() => logind.inhibitors()).not.toContain('"Facelatch"');
  logind.sleep(false);
  await expect.poll(() => logind.inhibitors()).toContain('"Facelatch"');
});

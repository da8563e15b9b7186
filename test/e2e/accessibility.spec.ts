import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { expect, keepPicture, test } from './app.ts';
import { homePage, lockScreen, openSettings, unlockedByPasscode } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { lockPage, takeSeat, typePasscode } from './pages/lock-screen.ts';
import { enrolPage, getStarted, owner, passcodePage, welcomePage } from './pages/set-up.ts';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Everything axe-core has to say against a page; transitions have ended before it looks. */
async function faults(page: Page): Promise<string[]> {
  await page.waitForTimeout(900);
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the way in (${colorScheme})`, async ({ start, profileDir }) => {
    const app = await start(profileDir);
    const page = await welcomePage(app.pages);
    await page.emulateMedia({ colorScheme });
    expect(await faults(page)).toEqual([]);
    await keepPicture(page, `${colorScheme}-welcome`);
    await getStarted(app.pages);
    const form = await passcodePage(app.pages);
    await form.getByRole('button', { name: 'Continue' }).click();
    await expect(form.getByRole('alert').first()).toBeVisible();
    expect(await faults(form)).toEqual([]);
    await keepPicture(form, `${colorScheme}-passcode-faults`);
    await form.getByLabel('Your name').fill(owner.name);
    await form.getByLabel('Passcode', { exact: true }).fill(owner.passcode);
    await form.getByLabel('Passcode again').fill(owner.passcode);
    await form.getByRole('button', { name: 'Continue' }).click();
    const enrolling = await enrolPage(app.pages);
    expect(await faults(enrolling)).toEqual([]);
    await expect(enrolling.getByText('Second circle of two')).toBeVisible({ timeout: 60_000 });
    const done = enrolling.getByRole('progressbar');
    await expect.poll(async () => Number(await done.getAttribute('aria-valuenow')), { timeout: 60_000 }).toBeGreaterThan(70);
    await keepPicture(enrolling, `${colorScheme}-enrolment`);
    await expect(enrolling.getByRole('heading', { name: 'Your face is set up' })).toBeVisible({ timeout: 60_000 });
    expect(await faults(enrolling)).toEqual([]);
    await keepPicture(enrolling, `${colorScheme}-enrolled`);
  });

  test(`axe finds nothing inside and on the lock (${colorScheme})`, async ({ start, enrolledDir }) => {
    const app = await start(enrolledDir);
    const page = await lockPage(app.pages);
    await page.emulateMedia({ colorScheme });
    expect(await faults(page)).toEqual([]);
    await keepPicture(page, `${colorScheme}-lock-restart`);
    const home = await enterWithPasscode(app.pages);
    await home.emulateMedia({ colorScheme });
    expect(await faults(home)).toEqual([]);
    await keepPicture(home, `${colorScheme}-home`);
    const settings = await openSettings(app.pages);
    expect(await faults(settings)).toEqual([]);
    await keepPicture(settings, `${colorScheme}-settings`);
    await settings.getByRole('button', { name: `Delete ${owner.name}` }).click();
    expect(await faults(settings)).toEqual([]);
    await keepPicture(settings, `${colorScheme}-delete`);
    await settings.keyboard.press('Escape');
    await settings.getByRole('button', { name: `Face of ${owner.name}` }).click();
    await expect(settings.getByRole('heading', { name: `Face of ${owner.name}` })).toBeVisible();
    expect(await faults(settings)).toEqual([]);
    await keepPicture(settings, `${colorScheme}-face`);
    await settings.getByRole('button', { name: 'Show the last looks in detail' }).click();
    await settings.getByLabel('Your passcode').fill(owner.passcode);
    await settings.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(settings.getByRole('heading', { name: 'Last looks' })).toBeVisible();
    expect(await faults(settings)).toEqual([]);
    await settings.getByRole('button', { name: 'Back to the face' }).click();
    await settings.getByRole('button', { name: 'Back to settings' }).click();
    await settings.getByRole('button', { name: 'Show activity' }).click();
    await expect(settings.getByRole('heading', { name: 'Activity' })).toBeVisible();
    expect(await faults(settings)).toEqual([]);
    await keepPicture(settings, `${colorScheme}-activity`);
    await settings.getByRole('button', { name: 'Back to settings' }).click();
    await settings.getByRole('button', { name: 'Back to home' }).click();
    await lockScreen(app.pages);
    const lock = await lockPage(app.pages);
    await lock.emulateMedia({ colorScheme });
    expect(await faults(lock)).toEqual([]);
    await keepPicture(lock, `${colorScheme}-lock`);
    await takeSeat(lock, 'A stranger');
    await expect(lock.getByRole('status')).toHaveText('Face not recognised', { timeout: 30_000 });
    await keepPicture(lock, `${colorScheme}-lock-refused`);
    await typePasscode(lock, owner.passcode);
    await unlockedByPasscode(app.pages);
    const inside = await openSettings(app.pages);
    await inside.emulateMedia({ colorScheme });
    await inside.getByRole('button', { name: `Face of ${owner.name}` }).click();
    await inside.getByRole('button', { name: 'Show the last looks in detail' }).click();
    await inside.getByLabel('Your passcode').fill(owner.passcode);
    await inside.getByRole('button', { name: 'Show', exact: true }).click();
    // Only the newest look is unfolded, and the camera may have seen nobody since the stranger.
    const measured = inside.getByText('Everything measured of liveness').first();
    await expect(measured).toBeVisible();
    if (!(await inside.getByRole('table').first().isVisible())) await measured.click();
    await expect(inside.getByRole('table').first()).toBeVisible();
    expect(await faults(inside)).toEqual([]);
  });
}

test('everything can be done with the keyboard alone', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await passcodePage(app.pages);
  await expect(page.getByLabel('Your name')).toBeFocused();
  await page.keyboard.type(owner.name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(owner.passcode);
  await page.keyboard.press('Tab');
  await page.keyboard.type(owner.passcode);
  await page.keyboard.press('Enter');
  const enrolling = await enrolPage(app.pages);
  await tabTo(enrolling, 'Not now');
  await enrolling.keyboard.press('Enter');
  const home = await homePage(app.pages);
  await tabTo(home, 'Lock the screen');
  await home.keyboard.press('Enter');
  const lock = await lockPage(app.pages);
  await expect(lock.getByLabel('Passcode')).toBeFocused();
  await lock.keyboard.type(owner.passcode);
  await lock.keyboard.press('Enter');
  await unlockedByPasscode(app.pages);
});

async function tabTo(page: Page, name: string): Promise<void> {
  const target = page.getByRole('button', { name, exact: true });
  for (let presses = 0; presses < 15; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach "${name}"`);
}

test('with reduced motion nothing moves for longer than a blink', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await lockPage(app.pages);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.waitForTimeout(300);
  const running = await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
  expect(running).toBe(0);
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { expect, keepPicture, test } from './app.ts';
import { lockScreen, openSettings, unlockedByFace, unlockedByPasscode } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { expectRefusal, lockPage, look, takeSeat, typePasscode } from './pages/lock-screen.ts';
import { enrolFace, enrolPage, owner } from './pages/set-up.ts';
import type { Pages } from './pages/windows.ts';
import { projectDir } from './places.ts';

async function openFace(pages: Pages): Promise<Page> {
  const page = await openSettings(pages);
  await page.getByRole('button', { name: `Face of ${owner.name}` }).click();
  await expect(page.getByRole('heading', { name: `Face of ${owner.name}` })).toBeVisible();
  return page;
}

/** Presses a button that asks for the passcode, gives a wrong one first and then the right one. */
async function withPasscode(page: Page, button: string, action: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your passcode').fill('not-the-one');
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Wrong passcode');
  await dialog.getByLabel('Your passcode').fill(owner.passcode);
  await dialog.getByRole('button', { name: action, exact: true }).click();
  await expect(dialog).toBeHidden();
}

/** Somebody who unlocked yesterday, and was learned from. */
async function teach(profileDir: string): Promise<void> {
  const args = ['scripts/runtime.mjs', 'test/e2e/teach.ts', join(profileDir, 'vault'), owner.passcode];
  await promisify(execFile)(process.execPath, args, { cwd: projectDir });
}

test('learning is switched off and on, what was learned is seen and taken back', async ({ start, enrolledDir }) => {
  await teach(enrolledDir);
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openFace(app.pages);
  await expect(page.getByText('Learned when you unlocked')).toBeVisible();
  await keepPicture(page, 'face-learned');
  await page.getByRole('button', { name: 'Switch off learning' }).click();
  await expect(page.getByText('Does not follow your face')).toBeVisible();
  await withPasscode(page, 'Switch on learning', 'Switch on');
  await expect(page.getByText('Follows your face as it changes')).toBeVisible();
  await withPasscode(page, 'Take back what was learned last', 'Take back');
  await expect(page.getByText('Nothing learned yet')).toBeVisible();
});

test('everything learned is forgotten at once, for good', async ({ start, enrolledDir }) => {
  await teach(enrolledDir);
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openFace(app.pages);
  await withPasscode(page, 'Forget everything learned', 'Forget');
  await expect(page.getByText('Nothing learned yet')).toBeVisible();
  await app.kill();
  const again = await start(enrolledDir);
  await enterWithPasscode(again.pages);
  await expect((await openFace(again.pages)).getByText('Nothing learned yet')).toBeVisible();
});

test('the stored face is renewed, and opens as before', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openFace(app.pages);
  await withPasscode(page, 'Renew the stored face', 'Renew');
  await expect(page.getByText('Renewed just now')).toBeVisible();
  await page.getByRole('button', { name: 'Back to settings' }).click();
  await page.getByRole('button', { name: 'Back to home' }).click();
  await lockScreen(app.pages);
  await look(await lockPage(app.pages));
  await unlockedByFace(app.pages);
});

test('a second appearance is set up and removed', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openFace(app.pages);
  await withPasscode(page, 'Set up a second appearance', 'Continue');
  const enrolling = await enrolPage(app.pages);
  await expect(enrolling.getByText('Second appearance')).toBeVisible();
  await keepPicture(enrolling, 'second-appearance');
  await enrolFace(app.pages);
  await unlockedByPasscode(app.pages);
  const after = await openFace(app.pages);
  await keepPicture(after, 'face-two-appearances');
  await withPasscode(after, 'Remove the second appearance', 'Remove');
  await expect(after.getByText('If you often look quite different')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the last looks show in detail to the owner, and to no locked screen (${colorScheme})`, async ({ start, enrolledDir }) => {
    const app = await start(enrolledDir);
    await enterWithPasscode(app.pages);
    await lockScreen(app.pages);
    const locked = await lockPage(app.pages);
    await takeSeat(locked, 'A stranger');
    await expectRefusal(locked, 'Face not recognised');
    await takeSeat(locked, 'A photograph of you');
    await expectRefusal(locked, 'Looking for you');
    await expectRefusal(locked, 'Face not recognised');
    expect(await locked.locator('body').textContent()).not.toMatch(/\d\.\d\d|mm/);
    await typePasscode(locked, owner.passcode);
    await unlockedByPasscode(app.pages);
    const page = await openFace(app.pages);
    await page.emulateMedia({ colorScheme });
    await keepPicture(page, `${colorScheme}-face`);
    await withPasscode(page, 'Show the last looks in detail', 'Show');
    await expect(page.getByRole('heading', { name: 'Last looks' })).toBeVisible();
    await expect(page.getByText('Not opened: by its depth this was no living face')).toBeVisible();
    await expect(page.getByText('Not opened: this face is not enough like the one that was set up')).toBeVisible();
    // The photograph, newest and unfolded: flat by its depth, in words and in millimetres against the bound.
    await expect(page.getByText('The face is too flat or too deep').first()).toBeVisible();
    await expect(page.getByText(/^\d\.\d mm, bound 5\.5 to 40\.0 mm$/).first()).toBeVisible();
    await expect(page.getByRole('row', { name: /^Depth of the face/ }).first()).toBeVisible();
    // The stranger, alive: the distance against the threshold.
    await expect(page.getByText(/^distance 1\.\d\d, opens up to 0\.95$/).first()).toBeVisible();
    await keepPicture(page, `${colorScheme}-insight`);
    await page.getByText('Everything measured of liveness').nth(1).click();
    await page.getByText('Everything measured of liveness').nth(1).scrollIntoViewIfNeeded();
    await keepPicture(page, `${colorScheme}-insight-stranger`);
    await page.getByRole('button', { name: 'Back to the face' }).click();
    await page.getByRole('button', { name: 'Back to settings' }).click();
    await page.getByRole('button', { name: 'Back to home' }).click();
    await lockScreen(app.pages);
    await expect((await lockPage(app.pages)).getByText(/Not opened|distance|log-odds/)).toHaveCount(0);
  });
}

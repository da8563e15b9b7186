import { expect, keepPicture, test } from './app.ts';
import { homePage, openSettings, unlockedByFace, unlockedByPasscode } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { expectRefusal, lockPage, look, typePasscode } from './pages/lock-screen.ts';
import { enrolFace, enrolPage, owner, welcomePage } from './pages/set-up.ts';

test('a changed passcode opens, the old one no longer', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openSettings(app.pages);
  await keepPicture(page, 'settings');
  await page.getByRole('button', { name: `Change passcode of ${owner.name}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Change passcode' });
  await dialog.getByLabel('Passcode now').fill('not-the-one');
  await dialog.getByLabel('New passcode', { exact: true }).fill('amber-lantern-7');
  await dialog.getByLabel('New passcode again').fill('amber-lantern-7');
  await dialog.getByRole('button', { name: 'Change' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Wrong passcode');
  await keepPicture(page, 'settings-change-passcode');
  await dialog.getByLabel('Passcode now').fill(owner.passcode);
  await dialog.getByRole('button', { name: 'Change' }).click();
  await expect(dialog).toBeHidden();

  await page.getByRole('button', { name: 'Lock now' }).click();
  const locked = await lockPage(app.pages);
  await typePasscode(locked, owner.passcode);
  await expectRefusal(locked, 'Wrong passcode');
  await typePasscode(locked, 'amber-lantern-7');
  await unlockedByPasscode(app.pages);
});

test('the face is set up anew only with the passcode', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openSettings(app.pages);
  await page.getByRole('button', { name: `Face of ${owner.name}` }).click();
  await page.getByRole('button', { name: `Set up again: face of ${owner.name}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your passcode').fill('not-the-one');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Wrong passcode');
  await dialog.getByLabel('Your passcode').fill(owner.passcode);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await enrolPage(app.pages);
  await enrolFace(app.pages);
  const home = await unlockedByPasscode(app.pages);
  await home.getByRole('button', { name: 'Lock the screen' }).click();
  await look(await lockPage(app.pages));
  await unlockedByFace(app.pages);
});

test('a second person has a passcode of their own', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openSettings(app.pages);
  await page.getByRole('button', { name: 'Add a person' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a person' });
  await dialog.getByLabel('Name').fill('Grace');
  await dialog.getByLabel('Their passcode').fill('copper-meadow-9');
  await dialog.getByLabel('Your passcode').fill(owner.passcode);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  const enrolling = await enrolPage(app.pages);
  await enrolling.getByRole('button', { name: 'Not now' }).click();
  const home = await unlockedByPasscode(app.pages);
  await home.getByRole('button', { name: 'Settings' }).click();
  await expect(home.getByText('Grace', { exact: true })).toBeVisible();
  await home.getByRole('button', { name: 'Lock now' }).click();
  await typePasscode(await lockPage(app.pages), 'copper-meadow-9');
  const graces = await unlockedByPasscode(app.pages);
  await graces.getByRole('button', { name: 'Settings' }).click();
  // Ada's name is sealed again: her own passcode was not typed.
  await expect(graces.getByText('Another person', { exact: true })).toBeVisible();
  await expect(graces.getByText('Ada', { exact: true })).toBeHidden();
});

test('the last person deleted, Facelatch starts anew', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openSettings(app.pages);
  await page.getByRole('button', { name: `Delete ${owner.name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Delete ${owner.name}?` });
  await dialog.getByLabel('Your passcode').fill('not-the-one');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Wrong passcode');
  await dialog.getByLabel('Your passcode').fill(owner.passcode);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await welcomePage(app.pages);
  await app.kill();
  await welcomePage((await start(enrolledDir)).pages);
});

test('what is chosen is kept over a restart', async ({ start, enrolledDir }) => {
  const first = await start(enrolledDir);
  await enterWithPasscode(first.pages);
  const page = await openSettings(first.pages);
  await page.getByLabel('Lock by itself').selectOption('After 15 minutes');
  await page.getByRole('button', { name: 'Back to home' }).click();
  await expect(page.getByText('Locks after 15 min')).toBeVisible();
  await first.kill();
  const second = await start(enrolledDir);
  await enterWithPasscode(second.pages);
  await expect((await openSettings(second.pages)).getByLabel('Lock by itself')).toHaveValue('15');
});

test('a page opens at its title, and Escape closes a dialog first and then leads back', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const page = await openSettings(app.pages);
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeFocused();
  await page.getByRole('button', { name: `Face of ${owner.name}` }).click();
  await expect(page.getByRole('heading', { name: `Face of ${owner.name}` })).toBeFocused();
  await page.getByRole('button', { name: 'Renew the stored face' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('heading', { name: `Face of ${owner.name}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeFocused();
  await page.keyboard.press('Escape');
  await homePage(app.pages);
});

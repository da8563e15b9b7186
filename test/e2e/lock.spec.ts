import { expect, keepPicture, test } from './app.ts';
import { openSettings, unlockedByFace, unlockedByPasscode } from './pages/home.ts';
import { enterAndLock, enterWithPasscode } from './pages/inside.ts';
import { expectRefusal, lockPage, look, sentence, takeSeat, typePasscode } from './pages/lock-screen.ts';
import { owner } from './pages/set-up.ts';

test('nobody in front: it says so and stays locked', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await enterAndLock(app.pages);
  await takeSeat(page, 'Nobody');
  await expectRefusal(page, 'No face in view');
  await keepPicture(page, 'lock-nobody');
  await takeSeat(page, 'You');
  await unlockedByFace(app.pages);
});

test('the passcode opens while the camera is looking', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await enterAndLock(app.pages);
  await takeSeat(page, 'Nobody');
  await expect(sentence(page)).toHaveText(/Looking for you|No face in view/);
  await typePasscode(page, owner.passcode);
  await unlockedByPasscode(app.pages);
});

test('whatever is typed lands in the passcode field, wherever the focus is', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await lockPage(app.pages);
  await page.getByRole('radio', { name: 'Nobody' }).focus();
  await page.keyboard.type(owner.passcode);
  await page.keyboard.press('Enter');
  await unlockedByPasscode(app.pages);
});

test('five refused looks switch the face off until the passcode is typed', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await enterAndLock(app.pages);
  await takeSeat(page, 'A stranger');
  await expectRefusal(page, 'Face not recognised');
  for (let refused = 1; refused < 5; refused++) {
    await look(page);
    await expect(sentence(page)).toHaveText('Looking for you', { timeout: 20_000 });
    await expect(sentence(page)).not.toHaveText('Looking for you', { timeout: 20_000 });
  }
  await expect(sentence(page)).toHaveText(/Too many looks failed/, { timeout: 10_000 });
  await keepPicture(page, 'lock-face-off');
  await takeSeat(page, 'You');
  await expect(page.getByRole('button', { name: 'Look to unlock' })).toBeDisabled();
  await page.evaluate(() => window.facelatch.request('look', {}));
  await page.waitForTimeout(3000);
  await expectRefusal(page, /Too many looks failed/);

  await typePasscode(page, owner.passcode);
  const home = await unlockedByPasscode(app.pages);
  await home.getByRole('button', { name: 'Lock the screen' }).click();
  await look(await lockPage(app.pages));
  await unlockedByFace(app.pages);
});

test('a wrong passcode is refused, and after four the next has to wait', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await lockPage(app.pages);
  for (let wrong = 1; wrong <= 4; wrong++) {
    await expect(page.getByLabel('Passcode')).toHaveAttribute('placeholder', 'Passcode');
    await typePasscode(page, `not-it-${wrong}`);
    await expect(page.getByLabel('Passcode')).toHaveValue('');
    await expect(sentence(page)).toHaveText('Wrong passcode');
  }
  const wait = page.getByRole('timer');
  await expect(wait).toHaveText(/Try the passcode again in \d+ s/);
  await keepPicture(page, 'lock-passcode-wait');
  await typePasscode(page, owner.passcode);
  await expectRefusal(page, 'Wait a moment before the next try');
  await expect(wait).toHaveText('', { timeout: 15_000 });
  await typePasscode(page, owner.passcode);
  await unlockedByPasscode(app.pages);
});

test('lock now: only the passcode opens it', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  const settings = await openSettings(app.pages);
  await settings.getByRole('button', { name: 'Lock now' }).click();
  const page = await lockPage(app.pages);
  await expectRefusal(page, /Only your passcode/);
  await page.evaluate(() => window.facelatch.request('look', {}));
  await page.waitForTimeout(2500);
  await expectRefusal(page, /Only your passcode/);
  await typePasscode(page, owner.passcode);
  await unlockedByPasscode(app.pages);
});

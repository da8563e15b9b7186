import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from '../../main/session/os-locker.ts';
import { expect, keepPicture, test } from './app.ts';
import { openSettings, unlockedByPasscode } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { expectRefusal, lockPage, typePasscode } from './pages/lock-screen.ts';
import { owner } from './pages/set-up.ts';
import { enrolNobodysFace } from './profile.ts';

// Keys go through the X server, as a person's do: Debian: apt install xdotool.
const canPress = process.platform === 'linux' && findProgram('xdotool') !== undefined && process.env.DISPLAY !== undefined;

const press = (keys: string): void => void spawnSync('xdotool', ['key', keys]);

test.skip(!canPress, 'needs xdotool and an X display');

test('the panic shortcut locks at once, and only the passcode opens', async ({ start, profileDir }) => {
  await enrolNobodysFace(profileDir);
  const app = await start(profileDir);
  await enterWithPasscode(app.pages);
  const settings = await openSettings(app.pages);
  await expect(settings.getByLabel('Panic shortcut')).toHaveValue('CommandOrControl+Alt+Shift+L');
  await keepPicture(settings, 'settings-panic');
  press('ctrl+alt+shift+l');
  const page = await lockPage(app.pages);
  await expectRefusal(page, /Only your passcode/);
  await expect(page.getByRole('button', { name: 'Look to unlock' })).toBeDisabled();
  await keepPicture(page, 'lock-panic');
  await typePasscode(page, owner.passcode);
  await unlockedByPasscode(app.pages);
});

test('a shortcut another program has: the home page and the settings say so, and another one works', async ({ start, profileDir }) => {
  await enrolNobodysFace(profileDir);
  // Another program: this one once more, on a profile of its own.
  await start(join(profileDir, 'other'));
  const app = await start(profileDir);
  const home = await enterWithPasscode(app.pages);
  await expect(home.getByText(/The panic shortcut does nothing/)).toBeVisible();
  await keepPicture(home, 'home-panic-taken');
  const settings = await openSettings(app.pages);
  await expect(settings.getByText(/another program may have it/)).toBeVisible();
  await settings.getByLabel('Panic shortcut').selectOption('CommandOrControl+Alt+Shift+F12');
  await settings.getByRole('dialog').getByLabel('Your passcode').fill(owner.passcode);
  await settings.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
  await expect(settings.getByText(/another program may have it/)).toBeHidden();
  press('ctrl+alt+shift+F12');
  await expectRefusal(await lockPage(app.pages), /Only your passcode/);
});

import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, keepPicture, test } from './app.ts';
import { homePage, lockScreen, unlockedByPasscode } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { expectRefusal, lockPage, takeSeat, typePasscode } from './pages/lock-screen.ts';
import { choosePasscode, enrolPage, getStarted, owner, welcomePage } from './pages/set-up.ts';
import { type Pages, pageShowing } from './pages/windows.ts';
import { projectDir } from './places.ts';

const vaultFile = (profileDir: string): string => join(profileDir, 'vault', 'facelatch.sqlite');
const troublePage = (pages: Pages) => pageShowing(pages, 'Facelatch cannot start');

test('a foreign database: a sentence, nothing changed, and a way on once it is gone', async ({ start, profileDir }) => {
  await mkdir(join(profileDir, 'vault'), { recursive: true, mode: 0o700 });
  const foreign = new SQLite(vaultFile(profileDir));
  foreign.exec('CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES (1)');
  foreign.close();
  const before = await readFile(vaultFile(profileDir));

  const app = await start(profileDir);
  const page = await troublePage(app.pages);
  await expect(page.getByRole('alert')).toContainText(/another program|not .*vault|other application/i);
  await keepPicture(page, 'trouble-foreign-database');
  expect(await readFile(vaultFile(profileDir))).toEqual(before);

  await rm(vaultFile(profileDir));
  await page.getByRole('button', { name: 'Try again' }).click();
  await welcomePage(app.pages);
});

test('a database that is no database: a sentence and no stack trace', async ({ start, profileDir }) => {
  await mkdir(join(profileDir, 'vault'), { recursive: true, mode: 0o700 });
  await writeFile(vaultFile(profileDir), 'this is a shopping list');
  const app = await start(profileDir);
  const alert = (await troublePage(app.pages)).getByRole('alert');
  await expect(alert).not.toContainText(/Error|at .*\.js/);
  expect((await alert.textContent())?.length).toBeLessThan(400);
});

test('an enrolment that gets no further says the reason all the while, and nothing is enrolled', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  await getStarted(app.pages);
  await choosePasscode(app.pages);
  const page = await enrolPage(app.pages);
  await takeSeat(page, 'A photograph of you');
  await expect(page.getByRole('status')).toContainText('This is not seen as a living face: ', { timeout: 30_000 });
  await keepPicture(page, 'trouble-enrolment-photograph');
  await takeSeat(page, 'Nobody');
  await expect(page.getByRole('status')).toHaveText('No face in view', { timeout: 30_000 });
  await expect(page.getByRole('heading', { name: 'Your face is set up' })).toHaveCount(0);
});

test('a database held by another process: a sentence; once let go, it opens locked', async ({ start, enrolledDir }) => {
  const holder = new SQLite(vaultFile(enrolledDir));
  holder.pragma('locking_mode = EXCLUSIVE');
  holder.exec('BEGIN EXCLUSIVE');
  const app = await start(enrolledDir);
  const page = await troublePage(app.pages);
  await expect(page.getByRole('alert')).toContainText('Another Facelatch is using this vault');
  await keepPicture(page, 'trouble-locked-database');
  holder.exec('COMMIT');
  holder.close();
  await page.getByRole('button', { name: 'Try again' }).click();
  await typePasscode(await lockPage(app.pages), owner.passcode);
  await unlockedByPasscode(app.pages);
});

test('a vault deleted while locked: it stays locked, the passcode opens, and no later start is a first one', async ({
  start,
  enrolledDir,
}) => {
  const app = await start(enrolledDir);
  const page = await lockPage(app.pages);
  await rm(join(enrolledDir, 'vault'), { recursive: true });
  await typePasscode(page, 'not-my-passcode');
  await expectRefusal(page, 'Wrong passcode');
  await typePasscode(page, owner.passcode);
  await unlockedByPasscode(app.pages);
  await lockScreen(app.pages);
  await lockPage(app.pages);
  await app.kill();

  const again = await start(enrolledDir);
  const trouble = await troublePage(again.pages);
  await expect(trouble.getByRole('alert')).toContainText('Facelatch was set up here, and its vault is gone.');
  await keepPicture(trouble, 'trouble-vault-gone');
  await trouble.getByRole('button', { name: 'Try again' }).click();
  await expect(trouble.getByRole('heading', { level: 1 })).toHaveText('Facelatch cannot start');
  await trouble.getByRole('button', { name: 'Start anew' }).click();
  await welcomePage(again.pages);
});

test('a second start on the same profile gives way to the first', async ({ start, profileDir }) => {
  const first = await start(profileDir);
  await welcomePage(first.pages);
  await expect(start(profileDir)).rejects.toThrow();
  await welcomePage(first.pages);
});

test.describe('without the identity network', () => {
  /** The built app with everything but that network beside it. */
  async function appWithoutNetwork(folder: string): Promise<string> {
    const appDir = join(folder, 'app');
    await mkdir(join(appDir, 'models'), { recursive: true });
    await cp(join(projectDir, 'out'), join(appDir, 'out'), { recursive: true });
    await cp(join(projectDir, 'package.json'), join(appDir, 'package.json'));
    await symlink(join(projectDir, 'node_modules'), join(appDir, 'node_modules'), 'junction');
    const models = (name: string): string => join(projectDir, 'models', name);
    const others = [
      'face-detector.onnx',
      'face-detector-back.onnx',
      'face-landmarks.onnx',
      'face-blendshapes.onnx',
      'head-liveness.onnx',
      'eyes-shut.onnx',
    ];
    for (const name of ['manifest.json', ...others]) await cp(models(name), join(appDir, 'models', name));
    return appDir;
  }

  test('the passcode opens, a face does not, and a sentence names what is missing', async ({ start, enrolledDir }) => {
    const app = await start(enrolledDir, { appDir: await appWithoutNetwork(enrolledDir) });
    const home = await enterWithPasscode(app.pages);
    await expect(home.getByText(/sface\.onnx/)).toBeVisible();
    await keepPicture(home, 'trouble-missing-network');
    await lockScreen(app.pages);
    const page = await lockPage(app.pages);
    await page.evaluate(() => window.facelatch.request('look', {}));
    await page.waitForTimeout(2500);
    await expectRefusal(page, /sface\.onnx/);
    await typePasscode(page, owner.passcode);
    await unlockedByPasscode(app.pages);
  });

  test('enrolment says why it stopped, and the passcode set before is kept', async ({ start, profileDir }) => {
    const app = await start(profileDir, { appDir: await appWithoutNetwork(profileDir) });
    await getStarted(app.pages);
    await choosePasscode(app.pages);
    const page = await pageShowing(app.pages, 'This did not work');
    await expect(page.getByRole('status')).toContainText('sface.onnx');
    await keepPicture(page, 'trouble-enrolment-stopped');
    await page.getByRole('button', { name: 'Go on with the passcode' }).click();
    await homePage(app.pages);
    await lockScreen(app.pages);
    await typePasscode(await lockPage(app.pages), owner.passcode);
    await unlockedByPasscode(app.pages);
  });
});

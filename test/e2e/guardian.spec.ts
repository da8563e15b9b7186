import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { wasLockedSwitch } from '../../main/app/arguments.ts';
import { test as base, expect, keepPicture } from './app.ts';
import { lockScreen, openSettings, unlockedByFace } from './pages/home.ts';
import { enterWithPasscode } from './pages/inside.ts';
import { lockPage, look } from './pages/lock-screen.ts';
import { owner } from './pages/set-up.ts';
import { pageShowing } from './pages/windows.ts';
import { enrolNobodysFace } from './profile.ts';

/** A `loginctl` first on the search path that only writes down that it was called. */
interface FakeLocker {
  readonly env: Readonly<Record<string, string>>;
  calls(): Promise<readonly string[]>;
}

const test = base.extend<{ locker: FakeLocker; ends: undefined }>({
  locker: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'facelatch-locker-'));
    const called = join(folder, 'called');
    await writeFile(called, '');
    await writeFile(join(folder, 'loginctl'), `#!/bin/sh\necho "$@" >> '${called}'\n`);
    await chmod(join(folder, 'loginctl'), 0o755);
    await use({
      env: { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`, XDG_SESSION_ID: 'c7' },
      calls: async () => (await readFile(called, 'utf8')).split('\n').filter((line) => line !== ''),
    });
    await rm(folder, { recursive: true, force: true });
  },
  /** Whatever the guardian brought back, and guardians of it, end with the test. */
  ends: [
    async ({ profileDir }, use) => {
      await use(undefined);
      await expect(async () => {
        const left = await processesOf(profileDir);
        for (const pid of left) killNow(pid);
        expect(left).toEqual([]);
      }).toPass({ timeout: 20_000 });
    },
    { auto: true },
  ],
});

/** Processes started on this profile, by their command lines and, for guardians and waiting shells, their environment. */
async function processesOf(profileDir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const texts = await Promise.all(
    pids.map(async (pid) => {
      const [line, env] = await Promise.all(['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')));
      return { pid, text: `${line}\0${env}` };
    }),
  );
  return texts
    .filter(({ text }) => text.includes(`--profile=${profileDir}\0`) || text.includes(`${marker}=${profileDir}\0`))
    .map(({ pid }) => pid);
}

/** Marks all processes of one test, through the environment they hand on. */
const marker = 'FACELATCH_TEST_PROFILE';

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

test.skip(process.platform !== 'linux', 'processes are found through /proc');

test('killed while locked: the system is locked at once, and Facelatch comes back', async ({ start, enrolledDir, locker }) => {
  const app = await start(enrolledDir, { guardian: true, env: { ...locker.env, [marker]: enrolledDir } });
  await enterWithPasscode(app.pages);
  await lockScreen(app.pages);
  const page = await lockPage(app.pages);
  // Longer than the guardian forgives silence: a cover that stands raises no alarm.
  await page.waitForTimeout(4000);
  expect(await locker.calls()).toEqual([]);
  const killed = app.electron.process().pid;
  await app.kill();
  await expect.poll(() => locker.calls(), { timeout: 10_000 }).toEqual(['lock-session c7']);
  await expect
    .poll(async () => (await readFile(join(enrolledDir, 'facelatch.log'), 'utf8')).match(/showing locked/g)?.length ?? 0, {
      timeout: 30_000,
    })
    .toBe(2);
  expect(await processesOf(enrolledDir)).not.toContain(killed);
});

test('killed while locked where nothing can lock the system: the cover comes back, told that it was locked', async ({
  start,
  profileDir,
}) => {
  await enrolNobodysFace(profileDir);
  const nothing = join(profileDir, 'no-programs');
  await mkdir(nothing);
  const env = { PATH: nothing, XDG_SESSION_ID: '', [marker]: profileDir };
  const app = await start(profileDir, { guardian: true, env });
  await enterWithPasscode(app.pages);
  await lockScreen(app.pages);
  await lockPage(app.pages);
  const log = () => readFile(join(profileDir, 'facelatch.log'), 'utf8');
  const before = (await log()).match(/showing locked/g)?.length ?? 0;
  expect(await log()).toContain('no system locker');
  await app.kill();
  await expect.poll(async () => (await log()).match(/showing locked/g)?.length ?? 0, { timeout: 30_000 }).toBeGreaterThan(before);
  // What came back is told that it was locked: it takes no face before the passcode (restart.spec.ts, unit/lock/open.test.ts).
  const starts = await Promise.all((await processesOf(profileDir)).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  expect(starts.some((line) => line.split('\0').includes(wasLockedSwitch))).toBe(true);
});

test('unlocked and quit: the system is not locked, and no process is left', async ({ start, enrolledDir, locker }) => {
  const app = await start(enrolledDir, { guardian: true, env: { ...locker.env, [marker]: enrolledDir } });
  await enterWithPasscode(app.pages);
  await lockScreen(app.pages);
  await look(await lockPage(app.pages));
  const home = await unlockedByFace(app.pages);
  await home.evaluate(() => void window.facelatch.request('quit', {}));
  await app.gone;
  await expect.poll(() => processesOf(enrolledDir), { timeout: 20_000 }).toEqual([]);
  expect(await locker.calls()).toEqual([]);
});

test('a vault that cannot be opened: the system is locked once, and the page says so', async ({ start, profileDir, locker }) => {
  await mkdir(join(profileDir, 'vault'), { recursive: true, mode: 0o700 });
  await writeFile(join(profileDir, 'vault', 'facelatch.sqlite'), 'damaged beyond reading');
  const app = await start(profileDir, { guardian: true, env: { ...locker.env, [marker]: profileDir } });
  const page = await pageShowing(app.pages, 'Facelatch cannot start');
  await expect(page.getByRole('alert')).toContainText("The system's own locker was asked to lock this screen once");
  await keepPicture(page, 'trouble-system-locked');
  await expect.poll(() => locker.calls()).toEqual(['lock-session c7']);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForTimeout(1500);
  expect(await locker.calls()).toEqual(['lock-session c7']);
  await page.evaluate(() => void window.facelatch.request('quit', {}));
  await app.gone;
});

test('a first start locks nothing', async ({ start, profileDir, locker }) => {
  const app = await start(profileDir, { guardian: true, env: { ...locker.env, [marker]: profileDir } });
  const page = await pageShowing(app.pages, 'Welcome to Facelatch');
  expect(await locker.calls()).toEqual([]);
  await page.evaluate(() => void window.facelatch.request('quit', {}));
  await app.gone;
});

test('the owner’s own lock command is what runs when Facelatch is killed', async ({ start, profileDir, locker }) => {
  await enrolNobodysFace(profileDir);
  const folder = await mkdtemp(join(tmpdir(), 'facelatch-own-locker-'));
  const [own, called] = [join(folder, 'mylocker'), join(folder, 'called')];
  await writeFile(own, `#!/bin/sh\necho "$@" >> '${called}'\n`);
  await chmod(own, 0o755);
  try {
    const app = await start(profileDir, { guardian: true, env: { ...locker.env, [marker]: profileDir } });
    await enterWithPasscode(app.pages);
    const settings = await openSettings(app.pages);
    await settings.getByRole('button', { name: 'Change the lock command' }).click();
    const dialog = settings.getByRole('dialog');
    await dialog.getByLabel('Lock command').fill(`${own} -f; reboot`);
    await dialog.getByLabel('Your passcode').fill(owner.passcode);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog.getByRole('alert')).toHaveText('A lock command is one program with its arguments, not a line for a shell.');
    await keepPicture(settings, 'settings-lock-command-refused');
    await dialog.getByLabel('Lock command').fill(`${own} -f`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(settings.getByText(`${own} -f`)).toBeVisible();
    await settings.getByRole('button', { name: 'Back to home' }).click();
    await lockScreen(app.pages);
    await lockPage(app.pages);
    await app.kill();
    await expect.poll(() => readFile(called, 'utf8').catch(() => ''), { timeout: 10_000 }).toBe('-f\n');
    expect(await locker.calls()).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

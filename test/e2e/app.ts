import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, test as base, type ElectronApplication } from '@playwright/test';
import { homePage } from './pages/home.ts';
import { setUp } from './pages/set-up.ts';
import type { Pages } from './pages/windows.ts';
import { artefactsDir, projectDir, sandboxArgs } from './places.ts';

/** A running app, built from this project, on a profile folder of its own. */
export interface RunningApp {
  readonly electron: ElectronApplication;
  readonly pages: Pages;
  /** Ends it as a power cut would; takes no harm from its having ended before. */
  kill(): Promise<void>;
  /** Settles when it has ended. */
  readonly gone: Promise<void>;
}

export interface LaunchOptions {
  /** The folder of the built app; this project when not given. */
  readonly appDir?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** With a guardian, which starts a killed app again: the test then has to end what it brings back. */
  readonly guardian?: boolean;
}

/** Starts the built app on a profile. */
export async function launch(
  profileDir: string,
  { appDir = projectDir, args = [], env = {}, guardian = false }: LaunchOptions = {},
): Promise<RunningApp> {
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = process.env as Record<string, string>;
  const electron = await _electron.launch({
    args: [appDir, `--profile=${profileDir}`, ...(guardian ? [] : ['--no-guardian']), ...sandboxArgs, ...args],
    env: { ...inherited, ...env },
    timeout: 60_000,
  });
  const child = electron.process();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    electron,
    pages: () => electron.windows(),
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await gone;
    },
    gone,
  };
}

interface Fixtures {
  /** A profile folder with nothing in it, gone after the test. */
  profileDir: string;
  /** A profile folder in which `owner` has a passcode and an enrolled face; a copy for this test alone. */
  enrolledDir: string;
  /** Launches the app on a profile; whatever still runs at the end of the test is killed. */
  start: (profileDir: string, options?: LaunchOptions) => Promise<RunningApp>;
}

interface WorkerFixtures {
  enrolledOnce: string;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  enrolledOnce: [
    async ({ browserName: _ }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'facelatch-enrolled-'));
      const app = await launch(folder);
      await setUp(app.pages);
      await homePage(app.pages);
      await app.kill();
      await use(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  profileDir: async ({ browserName: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'facelatch-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  },
  enrolledDir: async ({ enrolledOnce, profileDir }, use) => {
    // The vault is all there is to a person; Chromium's own files are left behind.
    await cp(join(enrolledOnce, 'vault'), join(profileDir, 'vault'), { recursive: true });
    await use(profileDir);
  },
  start: async ({ browserName: _ }, use) => {
    const running: RunningApp[] = [];
    await use(async (profileDir, options) => {
      const app = await launch(profileDir, options);
      running.push(app);
      return app;
    });
    for (const app of running) await app.kill();
  },
});

export { expect } from '@playwright/test';

/** Keeps a picture of what a person sees at this step. */
export async function keepPicture(page: { screenshot(options: { path: string }): Promise<unknown> }, name: string): Promise<void> {
  await page.screenshot({ path: join(artefactsDir, `${name}.png`) });
}

/** Every file below a folder, with its bytes. */
export async function filesBelow(folder: string): Promise<readonly { readonly path: string; readonly bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (path) => ({ path, bytes: await readFile(path) })));
}

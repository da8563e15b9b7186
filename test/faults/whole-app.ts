import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { openVault } from '../../main/vault/vault.ts';
import { whyNoSandbox } from '../../scripts/lib/sandbox.mjs';
import { vectorOf } from '../unit/identity/observations.ts';
import { counters, templates } from '../unit/vault/data.ts';
import { until } from './ways.ts';
import { owner } from './windowless.ts';

const projectDir = join(import.meta.dirname, '..', '..');
/** Marks every process of one run, through the environment they hand on. */
const marker = 'FACELATCH_TEST_PROFILE';

/** What the display shows, as the main process tells. */
export interface OnDisplay {
  /** A visible window lies over each display whole. */
  readonly covered: boolean;
  /** A window that is no cover is visible. */
  readonly uncoveredWindow: boolean;
}

/** The built app with its windows and its guardian, on a profile in which nobody in front of the camera is enrolled. */
export class WholeApp {
  readonly electron: ElectronApplication;
  readonly profile: string;
  readonly pid: number;
  readonly gone: Promise<void>;

  private constructor(electron: ElectronApplication, profile: string) {
    this.electron = electron;
    this.profile = profile;
    const child = electron.process();
    this.pid = child.pid ?? 0;
    this.gone = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  static async launch(profile: string): Promise<WholeApp> {
    const { ELECTRON_RUN_AS_NODE: _, NODE_OPTIONS: __, ...inherited } = process.env as Record<string, string>;
    const lockers = join(profile, 'bin');
    mkdirSync(lockers, { recursive: true });
    writeFileSync(join(lockers, 'loginctl'), `#!/bin/sh\necho "$@" >> '${join(profile, 'locked')}'\n`);
    chmodSync(join(lockers, 'loginctl'), 0o755);
    const electronPath = createRequire(import.meta.url)('electron') as unknown as string;
    const sandbox = (await whyNoSandbox(dirname(electronPath))) === null ? [] : ['--no-sandbox'];
    const electron = await _electron.launch({
      executablePath: electronPath,
      args: [projectDir, `--profile=${profile}`, ...sandbox],
      env: { ...inherited, PATH: `${lockers}${delimiter}${process.env.PATH ?? ''}`, XDG_SESSION_ID: 'c7', [marker]: profile },
      timeout: 120_000,
    });
    const app = new WholeApp(electron, profile);
    await app.untilLocked('the first cover');
    return app;
  }

  /** Lines the fake `loginctl` was called with. */
  systemLocks(): number {
    try {
      return readFileSync(join(this.profile, 'locked'), 'utf8').trim().split('\n').length;
    } catch {
      return 0;
    }
  }

  /** How its main process ended, where it did. */
  ending(): string {
    const { exitCode, signalCode } = this.electron.process();
    return exitCode === null && signalCode === null ? '' : `; the main process had ended (${signalCode ?? exitCode})`;
  }

  log(): string {
    return readFileSync(join(this.profile, 'facelatch.log'), 'utf8');
  }

  onDisplay(): Promise<OnDisplay> {
    return this.electron.evaluate(({ BrowserWindow, screen }) => {
      const visible = BrowserWindow.getAllWindows().filter(
        (window) => !window.isDestroyed() && window.isVisible() && !window.isMinimized(),
      );
      const covers = visible.filter((window) => window.isKiosk());
      const covered = screen.getAllDisplays().every(({ bounds }) =>
        covers.some((window) => {
          const { x, y, width, height } = window.getBounds();
          return (
            x <= bounds.x + 2 && y <= bounds.y + 2 && x + width + 2 >= bounds.x + bounds.width && y + height + 2 >= bounds.y + bounds.height
          );
        }),
      );
      return { covered, uncoveredWindow: visible.length > covers.length };
    });
  }

  /** The headings of the pages that are there, each with whether it has a field for the passcode and what it says under the padlock. */
  async pages(): Promise<readonly { readonly page: Page; readonly heading: string; readonly asks: boolean; readonly says: string }[]> {
    const found = await Promise.all(
      this.electron.windows().map(async (page) => {
        const read = page.evaluate(() => ({
          heading: document.querySelector('h1')?.textContent?.trim() ?? '',
          asks: document.querySelector('input[type=password]') !== null,
          says: document.querySelector('[role=status]')?.textContent?.trim() ?? '',
        }));
        const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 3_000));
        const seen = await Promise.race([read.catch(() => undefined), late]);
        return seen === undefined ? [] : [{ page, ...seen }];
      }),
    );
    return found.flat();
  }

  async lockPage(): Promise<Page | undefined> {
    return (await this.pages()).find(({ heading, asks }) => heading === 'This screen is locked' && asks)?.page;
  }

  /** Waits for covers everywhere and a page on one of them that asks for the passcode. */
  async untilLocked(what: string): Promise<void> {
    for (const endMs = performance.now() + 60_000; ; ) {
      const { covered, uncoveredWindow } = await this.onDisplay();
      if (covered && !uncoveredWindow && (await this.lockPage()) !== undefined) return;
      if (performance.now() > endMs) throw new Error(`${what}: no cover that asks for the passcode`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What a page of ours asks the main process for. */
  async request(page: Page, channel: string, payload: Record<string, unknown> = {}): Promise<void> {
    await page.evaluate(
      ([name, what]) => {
        type Ask = (channel: string, payload: unknown) => Promise<unknown>;
        return (window.facelatch.request as Ask)(name, what);
      },
      [channel, payload] as const,
    );
  }

  /** What is said under the padlock, once it is one of these. */
  async untilSaid(says: RegExp): Promise<void> {
    for (const endMs = performance.now() + 60_000; ; ) {
      if ((await this.pages()).some((each) => says.test(each.says))) return;
      if (performance.now() > endMs) throw new Error(`nothing like ${says} was said`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The owner comes in with the passcode. */
  async enter(): Promise<Page> {
    const cover = await this.lockPage();
    if (cover === undefined) throw new Error('no cover to type the passcode on');
    // The cover may be gone before its answer is there.
    await this.request(cover, 'unlock-with-passcode', { passcode: owner.passcode }).catch(() => undefined);
    for (const endMs = performance.now() + 60_000; ; ) {
      const home = (await this.pages()).find(({ heading }) => /Unlocked by/.test(heading));
      if (home !== undefined && (await this.onDisplay()).uncoveredWindow) return home.page;
      if (performance.now() > endMs) throw new Error('the passcode did not open');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Processes of this run, the guardian and what it starts among them, by what their command line holds. */
  processes(holds = ''): number[] {
    const read = (pid: number, name: string): string => {
      try {
        return readFileSync(`/proc/${pid}/${name}`, 'utf8');
      } catch {
        return '';
      }
    };
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
      .filter((pid) => read(pid, 'environ').includes(`${marker}=${this.profile}\0`) && read(pid, 'cmdline').includes(holds));
  }

  /** Ends everything of this run. */
  async end(): Promise<void> {
    await until(
      'the end of every process',
      () => {
        const left = this.processes();
        for (const pid of left) {
          try {
            process.kill(pid, 'SIGKILL');
          } catch {
            // It ended by itself meanwhile.
          }
        }
        return left.length === 0;
      },
      60_000,
    );
  }
}

/** A profile whose owner is nobody the simulated camera can show. `cameraId`: the camera they chose, which may be gone. */
export async function enrolForWindows(profile: string, cameraId: string | undefined): Promise<void> {
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const opening = openVault(join(profile, 'vault'), { kind: 'none', sentence: 'No key store is used.' });
  if (opening.kind === 'refused') throw new Error(opening.sentence);
  const faces = templates(3, 1).map((template) => ({ ...template, vector: vectorOf(1) }));
  const enrolled = await opening.vault.enrolPerson({ ...owner, templates: faces });
  if (enrolled.kind === 'refused') throw new Error(enrolled.sentence);
  if (cameraId !== undefined) opening.vault.writeSettings({ idleLockMinutes: 5, cameraId });
  opening.vault.writeCounters({ ...counters, failedLooks: 0, wrongPasscodes: 0 });
  opening.vault.close();
}

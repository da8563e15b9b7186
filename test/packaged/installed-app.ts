import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, test as base, chromium } from '@playwright/test';
import { unpackedApp } from '../../scripts/lib/packaging.mjs';
import { whyNoSandbox } from '../../scripts/lib/sandbox.mjs';
import type { Pages } from '../e2e/pages/windows.ts';

export const { folder, executable } = await unpackedApp();

/** Chromium's sandbox stays on wherever the machine allows one. */
export const sandboxArgs: readonly string[] = (await whyNoSandbox(folder)) === null ? [] : ['--no-sandbox'];

/** The environment of somebody who installed Facelatch: nothing of this project's tools in it. */
export function plainEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { ELECTRON_RUN_AS_NODE: _, ELECTRON_OVERRIDE_DIST_PATH: __, ...inherited } = process.env;
  return { ...inherited, ...extra };
}

/** The packaged app, driven over the DevTools port: its binary refuses the inspector that Playwright uses for Electron. */
export interface InstalledApp {
  readonly pages: Pages;
  readonly pid: number;
  /** What it has written there so far. */
  standardError(): string;
}

interface Fixtures {
  profileDir: string;
  /** Starts the packaged app on that profile, with switches more; it is ended after the test. */
  start: (more?: readonly string[]) => Promise<InstalledApp>;
}

export const test = base.extend<Fixtures>({
  profileDir: async ({ browserName: _ }, use) => {
    const profile = await mkdtemp(path.join(tmpdir(), 'facelatch-packaged-'));
    await use(profile);
    await rm(profile, { recursive: true, force: true });
  },
  start: async ({ profileDir }, use) => {
    const running: { child: ChildProcess; browser: Browser }[] = [];
    await use(async (more = []) => {
      const args = ['--remote-debugging-port=0', `--profile=${profileDir}`, '--no-guardian', ...sandboxArgs, ...more];
      const child = spawn(executable, args, { env: plainEnv(), stdio: ['ignore', 'ignore', 'pipe'] });
      let written = '';
      child.stderr?.on('data', (bytes: Buffer) => {
        written += bytes.toString('utf8');
      });
      const browser = await chromium.connectOverCDP(await devToolsAddress(child));
      running.push({ child, browser });
      return {
        pages: () => browser.contexts().flatMap((context) => context.pages()),
        pid: child.pid ?? -1,
        standardError: () => written,
      };
    });
    for (const { child, browser } of running) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await gone;
      await browser.close();
    }
  },
});

/** A process and everything it started, with their command lines (Linux). */
export async function processesUnder(pid: number): Promise<readonly { readonly pid: number; readonly args: readonly string[] }[]> {
  const all = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const [stat, line] = await Promise.all(
          ['stat', 'cmdline'].map((file) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '')),
        );
        // After the name in brackets: state, then the parent.
        const parent = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return { pid: Number(name), parent, args: line?.split('\0') ?? [] };
      }),
  );
  const found = all.filter((one) => one.pid === pid);
  for (let known = 0; known < found.length; known++) found.push(...all.filter(({ parent }) => parent === found[known]?.pid));
  return found;
}

/** The address Chromium names on standard error once its DevTools port is open. */
function devToolsAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stderr === null) return reject(new Error('the app was started without its standard error'));
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the app ended with code ${code} before its window was up:\n${lines.join('\n')}`)));
  });
}

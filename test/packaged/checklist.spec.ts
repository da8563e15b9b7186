import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import {
  expectBridgeAlone,
  expectNoPermission,
  expectPolicyHolds,
  expectSame,
  expectStrictPolicy,
  pageUrl,
  tryToLeave,
} from '../e2e/page-checks.ts';
import { unlockedByPasscode } from '../e2e/pages/home.ts';
import { lockPage, typePasscode } from '../e2e/pages/lock-screen.ts';
import { owner, welcomePage } from '../e2e/pages/set-up.ts';
import { enrolNobodysFace } from '../e2e/profile.ts';
import { processesUnder, sandboxArgs, test } from './installed-app.ts';

// Electron's security checklist on what a person installs, as far as pages, processes and messages show it. Fuses are read in contents.spec.ts.

test('pages come by their own protocol, isolated, with our bridge alone and no Node', async ({ start }) => {
  const page = await welcomePage((await start()).pages);
  expect(page.url()).toBe(pageUrl);
  await expectBridgeAlone(page);
  const node = await page.evaluate(() => ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in window));
  expect(node).toEqual([]);
});

test('pages come with a policy under which nothing but their own files runs, and it holds', async ({ start }) => {
  const page = await welcomePage((await start()).pages);
  expectStrictPolicy(await headersOf(page));
  await welcomePage(() => [page]);
  await expectPolicyHolds(page);
});

/** The headers the page's document comes with when it is loaded anew. */
async function headersOf(page: Page): Promise<Record<string, string>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const answered = new Promise<Record<string, string>>((resolve) => {
    session.on('Network.responseReceived', ({ response, type }) => {
      if (type === 'Document') resolve(response.headers as Record<string, string>);
    });
  });
  await page.reload();
  const headers = await answered;
  await session.detach();
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

test('no permission is ever given', async ({ start }) => {
  await expectNoPermission(await welcomePage((await start()).pages));
});

test('a page stays where it is and opens no other', async ({ start }) => {
  const app = await start();
  const page = await welcomePage(app.pages);
  await tryToLeave(page);
  await page.waitForTimeout(1000);
  await expectSame(page);
  expect(app.pages()).toHaveLength(1);
});

test('every page’s process is sandboxed, where the machine allows a sandbox', async ({ start }) => {
  test.skip(process.platform !== 'linux', 'processes are looked at through /proc');
  test.skip(sandboxArgs.length > 0, 'Chromium’s sandbox is not possible here, e.g. as root');
  const app = await start();
  await welcomePage(app.pages);
  const renderers = (await processesUnder(app.pid)).filter(({ args }) => args.includes('--type=renderer'));
  expect(renderers.length).toBeGreaterThan(0);
  for (const { pid, args } of renderers) {
    expect(args).not.toContain('--no-sandbox');
    // Seccomp: 2 is a filter.
    expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
  }
});

test('no process of it listens for a debugger, and no switch makes one', async ({ start }) => {
  test.skip(process.platform !== 'linux', 'processes are looked at through /proc');
  const app = await start(['--inspect=0', '--inspect-brk=0']);
  await welcomePage(app.pages);
  const all = await processesUnder(app.pid);
  expect(all.length).toBeGreaterThan(1);
  expect(app.standardError()).not.toContain('Debugger listening');
});

test('messages of another shape are refused, and what weakens the lock is refused while it is closed', async ({ start, profileDir }) => {
  await enrolNobodysFace(profileDir);
  const app = await start();
  const page = await lockPage(app.pages);
  const replies = await page.evaluate(async () => {
    const ask = window.facelatch.request as (channel: string, payload: unknown) => Promise<unknown>;
    const tries: [string, unknown][] = [
      ['unlock-with-passcode', {}],
      ['unlock-with-passcode', { passcode: 'x', also: 1 }],
      ['look', { now: true }],
      ['choose-mode', { mode: 'none', passcode: 'x' }],
      ['choose-panic-shortcut', { shortcut: 'off', passcode: 'violet-harbour-41' }],
      ['choose-lock-command', { command: 'true', passcode: 'violet-harbour-41' }],
      ['waive-attention', { passcode: 'violet-harbour-41' }],
      ['quit', {}],
    ];
    return Promise.all(tries.map(async ([channel, payload]) => await ask(channel, payload)));
  });
  for (const reply of replies) expect(reply).toMatchObject({ kind: 'refused' });
  const unknown = await page.evaluate(() => {
    const ask = window.facelatch.request as (channel: string, payload: unknown) => Promise<unknown>;
    return ask('uncover', {}).then(
      () => 'answered',
      () => 'nobody answers',
    );
  });
  expect(unknown).toBe('nobody answers');
  await typePasscode(await lockPage(app.pages), owner.passcode);
  await unlockedByPasscode(app.pages);
});

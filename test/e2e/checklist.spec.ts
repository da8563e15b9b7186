import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, type RunningApp, test } from './app.ts';
import {
  expectBridgeAlone,
  expectNoPermission,
  expectPolicyHolds,
  expectSame,
  expectStrictPolicy,
  pageUrl,
  tryToLeave,
} from './page-checks.ts';
import { unlockedByPasscode } from './pages/home.ts';
import { enterAndLock } from './pages/inside.ts';
import { lockPage, typePasscode } from './pages/lock-screen.ts';
import { owner, welcomePage } from './pages/set-up.ts';
import { projectDir } from './places.ts';
import { enrolNobodysFace } from './profile.ts';

// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), point by point on the running app.

test('every window is an isolated, sandboxed page without Node', async ({ start, profileDir }) => {
  await enrolNobodysFace(profileDir);
  const app = await start(profileDir);
  await enterAndLock(app.pages);
  const windows = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => {
      type Preferences = Record<string, unknown>;
      const given = (webContents as unknown as { getLastWebPreferences(): Preferences }).getLastWebPreferences();
      return { url: webContents.getURL(), devTools: webContents.isDevToolsOpened(), ...given };
    }),
  );
  expect(windows.length).toBeGreaterThanOrEqual(2);
  for (const window of windows) {
    expect(window).toMatchObject({
      url: pageUrl,
      devTools: false,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
    expect('nodeIntegrationInWorker' in window && window.nodeIntegrationInWorker).toBe(false);
  }
});

test('a page has the bridge of its contract and nothing beside it, and cannot put another in its place', async ({ start, profileDir }) => {
  const page = await welcomePage((await start(profileDir)).pages);
  await expectBridgeAlone(page);
});

test('pages are served with a policy under which nothing but their own files runs', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  const headers = await app.electron.evaluate(async ({ net }, url) => Object.fromEntries((await net.fetch(url)).headers), pageUrl);
  expectStrictPolicy(headers);
  await expectPolicyHolds(page);
});

test('no permission is ever given', async ({ start, profileDir }) => {
  const page = await welcomePage((await start(profileDir)).pages);
  await expectNoPermission(page);
});

test('a page stays where it is and opens no other', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  await tryToLeave(page);
  await expectStill(app, page);
});

test('a page that goes to the empty one, where nobody is asked, comes straight back', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  for (const move of ['location.assign("about:blank")', 'location.replace("about:blank")', 'open("about:blank", "_self")']) {
    await page.evaluate(move);
    await expect.poll(() => page.url()).toBe(pageUrl);
    await welcomePage(app.pages);
  }
  expect(app.pages()).toHaveLength(1);
});

test('a file dropped on a window opens nowhere', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  await page.evaluate(() => Object.assign(window, { marker: true }));
  const session = await app.electron.context().newCDPSession(page);
  const data = { items: [], files: [join(projectDir, 'package.json')], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 200, data });
  await page.waitForTimeout(1000);
  await expectStill(app, page);
});

test('no network is reached, also not by the main process and not by a redirect', async ({ start, profileDir }) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: pageUrl }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const app = await start(profileDir);
    await welcomePage(app.pages);
    const loaded = await app.electron.evaluate(async ({ BrowserWindow }, url) => {
      const window = new BrowserWindow({ show: false });
      const outcome = await window.loadURL(url).then(
        () => 'loaded',
        () => 'refused',
      );
      window.destroy();
      return outcome;
    }, `http://127.0.0.1:${port}/`);
    expect(loaded).toBe('refused');
    expect(asked).toBe(0);
  } finally {
    server.close();
  }
});

test('the protocol of the pages leads to nothing but their folder', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  await welcomePage(app.pages);
  const statuses = await app.electron.evaluate(async ({ net }) => {
    const paths = [
      '../../package.json',
      '..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e/package.json',
      '%2e%2e%2fmain%2fapp.js',
      '..%5c..%5cpackage.json',
      '..\\..\\package.json',
      'assets/../../main/app.js',
      'assets/..%2f..%2fmain%2fapp.js',
      '%252e%252e%252fmain%252fapp.js',
      '/etc/passwd',
      '//etc/passwd',
      '%2fetc%2fpasswd',
      'index.html%00.png',
      '%00',
      '%ff',
      'C:/Windows/win.ini',
      'assets',
      '',
    ];
    const urls = [...paths.map((path) => `app://facelatch/${path}`), 'app://eve@facelatch/index.html', 'app://evil/index.html'];
    const ask = (url: string, init?: RequestInit): Promise<number> =>
      net.fetch(url, init).then(
        ({ status }) => status,
        () => 0,
      );
    const refused = await Promise.all(urls.map(async (url) => [url, await ask(url)] as const));
    return { own: await ask('app://facelatch/index.html'), post: await ask('app://facelatch/index.html', { method: 'POST' }), refused };
  });
  expect(statuses.own).toBe(200);
  expect(statuses.post).toBe(404);
  expect(statuses.refused.filter(([, status]) => status !== 404 && status !== 0)).toEqual([]);
});

test('a page that is not ours is not listened to, though it has our bridge and the passcode', async ({ start, profileDir }) => {
  await enrolNobodysFace(profileDir);
  const app = await start(profileDir);
  await lockPage(app.pages);
  const replies = await app.electron.evaluate(async ({ BrowserWindow, app: electron }, passcode) => {
    const preload = `${electron.getAppPath()}/out/preload/preload.cjs`;
    const window = new BrowserWindow({ show: false, webPreferences: { preload, contextIsolation: true, sandbox: true } });
    // No other address loads. What is left of the attempt is a page with our bridge at that address.
    await window.loadURL('data:text/html,elsewhere').catch(() => undefined);
    const asked = ['quit', 'look', 'window-ready'].map((channel) => `facelatch.request('${channel}', {})`);
    const code = [...asked, `facelatch.request('unlock-with-passcode', { passcode: '${passcode}' })`];
    const answers = await window.webContents.executeJavaScript(`Promise.all([${code.join(', ')}])`);
    window.destroy();
    return answers as unknown[];
  }, owner.passcode);
  expect(replies).toHaveLength(4);
  for (const reply of replies) expect(reply).toEqual({ kind: 'refused', sentence: 'This request was refused.' });
  await lockPage(app.pages);
});

test('while locked, the keys that close, reload, leave or inspect a window do nothing', async ({ start, profileDir }) => {
  await enrolNobodysFace(profileDir);
  const app = await start(profileDir);
  const page = await lockPage(app.pages);
  // These keys do work where nobody took them away: without this, sending them would prove nothing.
  expect(await ordinaryWindowCloses(app)).toBe(true);

  await page.evaluate(() => {
    Object.assign(window, { marker: true, menus: 0 });
    // After the page's own handlers.
    window.addEventListener('contextmenu', (event) => Object.assign(window, { menuShown: !event.defaultPrevented }));
  });
  const keys: readonly [string, ...string[]][] = [
    ['W', 'control'],
    ['Q', 'control'],
    ['R', 'control'],
    ['R', 'control', 'shift'],
    ['I', 'control', 'shift'],
    ['J', 'control', 'shift'],
    ['M', 'control'],
    ['N', 'control'],
    ['H', 'meta'],
    ['Q', 'meta'],
    ['F4', 'alt'],
    ['F4', 'control'],
    ['Left', 'alt'],
    ['F5'],
    ['F11'],
    ['F12'],
    ['Escape'],
    ['Tab', 'alt'],
  ];
  await app.electron.evaluate(async ({ BrowserWindow }, sent) => {
    for (const { webContents } of BrowserWindow.getAllWindows()) {
      for (const [keyCode, ...modifiers] of sent) {
        if (webContents.isDestroyed()) return;
        for (const type of ['keyDown', 'keyUp'] as const) {
          webContents.sendInputEvent({ type, keyCode, modifiers: modifiers as Electron.InputEvent['modifiers'] & object });
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }, keys);
  await page.click('h1', { button: 'right', force: true, position: { x: 0, y: 0 } }).catch(() => page.click('main', { button: 'right' }));
  await page.waitForTimeout(1000);

  await expectStill(app, page);
  expect(await page.evaluate(() => (window as unknown as { menuShown?: boolean }).menuShown)).toBe(false);
  const covers = await app.electron.evaluate(({ BrowserWindow, screen }) =>
    BrowserWindow.getAllWindows()
      .filter((window) => window.isVisible())
      .map((window) => ({
        devTools: window.webContents.isDevToolsOpened(),
        minimized: window.isMinimized(),
        covering: JSON.stringify(window.getBounds()) === JSON.stringify(screen.getPrimaryDisplay().bounds),
        zoom: window.webContents.getZoomFactor(),
      })),
  );
  expect(covers).toEqual([{ devTools: false, minimized: false, covering: true, zoom: 1 }]);
  await typePasscode(page, owner.passcode);
  await unlockedByPasscode(app.pages);
});

/** Whether Ctrl+W, sent in the same way, closes a window that is like any other. */
function ordinaryWindowCloses(app: RunningApp): Promise<boolean> {
  return app.electron.evaluate(async ({ BrowserWindow }) => {
    const window = new BrowserWindow({ width: 200, height: 200 });
    await window.loadURL('app://facelatch/index.html');
    window.focus();
    for (const type of ['keyDown', 'keyUp'] as const) {
      if (!window.isDestroyed()) window.webContents.sendInputEvent({ type, keyCode: 'W', modifiers: ['control'] });
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const closed = window.isDestroyed();
    if (!closed) window.destroy();
    return closed;
  });
}

/** The page is the one it was (not loaded anew, nowhere else), and it is still the only one. */
async function expectStill(app: RunningApp, page: Page): Promise<void> {
  await expectSame(page);
  expect(app.pages()).toHaveLength(1);
}

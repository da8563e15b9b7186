import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, type RunningApp, test } from './app.ts';
import { unlockedByPasscode } from './pages/home.ts';
import { enterAndLock } from './pages/inside.ts';
import { lockPage, typePasscode } from './pages/lock-screen.ts';
import { owner, welcomePage } from './pages/set-up.ts';
import { projectDir } from './places.ts';
import { enrolNobodysFace } from './profile.ts';

// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), point by point on the running app.

const pageUrl = 'app://facelatch/index.html';

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
  const found = await page.evaluate(() => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const ordinary = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    const own = Object.getOwnPropertyNames(window).filter((name) => !ordinary.has(name) && !/^\d+$/.test(name));
    const inFrame = 'facelatch' in (frame.contentWindow as object);
    frame.remove();
    const before = window.facelatch;
    try {
      Object.defineProperty(window, 'facelatch', { value: {} });
    } catch {
      // Refused, as it should be.
    }
    return { own, inFrame, members: Object.keys(window.facelatch).sort(), isSame: window.facelatch === before };
  });
  expect(found.own.filter((name) => !name.startsWith('__svelte'))).toEqual(['facelatch']);
  expect(found).toMatchObject({ inFrame: false, members: ['onView', 'request'], isSame: true });
});

test('pages are served with a policy under which nothing but their own files runs', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  const headers = await app.electron.evaluate(async ({ net }, url) => Object.fromEntries((await net.fetch(url)).headers), pageUrl);
  const policy = new Map(headers['content-security-policy']?.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1)]));
  expect(policy.get('default-src')).toEqual(["'none'"]);
  expect(policy.get('script-src')).toEqual(["'self'"]);
  expect(policy.get('style-src')).toEqual(["'self'"]);
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(name)).toEqual(["'none'"]);
  expect(policy.get('require-trusted-types-for')).toEqual(["'script'"]);
  expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:|data:|blob:/);
  expect(headers['x-content-type-options']).toBe('nosniff');

  const violated = await page.evaluate(async () => {
    const blocked = new Set<string>();
    document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.effectiveDirective));
    const tryTo = (attempt: () => unknown): void => {
      try {
        attempt();
      } catch {
        // Trusted types refuse by throwing.
      }
    };
    const add = (tag: string, attributes: Record<string, string>): void => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) tryTo(() => element.setAttribute(name, value));
      document.body.append(element);
    };
    const script = document.createElement('script');
    tryTo(() => script.append('window.ran = true'));
    document.body.append(script);
    add('script', { src: 'https://example.org/x.js' });
    add('script', { src: 'data:text/javascript,window.ran=true' });
    add('img', { src: 'nowhere.png', onerror: 'window.ran = true' });
    add('img', { src: 'https://example.org/x.png' });
    add('iframe', { src: 'app://facelatch/index.html' });
    add('object', { data: 'app://facelatch/index.html' });
    add('div', { style: 'color: red' });
    add('base', { href: 'https://example.org/' });
    tryTo(() => new Worker('data:text/javascript,0'));
    tryTo(() => new WebSocket('wss://example.org'));
    // Later: what DevTools evaluates, as this test does, is freed from the policy while it runs.
    setTimeout(() => tryTo(() => new Function('window.ran = true')()));
    setTimeout(() => tryTo(() => setTimeout('window.ran = true' as unknown as () => void)));
    await fetch('https://example.org').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { ran: 'ran' in window, blocked: [...blocked].sort() };
  });
  expect(violated.ran).toBe(false);
  expect(violated.blocked).toEqual(
    expect.arrayContaining(['base-uri', 'connect-src', 'frame-src', 'img-src', 'require-trusted-types-for', 'style-src-attr']),
  );
});

test('no permission is ever given', async ({ start, profileDir }) => {
  const page = await welcomePage((await start(profileDir)).pages);
  const given = await page.evaluate(async () => {
    const names = [
      'camera',
      'microphone',
      'geolocation',
      'notifications',
      'midi',
      'clipboard-read',
      'persistent-storage',
      'screen-wake-lock',
    ];
    const states = names.map(async (name) => {
      const answer = await navigator.permissions.query({ name: name as PermissionName }).catch(() => ({ state: 'denied' }));
      return answer.state === 'denied' ? undefined : `${name} is ${answer.state}`;
    });
    const attempts: Record<string, () => Promise<unknown>> = {
      camera: () => navigator.mediaDevices.getUserMedia({ video: true }),
      microphone: () => navigator.mediaDevices.getUserMedia({ audio: true }),
      screen: () => navigator.mediaDevices.getDisplayMedia({ video: true }),
      notification: async () => {
        if ((await Notification.requestPermission()) !== 'granted') throw new Error('denied');
      },
      place: () => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject)),
      clipboard: () => navigator.clipboard.readText(),
      midi: () => navigator.requestMIDIAccess({ sysex: true }),
    };
    const granted = Object.entries(attempts).map(async ([name, attempt]) => {
      const outcome = await attempt().then(
        () => 'granted',
        () => 'refused',
      );
      return outcome === 'refused' ? undefined : `${name} was granted`;
    });
    return (await Promise.all([...states, ...granted])).filter((answer) => answer !== undefined);
  });
  expect(given).toEqual([]);
});

test('a page stays where it is and opens no other', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  await page.evaluate(() => Object.assign(window, { marker: true }));
  const addresses = [
    'https://example.org',
    'file:///etc/hostname',
    'data:text/html,<h1>elsewhere</h1>',
    'blob:app://facelatch/0',
    'app://elsewhere/index.html',
    'app://facelatch/../package.json',
    'chrome://gpu',
    'devtools://devtools/bundled/inspector.html',
    'view-source:app://facelatch/index.html',
  ];
  for (const address of addresses) {
    await page.evaluate((url) => {
      const link = (target: string): void => {
        const anchor = document.createElement('a');
        Object.assign(anchor, { href: url, target });
        document.body.append(anchor);
        anchor.click();
        anchor.remove();
      };
      for (const move of [
        () => link('_blank'),
        () => link('_self'),
        () => link('_top'),
        () => window.open(url),
        () => window.open(url, '_self'),
        () => location.assign(url),
        () => location.replace(url),
      ]) {
        try {
          move();
        } catch {
          // Refused by the page itself.
        }
      }
    }, address);
  }
  await page.evaluate(() => {
    const refresh = document.createElement('meta');
    Object.assign(refresh, { httpEquiv: 'refresh', content: '0; url=https://example.org' });
    document.head.append(refresh);
    const form = document.createElement('form');
    Object.assign(form, { action: 'https://example.org', method: 'post' });
    document.body.append(form);
    form.submit();
  });
  await page.waitForTimeout(1000);
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
  expect(page.url()).toBe(pageUrl);
  expect(await page.evaluate(() => 'marker' in window)).toBe(true);
  expect(app.pages()).toHaveLength(1);
}

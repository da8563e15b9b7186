import { expect, keepPicture, test } from './app.ts';
import { unlockedByPasscode } from './pages/home.ts';
import { enterAndLock, enterWithPasscode } from './pages/inside.ts';
import { expectRefusal, lockPage, takeSeat, typePasscode } from './pages/lock-screen.ts';
import { owner, welcomePage } from './pages/set-up.ts';

test('a page has its bridge and nothing else', async ({ start, profileDir }) => {
  const app = await start(profileDir);
  const page = await welcomePage(app.pages);
  const reach = await page.evaluate(async () => {
    const tried = async (attempt: () => unknown): Promise<string> => {
      try {
        return (await attempt()) === null ? 'refused' : 'worked';
      } catch {
        return 'refused';
      }
    };
    return {
      bridge: Object.keys(window.facelatch).sort(),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
      code: await tried(() => setTimeout('1 + 1' as unknown as () => void)),
      markup: await tried(() => {
        document.body.innerHTML = '<p>';
      }),
      window: await tried(() => window.open('https://example.org')),
      network: await tried(() => fetch('https://example.org')),
      camera: await tried(() => navigator.mediaDevices.getUserMedia({ video: true })),
      file: await tried(() => fetch('file:///etc/passwd')),
      outside: await tried(async () => {
        const response = await fetch('app://facelatch/../../package.json');
        return response.ok ? response : null;
      }),
    };
  });
  expect(reach).toEqual({
    bridge: ['onView', 'request'],
    node: [],
    code: 'refused',
    markup: 'refused',
    window: 'refused',
    network: 'refused',
    camera: 'refused',
    file: 'refused',
    outside: 'refused',
  });
  await page.evaluate(() => {
    location.href = 'https://example.org';
  });
  await page.waitForTimeout(500);
  expect(page.url()).toBe('app://facelatch/index.html');
  expect(app.pages()).toHaveLength(1);
});

test('while locked, no request but the passcode opens, changes or tells anything', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await enterAndLock(app.pages);
  const replies = await page.evaluate(async (passcode) => {
    const { request } = window.facelatch as unknown as { request(channel: string, payload: unknown): Promise<{ kind: string }> };
    const asked: [string, unknown][] = [
      ['set-up', { name: 'Eve', passcode }],
      ['begin-set-up', {}],
      ['leave-enrolment', {}],
      ['add-person', { name: 'Eve', newPasscode: 'evil-passcode', passcode }],
      ['enrol-again', { personId: 'x', passcode }],
      ['change-passcode', { personId: 'x', passcode, newPasscode: 'evil-passcode' }],
      ['delete-person', { personId: 'x', passcode }],
      ['choose-idle-lock', { minutes: 0 }],
      ['choose-camera', { cameraId: 'simulated:0' }],
      ['quit', {}],
      ['try-again', {}],
      ['start-anew', {}],
      ['unlock-with-passcode', { passcode: 7 }],
      ['unlock-with-passcode', { passcode: '' }],
      ['unlock-with-passcode', { passcode, extra: true }],
      ['unlock-with-passcode', null],
      ['look', { force: true }],
    ];
    const kinds: string[] = [];
    for (const [channel, payload] of asked) kinds.push((await request(channel, payload)).kind);
    const unknown = await request('open-sesame', {}).then(
      () => 'answered',
      () => 'refused',
    );
    return [...kinds, unknown];
  }, owner.passcode);
  expect(new Set(replies)).toEqual(new Set(['refused']));
  await lockPage(app.pages);
});

test('a cover refuses to close, comes back when its page crashes, and stays locked', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await takeSeat(await enterAndLock(app.pages), 'Nobody');
  const covers = () =>
    app.electron.evaluate(({ BrowserWindow, screen }) => {
      const windows = BrowserWindow.getAllWindows().filter((window) => window.isVisible());
      const { bounds } = screen.getPrimaryDisplay();
      return { count: windows.length, covering: windows.map((window) => JSON.stringify(window.getBounds()) === JSON.stringify(bounds)) };
    });
  expect(await covers()).toEqual({ count: 1, covering: [true] });

  await app.electron.evaluate(({ BrowserWindow, app: electron }) => {
    for (const window of BrowserWindow.getAllWindows()) window.close();
    electron.quit();
  });
  await lockPage(app.pages);
  expect(await covers()).toEqual({ count: 1, covering: [true] });

  await app.electron.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) if (window.isVisible()) window.webContents.forcefullyCrashRenderer();
  });
  await expect.poll(() => app.pages().filter((page) => !page.isClosed()).length).toBeGreaterThan(0);
  const again = await lockPage(app.pages);
  await keepPicture(again, 'lock-after-crash');
  expect(await covers()).toEqual({ count: 1, covering: [true] });

  await app.electron.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) if (window.isVisible()) window.destroy();
  });
  const remade = await lockPage(app.pages);
  expect(await covers()).toEqual({ count: 1, covering: [true] });
  await typePasscode(remade, owner.passcode);
  await unlockedByPasscode(app.pages);
});

test('a bug in the main process leaves it locked', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  const page = await lockPage(app.pages);
  await app.electron.evaluate(() => {
    setTimeout(() => {
      throw new Error('a bug, thrown by a test');
    }, 0);
    void Promise.reject(new Error('another bug'));
  });
  await page.waitForTimeout(1000);
  await expectRefusal(page, /passcode/);
  await enterWithPasscode(app.pages);
});

test('put to sleep it is locked before; waking, it looks for its owner', async ({ start, enrolledDir }) => {
  const app = await start(enrolledDir);
  await enterWithPasscode(app.pages);
  // In a turn of its own, as the system tells it: what a test evaluates may break into a running write of the vault.
  await app.electron.evaluate(({ powerMonitor }) => void setImmediate(() => powerMonitor.emit('suspend')));
  const page = await lockPage(app.pages);
  await page.getByRole('radio', { name: 'Nobody' }).check();
  await app.electron.evaluate(({ powerMonitor }) => void setImmediate(() => powerMonitor.emit('resume')));
  await expectRefusal(page, /Looking for you|No face in view/);
});

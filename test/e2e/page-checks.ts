import { expect, type Page } from '@playwright/test';

/*
 * The points of Electron's security checklist that a page shows by what it is let do. They need nothing but a page, so that the built app and the installed
 * one are asked the same.
 */

export const pageUrl = 'app://facelatch/index.html';

/** The page has our bridge, nothing else beside what every page has, and cannot put another in its place. */
export async function expectBridgeAlone(page: Page): Promise<void> {
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
}

/** The headers a page came with: nothing but its own files runs. */
export function expectStrictPolicy(headers: Readonly<Record<string, string>>): void {
  const policy = new Map(headers['content-security-policy']?.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1)]));
  expect(policy.get('default-src')).toEqual(["'none'"]);
  expect(policy.get('script-src')).toEqual(["'self'"]);
  expect(policy.get('style-src')).toEqual(["'self'"]);
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(policy.get(name)).toEqual(["'none'"]);
  expect(policy.get('require-trusted-types-for')).toEqual(["'script'"]);
  expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:|data:|blob:/);
  expect(headers['x-content-type-options']).toBe('nosniff');
}

/** What the policy forbids does not happen, tried one by one. */
export async function expectPolicyHolds(page: Page): Promise<void> {
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
}

/** No permission is given, asked about or taken. */
export async function expectNoPermission(page: Page): Promise<void> {
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
}

/** The page tries every way to go elsewhere, in its own window or another. It is left with a marker, by which `expectSame` knows it. */
export async function tryToLeave(page: Page): Promise<void> {
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
}

/** The page is the one that was marked: not loaded anew, nowhere else. */
export async function expectSame(page: Page): Promise<void> {
  expect(page.url()).toBe(pageUrl);
  expect(await page.evaluate(() => 'marker' in window)).toBe(true);
}

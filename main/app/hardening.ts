import { app, session, type WebContents } from 'electron';
import { describeError, type Log } from './log.ts';
import { isOurs, pageUrl } from './page-address.ts';

/** Electron's own security checklist, for whatever page there may ever be: no permission, no other place, no second window, no network. */
export function hardenPages(log: Log): void {
  const pages = session.defaultSession;
  pages.setPermissionRequestHandler((_contents, permission, answer) => {
    log(`permission refused: ${permission}`);
    answer(false);
  });
  pages.setPermissionCheckHandler(() => false);
  pages.setDevicePermissionHandler(() => false);
  pages.on('will-download', (event) => event.preventDefault());
  pages.webRequest.onBeforeRequest((details, answer) => {
    const allowed = isOurs(details.url) || details.url.startsWith('devtools://');
    if (!allowed) log('request to a foreign address refused');
    answer({ cancel: !allowed });
  });
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => {
      log('new window refused');
      return { action: 'deny' };
    });
    contents.on('will-navigate', (event) => {
      log('navigation refused');
      event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    // Nobody is asked before the empty page. It has no right to anything, but a lock screen must not stay empty: straight back.
    contents.on('did-navigate', (_gone, url) => {
      if (url === 'about:blank') setImmediate(() => backToOurs(contents, log));
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

function backToOurs(contents: WebContents, log: Log): void {
  if (contents.isDestroyed()) return;
  log('a page had gone to the empty one; loaded anew');
  contents.loadURL(pageUrl).catch((error: unknown) => log(`page did not load: ${describeError(error)}`));
}

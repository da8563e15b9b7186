import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import type { Run, Standing, WindowFault } from './plan.ts';
import { pick, randomFrom } from './seed.ts';
import { pause, until } from './ways.ts';
import { enrolForWindows, WholeApp } from './whole-app.ts';

export type WindowRun = Extract<Run, { where: 'windows' }>;

export interface WindowEnding {
  readonly systemLocked: boolean;
}

/** Makes one run on the built app. Throws where something opened or it did not end closed. */
export async function windowRun(
  { number, fault, standing }: WindowRun,
  where: { readonly folder: string; readonly seed: number },
): Promise<WindowEnding> {
  const random = randomFrom(where.seed ^ Math.imul(number + 1, 2_654_435_761));
  const profile = join(where.folder, `run-${number}`, 'profile');
  await enrolForWindows(profile, standing === 'locked-no-camera' ? 'openni2:gone' : undefined);
  let app = await WholeApp.launch(profile);
  try {
    const page = await bringTo(standing, app);
    await pause(200 * random());
    const isOpen = standing === 'unlocked';
    const locksBefore = app.systemLocks();
    await inject(fault, app, page, random);
    if (fault === 'main killed') {
      if (!isOpen) await until('the system asked to lock', () => app.systemLocks() > locksBefore);
      await app.end();
      app = await WholeApp.launch(profile);
    } else {
      // A stopped main process is answered by the guardian; one that is open has nothing to guard yet.
      if (fault === 'main stopped') await throughAStop(app, isOpen, locksBefore);
      if (isOpen) await app.electron.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'));
      await stayClosed(app, random);
      if (fault === 'guardian killed' && !isOpen) await until('the system asked to lock', () => app.systemLocks() > locksBefore);
    }
    // A cover that stays away is the system locker's: then a page that asks for the passcode is enough.
    if (app.systemLocks() === locksBefore || fault === 'main killed') await app.untilLocked('the end');
    else if ((await app.lockPage()) === undefined) throw new Error('no page asks for the passcode');
    return { systemLocked: app.systemLocks() > 0 };
  } catch (error) {
    // The driver's own words go on for pages.
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Error(`${why}${app.ending()}; its log ended: ${app.log().trim().split('\n').slice(-3).join(' | ')}`);
  } finally {
    await app.end();
    rmSync(dirname(profile), { recursive: true, force: true, maxRetries: 10 });
  }
}

/** From the passcode that a start asks for to where the fault meets the lock. Gives the page in front. */
async function bringTo(standing: Standing, app: WholeApp): Promise<Page> {
  const onLock = async (): Promise<Page> => {
    await app.untilLocked(standing);
    const page = await app.lockPage();
    if (page === undefined) throw new Error('the lock screen went away');
    return page;
  };
  if (standing === 'passcode-required') return onLock();
  const home = await app.enter();
  if (standing === 'unlocked') return home;
  if (standing === 'suspending') {
    await app.electron.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'));
    return onLock();
  }
  if (standing !== 'locked-no-camera')
    await app.request(home, 'choose-seat', { seat: standing === 'cooling-down' ? 'stranger' : 'nobody' });
  await app.request(home, 'lock-screen');
  const page = await onLock();
  await app.request(page, 'look');
  if (standing === 'locked-scanning') await app.untilSaid(/Looking for you|No face in view/);
  if (standing === 'cooling-down') await app.untilSaid(/Face not recognised/);
  if (standing === 'locked-no-camera') await app.untilSaid(/not connected|camera/i);
  return page;
}

/** For a while: no window that is no cover, no page that says "unlocked". Somebody keeps asking to be looked at, and for worse. */
async function stayClosed(app: WholeApp, random: () => number): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    await pause(150);
    const { uncoveredWindow } = await app.onDisplay();
    if (uncoveredWindow) throw new Error('a window that is no cover is visible');
    const pages = await app.pages();
    const open = pages.find(({ heading }) => /Unlocked/.test(heading));
    if (open !== undefined && (await isVisible(open.page))) throw new Error(`a visible page says ${open.heading}`);
    const page = pages.find(({ asks }) => asks)?.page;
    const asking = pick(random, ['look', 'quit', 'try-again', 'leave-enrolment', 'lock-screen', 'begin-set-up']);
    if (page !== undefined) await Promise.race([app.request(page, asking).catch(() => undefined), pause(1_000)]);
  }
}

const isVisible = (page: Page): Promise<boolean> => page.evaluate(() => document.visibilityState === 'visible').catch(() => false);

async function throughAStop(app: WholeApp, isOpen: boolean, locksBefore: number): Promise<void> {
  try {
    if (isOpen) await pause(800);
    else await until('the system asked to lock', () => app.systemLocks() > locksBefore);
  } finally {
    process.kill(app.pid, 'SIGCONT');
  }
}

async function inject(fault: WindowFault, app: WholeApp, page: Page, random: () => number): Promise<void> {
  const renderer = (): Promise<number> =>
    app.electron.evaluate(({ BrowserWindow }) => {
      const shown = BrowserWindow.getAllWindows().find((window) => window.isVisible());
      return shown?.webContents.getOSProcessId() ?? 0;
    });
  const gpu = async (): Promise<number> => {
    // Early in a start there may be none yet.
    for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 100) {
      const pid = await app.electron.evaluate(({ app: main }) => main.getAppMetrics().find(({ type }) => type === 'GPU')?.pid);
      if (pid !== undefined) return pid;
      await pause(100);
    }
    throw new Error('there is no GPU process');
  };
  switch (fault) {
    case 'renderer killed':
      return void process.kill(await renderer(), 'SIGKILL');
    case 'renderer stopped':
      return stopFor(await renderer(), 1_500);
    case 'renderer throws':
      await page.evaluate(() => {
        setTimeout(() => {
          throw new Error('injected');
        });
        setTimeout(() => Promise.reject(new Error('injected')));
        document.dispatchEvent(new ErrorEvent('error'));
      });
      return;
    case 'renderer slow':
      await page.evaluate(
        (ms) =>
          void setInterval(() => {
            for (const end = performance.now() + ms; performance.now() < end; );
          }, ms + 100),
        300 + 400 * random(),
      );
      return;
    case 'GPU process killed':
      return void process.kill(await gpu(), 'SIGKILL');
    case 'GPU process stopped':
      return stopFor(await gpu(), 1_500);
    case 'GPU process crashes':
      return void process.kill(await gpu(), 'SIGSEGV');
    case 'GPU process slow':
      for (let time = 0; time < 4; time += 1) await stopFor(await gpu(), 300);
      return;
    case 'cover hidden':
      return onWindows(app, 'hide');
    case 'cover closed':
      return onWindows(app, 'destroy');
    case 'cover moved away':
      return onWindows(app, 'move');
    case 'main stopped':
      return void process.kill(app.pid, 'SIGSTOP');
    case 'main killed':
      process.kill(app.pid, 'SIGKILL');
      return app.gone;
    case 'main throws':
      await app.electron.evaluate(() => {
        setTimeout(() => {
          throw new Error('injected: a bug in main');
        });
        setTimeout(() => Promise.reject(new Error('injected: a bug in main')));
      });
      return;
    case 'guardian killed':
      for (const pid of app.processes('guardian.js')) process.kill(pid, 'SIGKILL');
      return;
  }
}

async function stopFor(pid: number, ms: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await pause(ms);
  process.kill(pid, 'SIGCONT');
}

/** What befalls the window in front from outside. */
function onWindows(app: WholeApp, what: 'hide' | 'destroy' | 'move'): Promise<void> {
  return app.electron.evaluate(({ BrowserWindow }, how) => {
    const shown = BrowserWindow.getAllWindows().find((window) => window.isVisible());
    if (how === 'hide') shown?.hide();
    else if (how === 'destroy') shown?.destroy();
    else shown?.setBounds({ x: 4_000, y: 4_000, width: 100, height: 100 });
  }, what);
}

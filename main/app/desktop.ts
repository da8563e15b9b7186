import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { app, ipcMain, type WebContents } from 'electron';
import { findModelsDir } from '../cli/models-dir.ts';
import type { AppView } from '../contract/ipc.ts';
import { monotonicNowMs } from '../contract/monotonic.ts';
import { viewChannel } from '../contract/view-channel.ts';
import { forgetLockingReport, type LockingReport, writeLockingReport } from '../session/locking-report.ts';
import { networkThreads } from '../vision/network-threads.ts';
import type { WindowStart } from './arguments.ts';
import { readBootId } from './boot-id.ts';
import { startGuardian } from './guardian-process.ts';
import { hardenPages } from './hardening.ts';
import { openDoor } from './ipc-door.ts';
import { openKeystore } from './keystore.ts';
import { readKinect2Calibration } from './kinect2-calibration.ts';
import { makeLockerDesk } from './locker-desk.ts';
import { describeError, type Log, openLog } from './log.ts';
import { panicRegistrar } from './panic-shortcut.ts';
import { watchPower } from './power.ts';
import { profileVault } from './profile-vault.ts';
import { servePages } from './protocol.ts';
import { openSystemSession } from './system-session.ts';
import { takePicture } from './take-picture.ts';
import { makeTray } from './tray.ts';
import { startVisionThread, type VisionThread } from './vision-thread.ts';
import { makeCovers } from './windows/covers.ts';
import { makeMainWindow } from './windows/main-window.ts';
import { Facelatch } from './wiring/facelatch.ts';

/** Runs the app with its windows. `builtDir`: the folder of the built main process, `out/main`. */
export async function runDesktop(start: WindowStart, builtDir: string): Promise<void> {
  if (start.profileDir !== undefined) app.setPath('userData', start.profileDir);
  const profileDir = app.getPath('userData');
  app.setPath('sessionData', join(profileDir, 'pages'));
  const log = openLog(join(profileDir, 'facelatch.log'));
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('Facelatch is running already.\n');
    app.exit(0);
    return;
  }
  surviveBugs(log);
  await app.whenReady();
  servePages(join(builtDir, '..', 'renderer'));
  hardenPages(log);

  let ending = false;
  const quit = () => {
    if (ending) return;
    ending = true;
    // Left armed while locked: the guardian takes this end for a death, has the system lock and starts Facelatch again.
    if (!facelatch.isLocked) guardian?.disarm();
    guardian?.stop();
    facelatch.latch?.end();
    void (vision?.end() ?? Promise.resolve()).then(() => app.exit(0));
  };
  const preload = join(builtDir, '..', 'preload', 'preload.cjs');
  const covers = makeCovers(preload, log);
  const mainWindow = makeMainWindow(preload, () => closeAsked(), log);
  const pages = (): WebContents[] =>
    [mainWindow.current(), ...covers.windows()].flatMap((window) => (window === undefined ? [] : [window.webContents]));
  const isMain = (page: WebContents): boolean => page === mainWindow.current()?.webContents;
  // What the lock shows is for the covers alone: the window underneath shows nothing meanwhile.
  const send = (page: WebContents, view: AppView): void =>
    page.send(viewChannel, view.kind === 'locked' && isMain(page) ? { kind: 'away' } : view);
  let shownBeforeCover = true;
  let covered = false;
  let vision: VisionThread | undefined;

  const stored = profileVault(profileDir, start.wasLocked, openKeystore);
  const lockers = makeLockerDesk(log);
  const system = await openSystemSession(
    {
      onEvent: (event) => facelatch.latch?.onLogind(event),
      onFound: (logind, locked) => facelatch.latch?.onLogindFound(logind, locked),
      isClosed: () => facelatch.latch?.isClosed(covers.areWhole()) ?? true,
    },
    log,
  );
  const guardian = startGuardian(
    start,
    builtDir,
    {
      isCovering: () => covers.areWhole(),
      locker: () => lockers.command(),
      onEvent: ({ kind }) => {
        if (kind === 'lost') facelatch.latch?.onGuardianLost();
        if (kind === 'given-up') facelatch.latch?.onGuardianGivenUp();
      },
    },
    log,
  );
  const facelatch: Facelatch = new Facelatch({
    openVault: stored.open,
    forgetVault: stored.forget,
    startVision: () => {
      const kinect2Calibration = readKinect2Calibration(profileDir, log);
      const settings = {
        modelsDir: findModelsDir(),
        threads: networkThreads(availableParallelism()),
        ...(kinect2Calibration === undefined ? {} : { kinect2Calibration }),
      };
      const listener = {
        onReport: (report: Parameters<Facelatch['onReport']>[0]) => facelatch.onReport(report),
        onDeath: () => facelatch.latch?.onVisionDeath(),
      };
      vision = startVisionThread(join(builtDir, 'worker.js'), settings, listener, log);
    },
    ask: (request) => vision?.ask(request),
    screens: {
      cover: () => {
        guardian?.arm();
        covers.cover();
        if (!covered) shownBeforeCover = mainWindow.isShown() || mainWindow.current() === undefined;
        covered = true;
        mainWindow.hide();
      },
      uncover: () => {
        if (covered && shownBeforeCover) mainWindow.show();
        covered = false;
        covers.uncover();
        guardian?.disarm();
      },
      show: (view) => {
        for (const page of pages()) send(page, view);
      },
    },
    showTo: (sender, view) => {
      const page = pages().find(({ id }) => id === sender);
      if (page === undefined) return;
      send(page, view);
      if (view.kind !== 'locked' || !isMain(page)) firstViewShown(page, view);
    },
    clocks: () => ({ monotonicMs: monotonicNowMs(), wallMs: Date.now() }),
    bootId: readBootId(),
    newId: randomUUID,
    later: (run, afterMs) => void setTimeout(run, afterMs),
    system,
    outside: {
      registerPanic: panicRegistrar(() => facelatch.latch?.panic(), log),
      readLockCommand: (text) => lockers.readCommand(text),
      useLocker: (words) => lockers.use(words),
      report: (report) => reportLocking(profileDir, report, log),
    },
    withoutVault: () => withoutVault(),
    quit,
    log,
  });

  /** A vault that was there and cannot be opened, or is gone: the system locks, once; its own login opens again, and the page says what is wrong. */
  function withoutVault(): string | undefined {
    if (!stored.wasSetUp() || !start.guardian || start.exitWhenReady) return undefined;
    lockers.use(stored.report()?.lockCommand);
    return lockers.lockOnce();
  }

  openDoor(ipcMain, facelatch.handlers(), log);
  watchPower(() => facelatch.latch);
  const tray = makeTray(
    join(builtDir, '..', 'renderer', 'tray.png'),
    {
      open: () => mainWindow.show(),
      lock: () => facelatch.latch?.lock('request'),
      requirePasscode: () => void facelatch.latch?.lockNow(),
      quit,
      isLocked: () => facelatch.isLocked,
    },
    log,
  );

  /** With a tray icon or a passcode to keep watch for, closing the window only puts it away. */
  function closeAsked(): void {
    if (facelatch.isLocked) return;
    if (facelatch.latch?.isEnrolled && tray !== undefined) mainWindow.hide();
    else quit();
  }

  let pictureTaken = false;
  function firstViewShown(page: WebContents, view: AppView): void {
    if (pictureTaken) return;
    pictureTaken = true;
    log(`showing ${view.kind}`);
    void takePicture(page, start.screenshotTo, log).then(() => {
      if (start.exitWhenReady) quit();
    });
  }

  app.on('second-instance', () => {
    if (!facelatch.isLocked) mainWindow.show();
  });
  app.on('activate', () => {
    if (!facelatch.isLocked) mainWindow.show();
  });
  app.on('before-quit', (event) => {
    if (ending) return;
    event.preventDefault();
    if (!facelatch.isLocked) quit();
    else log('quitting refused: locked');
  });
  app.on('window-all-closed', () => undefined);
  // Whoever can send this could also kill: it comes to the same.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, quit);

  if (!facelatch.isLocked) mainWindow.show();
}

function reportLocking(profileDir: string, report: LockingReport | undefined, log: Log): void {
  try {
    if (report === undefined) forgetLockingReport(profileDir);
    else writeLockingReport(profileDir, report);
  } catch (error) {
    log(`how this screen is locked could not be written down: ${describeError(error)}`);
  }
}

/** A bug in the main process ends nothing: a locked screen stays locked, and the log says what happened. */
function surviveBugs(log: Log): void {
  process.on('uncaughtException', (error) => log(`uncaught: ${describeError(error)}`));
  process.on('unhandledRejection', (reason) => log(`unhandled: ${describeError(reason)}`));
  app.on('child-process-gone', (_event, { type, reason }) => log(`${type} process ended: ${reason}`));
}

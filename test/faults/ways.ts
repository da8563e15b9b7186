import type { AppView } from '../../main/contract/ipc.ts';
import type { Standing } from './plan.ts';
import { pick } from './seed.ts';
import { owner, type Windowless } from './windowless.ts';

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds. Throws after `limitMs`, with what was waited for. */
export async function until(what: string, holds: () => boolean, limitMs = 30_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await pause(10);
  }
}

function phaseOf(view: AppView): string {
  return view.kind === 'locked' ? view.phase : view.kind;
}

/** Lets time pass for the app and looks. */
export function lookNow(app: Windowless): void {
  app.facelatch.latch?.look();
  app.facelatch.latch?.tick(0);
}

/** Brings a started app, which is open as the same start of the system saw it end, to where the fault meets it. */
export async function bringTo(standing: Standing, app: Windowless): Promise<void> {
  const { latch } = app.facelatch;
  if (latch === undefined) throw new Error('the app did not start');
  await until('a camera', () => {
    const view = app.facelatch.view();
    return view.kind === 'home' && view.cameras.length > 0;
  });
  switch (standing) {
    case 'unlocked':
      return;
    case 'locked-scanning':
      latch.lock('request');
      app.nothingMayOpen();
      lookNow(app);
      await until('a look', () => phaseOf(app.facelatch.view()) === 'scanning');
      return;
    case 'locked-no-camera': {
      app.control.camera = 'vanishes';
      const before = app.camerasLost;
      latch.lock('request');
      app.nothingMayOpen();
      lookNow(app);
      await until('no camera', () => app.camerasLost > before && phaseOf(app.facelatch.view()) === 'resting');
      return;
    }
    case 'passcode-required':
      latch.lockNow();
      app.nothingMayOpen();
      return;
    case 'cooling-down':
      app.control.visitor = 'stranger';
      latch.lock('request');
      app.nothingMayOpen();
      lookNow(app);
      await until('a refusal', () => {
        const view = app.facelatch.view();
        return view.kind === 'locked' && view.refusals > 0;
      });
      return;
    case 'suspending':
      latch.onLogind({ kind: 'sleep', starting: true });
      app.nothingMayOpen();
      return;
  }
}

/** Has an app that is open close, in one of the ways there are. Whatever breaks on the way, it must be closed after it. */
export function close(app: Windowless, random: () => number): void {
  const { latch } = app.facelatch;
  try {
    pick<() => unknown>(random, [
      () => latch?.lock('request'),
      () => latch?.lock('idle'),
      () => latch?.lock('suspend'),
      () => latch?.onLogind({ kind: 'lid', closed: true }),
      () => latch?.onLogind({ kind: 'sleep', starting: true }),
      () => latch?.lockNow(),
      () => latch?.panic(),
      () => latch?.onGuardianGivenUp(),
    ])();
  } finally {
    app.nothingMayOpen();
  }
}

/** What comes of anybody but the owner, and of a system that is not well. None of it is a match or the passcode. */
export function somethingHostile(app: Windowless, random: () => number): unknown {
  const { latch } = app.facelatch;
  const { handlers } = app;
  return pick<() => unknown>(random, [
    () => lookNow(app),
    () => lookNow(app),
    () => latch?.tick(600_000 * random()),
    () => handlers.look({}, 1),
    () => handlers['window-ready']({}, 1),
    () => handlers['begin-set-up']({}, 1),
    () => handlers['set-up']({ name: 'Eve', passcode: 'evil-passcode' }, 1),
    () => handlers['leave-enrolment']({}, 1),
    () => handlers['try-again']({}, 1),
    () => handlers['choose-idle-lock']({ minutes: 0 }, 1),
    () => handlers['lock-screen']({}, 1),
    () => handlers.quit({}, 1),
    () => latch?.onLogind({ kind: 'locked', locked: false }),
    () => latch?.onLogind({ kind: 'sleep', starting: false }),
    () => latch?.onLogind({ kind: 'lost' }),
    () => latch?.onGuardianLost(),
    () => (random() < 0.1 ? latch?.onVisionDeath() : undefined),
    () => (random() < 0.05 ? handlers['unlock-with-passcode']({ passcode: `not ${owner.passcode}` }, 1) : undefined),
  ])();
}

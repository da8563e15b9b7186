import { isEnrolled, type LatchState } from './state.ts';

/** Tells those who cannot ask how this screen is locked. */
export function reportLocking(latch: LatchState): void {
  // Without a passcode nothing is locked, and nobody misses a vault that nobody set up.
  if (!isEnrolled(latch)) return;
  const { on, chosen, sentence } = latch.modes.view();
  const { lockCommand } = latch.settings;
  latch.world.outside?.report({
    mode: on,
    chosen,
    ...(on === chosen || sentence === undefined ? {} : { sentence }),
    ...(lockCommand === undefined ? {} : { lockCommand: [...lockCommand] }),
  });
}

/** Has the guardian lock with the owner's own command, or with the system's usual locker. */
export function useLocker(latch: LatchState): void {
  latch.locker = latch.world.outside?.useLocker(latch.settings.lockCommand) ?? latch.locker;
  reportLocking(latch);
}

import type { Page } from '@playwright/test';
import { lockScreen, unlockedByPasscode } from './home.ts';
import { lockPage, typePasscode } from './lock-screen.ts';
import { owner } from './set-up.ts';
import type { Pages } from './windows.ts';

/** A started app with an enrolled person asks for the passcode first; this gives it. */
export async function enterWithPasscode(pages: Pages, passcode = owner.passcode): Promise<Page> {
  await typePasscode(await lockPage(pages), passcode);
  return unlockedByPasscode(pages);
}

/** From a start to a lock that a face may open. */
export async function enterAndLock(pages: Pages): Promise<Page> {
  await enterWithPasscode(pages);
  await lockScreen(pages);
  return lockPage(pages);
}

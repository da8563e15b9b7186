import type { Page } from '@playwright/test';
import { type Pages, pageShowing } from './windows.ts';

export const homePage = (pages: Pages): Promise<Page> => pageShowing(pages, /Unlocked (by|with)|You are all set|Your passcode is set/);
export const unlockedByFace = (pages: Pages): Promise<Page> => pageShowing(pages, 'Unlocked by face');
export const unlockedByPasscode = (pages: Pages): Promise<Page> => pageShowing(pages, 'Unlocked by passcode');

export async function lockScreen(pages: Pages): Promise<void> {
  await (await homePage(pages)).getByRole('button', { name: 'Lock the screen' }).click();
}

export async function openSettings(pages: Pages): Promise<Page> {
  await (await homePage(pages)).getByRole('button', { name: 'Settings' }).click();
  return pageShowing(pages, 'Settings');
}

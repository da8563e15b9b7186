import { expect, type Page } from '@playwright/test';
import { type Pages, pageShowing } from './windows.ts';

export type Seat = 'You' | 'A stranger' | 'A photograph of you' | 'Nobody';

/** The lock screen in front. */
export const lockPage = (pages: Pages): Promise<Page> => pageShowing(pages, 'This screen is locked');

export async function takeSeat(page: Page, seat: Seat): Promise<void> {
  await page.getByRole('radio', { name: seat, exact: true }).check();
}

export async function look(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Look to unlock' }).click();
}

/** The sentence under the padlock. */
export const sentence = (page: Page) => page.getByRole('status');

export async function typePasscode(page: Page, passcode: string): Promise<void> {
  await page.getByLabel('Passcode').fill(passcode);
  await page.keyboard.press('Enter');
}

/** Has somebody look and be refused; the sentence is checked, never a score. */
export async function expectRefusal(page: Page, says: string | RegExp): Promise<void> {
  await expect(sentence(page)).toHaveText(says, { timeout: 30_000 });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This screen is locked');
}

import { expect, type Page } from '@playwright/test';
import { type Pages, pageShowing } from './windows.ts';

export const owner = { name: 'Ada', passcode: 'violet-harbour-41' };

export const welcomePage = (pages: Pages): Promise<Page> => pageShowing(pages, 'Welcome to Facelatch');
export const passcodePage = (pages: Pages): Promise<Page> => pageShowing(pages, 'First, a passcode');

export async function getStarted(pages: Pages): Promise<void> {
  await (await welcomePage(pages)).getByRole('button', { name: 'Get started' }).click();
}

export async function choosePasscode(pages: Pages, { name, passcode } = owner): Promise<void> {
  const page = await passcodePage(pages);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Passcode', { exact: true }).fill(passcode);
  await page.getByLabel('Passcode again').fill(passcode);
  await page.getByRole('button', { name: 'Continue' }).click();
}

export const enrolPage = (pages: Pages): Promise<Page> =>
  pageShowing(pages, /Look at the camera|in a circle|once more around|Your face is set up/);

/** Waits until both circles are round; the simulated camera turns the head. */
export async function enrolFace(pages: Pages): Promise<void> {
  const page = await enrolPage(pages);
  await expect(page.getByRole('heading', { name: 'Your face is set up' })).toBeVisible({ timeout: 90_000 });
  await page.getByRole('button', { name: 'Done' }).click();
}

/** From the welcome to the home of somebody whose face is enrolled. */
export async function setUp(pages: Pages): Promise<void> {
  await getStarted(pages);
  await choosePasscode(pages);
  await enrolFace(pages);
}

import { expect, type Page } from '@playwright/test';

/** Where the pages of a running app come from: Playwright's Electron driver, or the DevTools port of a packaged one. */
export type Pages = () => readonly Page[];

/** The page a person sees now: of the window that is visible, showing something. */
export async function visiblePage(pages: Pages): Promise<Page> {
  let found: Page | undefined;
  await expect
    .poll(
      async () => {
        found = undefined;
        for (const page of pages()) if (await isVisible(page)) found = page;
        return found !== undefined;
      },
      { message: 'a visible window that shows something', timeout: 30_000 },
    )
    .toBe(true);
  if (found === undefined) throw new Error('no window is visible');
  return found;
}

async function isVisible(page: Page): Promise<boolean> {
  try {
    return await page.evaluate(
      () => document.visibilityState === 'visible' && window.innerWidth > 0 && document.querySelector('main') !== null,
    );
  } catch {
    // Closed or reloaded meanwhile.
    return false;
  }
}

/** The visible page, once its heading reads so. */
export async function pageShowing(pages: Pages, heading: string | RegExp): Promise<Page> {
  let page: Page | undefined;
  await expect
    .poll(
      async () => {
        page = await visiblePage(pages);
        return page
          .getByRole('heading', { level: 1 })
          .textContent({ timeout: 1000 })
          .catch(() => '');
      },
      { message: `a window headed ${heading}`, timeout: 60_000 },
    )
    .toMatch(heading);
  if (page === undefined) throw new Error(`no window headed ${heading}`);
  return page;
}

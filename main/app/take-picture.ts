import { writeFile } from 'node:fs/promises';
import type { WebContents } from 'electron';
import { describeError, type Log } from './log.ts';

/** Time for fonts and the first animations. */
const settleMs = 800;

/** Saves what a page shows as a PNG file, once it has settled; only waits when no file is given. */
export async function takePicture(page: WebContents, file: string | undefined, log: Log): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  if (file === undefined) return;
  try {
    await writeFile(file, (await page.capturePage()).toPNG());
  } catch (error) {
    log(`no picture was saved: ${describeError(error)}`);
  }
}

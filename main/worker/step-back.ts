import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Steps of Linux's nice value: a third of the processor where others want it too, all of it where nobody does. */
const steps = 5;
const lowestPriority = 19;

/**
 * Lets the windows go first: this thread, and every one it starts from now on, waits for a key press to be drawn and not the other way round. Linux
 * alone knows priorities of threads; elsewhere, and where it is refused, nothing changes.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    setPriority(thread, Math.min(lowestPriority, getPriority() + steps));
  } catch {
    // A system without /proc looks as fast as before.
  }
}

import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/**
 * Names this start of the operating system. Linux has a name for it; elsewhere the minute of the start serves, reckoned from clock and uptime: a
 * clock that was set meanwhile makes another name of it, and then the passcode is asked for.
 */
export function readBootId(): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      // A kernel without it: reckoned as elsewhere.
    }
  }
  return `minute-${Math.round((Date.now() - uptime() * 1000) / 60_000)}`;
}

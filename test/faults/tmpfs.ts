import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

/** A small disk of its own at `folder`, where this machine lets us make one: as root on Linux. */
export function mountSmallDisk(folder: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'none', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Takes away every small disk below a folder. */
export function unmountBelow(folder: string): void {
  if (process.platform !== 'linux') return;
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const place of mounted.filter((each) => each.startsWith(`${folder}/`))) execFileSync('umount', ['-l', place]);
}

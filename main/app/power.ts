import { powerMonitor } from 'electron';
import type { Latch } from './wiring/latch.ts';

/** Locks on what the system tells: sleep, its own locker, a session that ends; and lets time pass, with how long nobody touched anything. */
export function watchPower(latch: () => Latch | undefined): void {
  powerMonitor.on('suspend', () => latch()?.lock('suspend'));
  powerMonitor.on('resume', () => latch()?.look());
  powerMonitor.on('lock-screen', () => latch()?.lock('system'));
  powerMonitor.on('unlock-screen', () => latch()?.look());
  powerMonitor.on('user-did-resign-active', () => latch()?.lock('system'));
  setInterval(() => latch()?.tick(powerMonitor.getSystemIdleTime() * 1000), 1000);
}

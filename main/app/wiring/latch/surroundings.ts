import type { AppView, LockerView, Reply } from '../../../contract/ipc.ts';
import type { PanicShortcut } from '../../../contract/panic-shortcut.ts';
import type { WorkerRequest } from '../../../contract/worker-messages.ts';
import type { Clocks } from '../../../lock/lock.ts';
import type { LockingReport } from '../../../session/locking-report.ts';
import type { Vault } from '../../../vault/api.ts';
import type { Log } from '../../log.ts';
import type { SystemLocker } from '../mode-desk.ts';

/** What the latch needs from the world around it. */
export interface LatchSurroundings {
  readonly vault: Vault;
  readonly ask: (request: WorkerRequest) => void;
  readonly screens: Screens;
  readonly clocks: () => Clocks;
  readonly bootId: string;
  readonly newId: () => string;
  readonly later: (run: () => void, afterMs: number) => void;
  /** The desktop's own locker, and whether it is closed now. Absent where there is no logind. */
  readonly system?: { readonly locker: SystemLocker; readonly locked: boolean };
  readonly outside?: Outside;
  readonly log: Log;
}

/** What the owner's choices change outside of the windows. */
export interface Outside {
  /** Takes this shortcut and no other for panic; why not, where the system does not give it. */
  registerPanic(shortcut: PanicShortcut): string | undefined;
  /** Judges a lock command as typed: its words as they are kept. */
  readLockCommand(text: string): { readonly kind: 'command'; readonly words: readonly string[] } | Extract<Reply, { kind: 'refused' }>;
  /** Locks with this command of the owner's own, or with the system's usual locker. */
  useLocker(words: readonly string[] | undefined): LockerView;
  /** Tells those who cannot ask, the command line among them, how this screen is locked; undefined once nobody is enrolled. */
  report(report: LockingReport | undefined): void;
}

/** The windows, as far as the latch moves them. */
export interface Screens {
  cover(): void;
  uncover(): void;
  show(view: AppView): void;
}

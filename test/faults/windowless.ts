import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandlers } from '../../main/app/ipc-door.ts';
import { startVisionThread, type VisionThread } from '../../main/app/vision-thread.ts';
import { Facelatch } from '../../main/app/wiring/facelatch.ts';
import type { Latch } from '../../main/app/wiring/latch.ts';
import type { AppView } from '../../main/contract/ipc.ts';
import { monotonicNowMs } from '../../main/contract/monotonic.ts';
import type { WorkerReport } from '../../main/contract/worker-messages.ts';
import type { GuardianKeeper } from '../../main/session/guardian-keeper.ts';
import { vaultFile } from '../../main/vault/files.ts';
import { openVault } from '../../main/vault/vault.ts';
import { vectorOf } from '../unit/identity/observations.ts';
import { systemKeystore, templates } from '../unit/vault/data.ts';
import { cameraDescription } from './faulty-camera.ts';
import { type Sabotage, sabotagedKeystore, sabotagedVault, soundWorld } from './sabotage.ts';
import { VisionControl } from './vision-control.ts';

export const bootId = 'boot';
export const owner = { name: 'Ada', passcode: 'violet-harbour-41' };

export interface WindowlessOptions {
  /** The profile; its vault lies in `FOLDER/vault`. */
  readonly folder: string;
  /** Of the key store. */
  readonly secret: Buffer;
  readonly seed: number;
  /** The guardian, where this app has one. */
  readonly guardian?: (isCovering: () => boolean, latch: () => Latch | undefined) => GuardianKeeper;
  /** Without, no thread looks: for a start that only has to be locked. */
  readonly vision?: boolean;
  /** What is broken from the start. */
  readonly sabotage?: Sabotage;
  /** What a person would see and whatever else there is to tell, line by line. */
  readonly tell?: (line: string) => void;
}

/**
 * The app without its windows: the real wiring, lock, vault, vision thread and supervisor, with the display reduced to whether it is covered. From the moment
 * that `nothingMayOpen` is called it writes down whatever opens, shows or uncovers.
 */
export class Windowless {
  readonly facelatch: Facelatch;
  readonly handlers: RequestHandlers;
  readonly control = new VisionControl();
  readonly sabotage: Sabotage;
  readonly file: string;
  /** How often the system was asked to lock because no vault could be opened. */
  systemLocks = 0;
  /** How often the camera was said to be absent or lost. */
  camerasLost = 0;
  readonly breaches: string[] = [];
  coverLost = false;
  quits = 0;
  #covered = false;
  #closedForGood = false;
  #ended = false;
  #vision: VisionThread | undefined;
  readonly #guardian: GuardianKeeper | undefined;
  readonly #tell: (line: string) => void;

  constructor({ folder, secret, seed, guardian, vision = true, sabotage = soundWorld(), tell = () => undefined }: WindowlessOptions) {
    this.sabotage = sabotage;
    this.file = vaultFile(join(folder, 'vault'));
    this.#tell = tell;
    this.control.visitor = 'nobody';
    this.#guardian = guardian?.(
      () => this.isCovering,
      () => this.facelatch.latch,
    );
    const { memory } = this.control;
    this.facelatch = new Facelatch({
      openVault: () => {
        const opening = openVault(join(folder, 'vault'), sabotagedKeystore(systemKeystore(secret), sabotage));
        return opening.kind === 'refused' ? opening : { ...opening, vault: sabotagedVault(opening.vault, sabotage) };
      },
      forgetVault: () => undefined,
      withoutVault: () => {
        this.systemLocks += 1;
        return 'The system was asked to lock.';
      },
      startVision: () => {
        if (!vision) return;
        const settings = { modelsDir: folder, threads: 1, control: memory, seed };
        const listener = {
          onReport: (report: WorkerReport) => this.#onReport(report),
          onDeath: () => this.facelatch.latch?.onVisionDeath(),
        };
        this.#vision = startVisionThread(join(import.meta.dirname, 'faulty-vision.ts'), settings, listener, (line) => this.#tell(line));
      },
      ask: (request) => {
        if (sabotage.requests === 'throw') throw new Error('injected: the worker could not be asked');
        this.#vision?.ask(request);
      },
      screens: { cover: () => this.#cover(), uncover: () => this.#uncover(), show: (view) => this.#show(view) },
      showTo: (_sender, view) => this.#show(view),
      clocks: () => ({ monotonicMs: monotonicNowMs(), wallMs: Date.now() + sabotage.wallOffsetMs }),
      bootId,
      newId: () => crypto.randomUUID(),
      later: (run, afterMs) =>
        void setTimeout(() => {
          if (this.#ended) return;
          run();
          if (sabotage.timers === 'throw') throw new Error('injected: a bug in a timer');
        }, afterMs),
      quit: () => {
        this.quits += 1;
        if (this.#closedForGood) this.breaches.push('quit while closed');
      },
      log: (line) => this.#tell(line),
    });
    this.handlers = this.facelatch.handlers();
  }

  get isCovering(): boolean {
    return this.#covered && !this.coverLost;
  }

  /** The lock was asked to close: from now on neither a match nor the passcode comes. */
  nothingMayOpen(): void {
    this.#closedForGood = true;
    this.check('at once');
  }

  /** Looks whether it is closed as it must be. */
  check(when: string): void {
    if (!this.#closedForGood) return;
    const { latch } = this.facelatch;
    if (latch === undefined) {
      if (this.systemLocks === 0) this.breaches.push(`${when}: no vault, and the system was not asked to lock`);
      return;
    }
    if (!latch.isLocked) this.breaches.push(`${when}: the lock is open`);
    if (!this.#covered) this.breaches.push(`${when}: no cover`);
  }

  /** Ends it as a power cut would, but for the file's lock, which goes with a process. */
  async end(): Promise<void> {
    this.#ended = true;
    this.sabotage.vault = 'sound';
    this.control.camera = 'none';
    await this.#vision?.end();
    try {
      this.facelatch.latch?.end();
    } catch (error) {
      this.#tell(`the vault did not close: ${String(error)}`);
    }
  }

  #onReport(report: WorkerReport): void {
    if (this.#ended) return;
    if (report.kind === 'camera' && (report.state.kind === 'absent' || report.state.kind === 'lost')) this.camerasLost += 1;
    this.facelatch.onReport(report);
  }

  #cover(): void {
    this.#guardian?.arm();
    this.#covered = true;
    this.#tell('cover');
    this.#windowsThrow();
  }

  #uncover(): void {
    this.#tell('uncover');
    if (this.#closedForGood) this.breaches.push('uncovered');
    this.#covered = false;
    this.#guardian?.disarm();
  }

  #show(view: AppView): void {
    const shown = view.kind === 'locked' ? `locked ${view.phase}` : view.kind;
    this.#tell(`shows ${shown}`);
    if (this.#closedForGood && (view.kind === 'locked' ? view.phase === 'opening' : view.kind !== 'trouble'))
      this.breaches.push(`showed ${shown}`);
    this.#windowsThrow();
  }

  #windowsThrow(): void {
    if (this.sabotage.windows === 'throw') throw new Error('injected: a window broke');
  }
}

/** Makes a profile in which the owner is enrolled, with this camera, and which the same start of the system saw end unlocked. */
export async function enrolOwner(folder: string, secret: Buffer): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const opening = openVault(join(folder, 'vault'), systemKeystore(secret));
  if (opening.kind === 'refused') throw new Error(opening.sentence);
  const { vault } = opening;
  const faces = templates(3, 1).map((template) => ({ ...template, vector: vectorOf(1) }));
  const enrolled = await vault.enrolPerson({ ...owner, templates: faces });
  if (enrolled.kind === 'refused') throw new Error(enrolled.sentence);
  const now = Date.now();
  vault.writeSettings({
    idleLockMinutes: 5,
    cameraId: cameraDescription.id,
    cameraPin: 'serial-1',
    attentionRequired: true,
    lockMode: 'cover',
  });
  const times = { lastPasscodeWallMs: now, lastUnlockWallMs: now, highestWallMs: now };
  vault.writeCounters({ failedLooks: 0, wrongPasscodes: 0, ...times, locked: false, bootId });
  vault.close();
}

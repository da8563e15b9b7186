import type { CameraDescription, CameraState, SimulatedSeat } from '../contract/camera.ts';
import type { RgbdFrame } from '../contract/frame.ts';
import { monotonicNowMs } from '../contract/monotonic.ts';
import type { CameraListener, DepthCamera, StartOptions } from './depth-camera.ts';
import type { OpenedCamera } from './open-camera.ts';

/** A camera needs this long at most to warm up, and then to give its next frame; a longer silence is a stall. */
const firstFrameMs = 5000;
const nextFrameMs = 2000;
/** A driver that has not let go of its device by then is left to itself, and its device counts as hung. */
const stopMs = 2000;
/** A picture older than this, because its reader was busy or its driver late, shows the past and is not handed out. */
const oldestFrameMs = 1000;
/** Waiting before the first, second, … attempt to get a lost camera back. */
const retriesMs = [250, 500, 1000, 2000, 4000, 8000] as const;

/** What the supervisor asks of the outside; `openCamera` and `listCameras` with their options, in the application. */
export interface SupervisorSources {
  readonly list: () => Promise<readonly CameraDescription[]>;
  readonly open: (id: string) => Promise<OpenedCamera>;
}

/** Which camera to use: one by its id, or the best real one. The simulated camera is never the best: only its name starts it. */
export type CameraChoice = { readonly kind: 'best' } | { readonly kind: 'camera'; readonly id: string };

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly camera: DepthCamera; readonly framed: boolean }
  | { readonly kind: 'waiting'; readonly attempt: number };

/**
 * Keeps a camera delivering from `start` to `stop`: chooses it, opens it, restarts it with growing pauses when it stalls or is unplugged, finds
 * it again when it is plugged in, and tells each change as a state with a sentence. Frames are numbered and timed without a step back over
 * restarts, and none from before the moment asked for is handed out.
 */
export class CameraSupervisor {
  private readonly sources: SupervisorSources;
  private readonly choice: CameraChoice;
  private phase: Phase = { kind: 'idle' };
  private current: CameraState = { kind: 'absent', sentence: 'The camera is off.' };
  private options: StartOptions = { purpose: 'unlock' };
  private listener: CameraListener | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  /** Counts starts, stops and restarts: whatever belongs to an older one is ignored. */
  private run = 0;
  private failures = 0;
  private suspended = false;
  private sequence = 0;
  private newestMs = Number.NEGATIVE_INFINITY;
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  /** The camera this supervisor has delivered from: another one does not take its place unasked. */
  private chosen: { readonly id: string; readonly pin: string } | undefined;
  /** Cameras whose drivers never answered a stop. */
  private readonly hung = new Set<string>();

  constructor(sources: SupervisorSources, choice: CameraChoice) {
    this.sources = sources;
    this.choice = choice;
  }

  state(): CameraState {
    return this.current;
  }

  /** Names the physical device that delivers, once one does. */
  pin(): string | undefined {
    return this.chosen?.pin;
  }

  /** Begins, or begins anew with other options. Everything that happens from here on is told to the listener; nothing fails. */
  async start(options: StartOptions, listener: CameraListener): Promise<void> {
    await this.stop();
    this.options = options;
    this.listener = listener;
    this.failures = 0;
    this.sequence = 0;
    this.notBeforeMs = monotonicNowMs();
    if (!this.suspended) this.attempt();
  }

  /** Ends delivery at once, and resolves when the device is free. */
  async stop(): Promise<void> {
    const { phase } = this;
    this.run += 1;
    this.listener = undefined;
    clearTimeout(this.watchdog);
    this.phase = { kind: 'idle' };
    if (phase.kind === 'running') await this.release(phase.camera);
  }

  /** The newest frame not taken before and taken by the camera at `notBeforeMs` or later, numbered from 0 since `start`. */
  takeFrame(notBeforeMs = Number.NEGATIVE_INFINITY): RgbdFrame | undefined {
    if (this.phase.kind !== 'running' || this.suspended) return undefined;
    const frame = this.phase.camera.takeFrame();
    if (frame === undefined) return undefined;
    const { capturedAtMs } = frame;
    const nowMs = monotonicNowMs();
    // Too old, not newer than the one before it, or from a clock that is not ours.
    // A time that is no number passes none of these either, and must never become the newest: nothing is older than that.
    if (!(capturedAtMs >= Math.max(notBeforeMs, this.notBeforeMs, nowMs - oldestFrameMs))) return undefined;
    if (!(capturedAtMs > this.newestMs && capturedAtMs <= nowMs)) return undefined;
    this.newestMs = capturedAtMs;
    const numbered = { ...frame, sequence: this.sequence };
    this.sequence += 1;
    return numbered;
  }

  /** Puts somebody else before the simulated camera. */
  takeSeat(seat: SimulatedSeat): void {
    this.options = { ...this.options, seat };
    if (this.phase.kind === 'running') this.phase.camera.takeSeat?.(seat);
  }

  /** The machine goes to sleep: the camera is let go, and no frame from before the awakening will be handed out. */
  async suspend(): Promise<void> {
    this.suspended = true;
    const { phase } = this;
    this.run += 1;
    clearTimeout(this.watchdog);
    this.phase = { kind: 'idle' };
    if (phase.kind === 'running') await this.release(phase.camera);
  }

  /** The machine woke up. */
  resume(): void {
    if (!this.suspended) return;
    this.suspended = false;
    this.notBeforeMs = monotonicNowMs();
    this.failures = 0;
    if (this.listener !== undefined) this.attempt();
  }

  private attempt(): void {
    this.run += 1;
    const { run } = this;
    this.phase = { kind: 'waiting', attempt: this.failures };
    void this.connect(run);
  }

  private async connect(run: number): Promise<void> {
    const found = await this.find();
    if (this.run !== run) return;
    if (found.kind === 'failed') {
      this.tell({ kind: 'absent', sentence: found.sentence });
      this.retry();
      return;
    }
    const { camera } = found;
    this.notBeforeMs = Math.max(this.notBeforeMs, monotonicNowMs());
    const started = await camera.start(this.options, {
      onFrame: () => this.onFrame(run),
      onState: (state) => {
        if (this.run === run && state.kind === 'lost') void this.lose(camera, state.sentence);
      },
    });
    if (this.run !== run) {
      await this.release(camera);
      return;
    }
    if (started.kind === 'failed') {
      await this.lose(camera, started.sentence);
      return;
    }
    this.phase = { kind: 'running', camera, framed: false };
    this.watch(run, camera, firstFrameMs);
  }

  private async find(): Promise<OpenedCamera> {
    const id = this.choice.kind === 'camera' ? this.choice.id : (this.chosen?.id ?? (await this.best()));
    if (id === undefined) return { kind: 'failed', sentence: 'No depth camera is plugged in.' };
    if (this.hung.has(id)) return { kind: 'failed', sentence: 'The camera hangs: unplug it, plug it in again and restart Facelatch.' };
    const opened = await this.sources.open(id);
    // A device whose address changed with its socket is found by what it is.
    if (opened.kind === 'failed' && this.choice.kind === 'best' && this.chosen !== undefined)
      return this.findPinned(this.chosen.pin, opened);
    return opened;
  }

  private async findPinned(pin: string, otherwise: OpenedCamera): Promise<OpenedCamera> {
    for (const { id, driver } of await this.sources.list()) {
      if (driver === 'simulated' || this.hung.has(id)) continue;
      const opened = await this.sources.open(id);
      if (opened.kind === 'opened' && opened.camera.pin === pin) return opened;
    }
    return otherwise;
  }

  /** The first real camera of the list; on later attempts the next, for one may be listed that is not plugged in. */
  private async best(): Promise<string | undefined> {
    const real = (await this.sources.list()).filter(({ id, driver }) => driver !== 'simulated' && !this.hung.has(id));
    return real[this.failures % Math.max(real.length, 1)]?.id;
  }

  private onFrame(run: number): void {
    if (this.run !== run || this.phase.kind !== 'running') return;
    const { camera, framed } = this.phase;
    if (!framed) {
      this.phase = { kind: 'running', camera, framed: true };
      this.failures = 0;
      this.chosen = { id: camera.description.id, pin: camera.pin };
      this.tell({ kind: 'streaming', camera: camera.description });
      // Who was told may have stopped it.
      if (this.run !== run) return;
    }
    this.watch(run, camera, nextFrameMs);
    this.listener?.onFrame();
  }

  private watch(run: number, camera: DepthCamera, silenceMs: number): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      if (this.run === run) void this.lose(camera, `${camera.description.label} gives no pictures; is it plugged in?`);
    }, silenceMs);
  }

  private async lose(camera: DepthCamera, sentence: string): Promise<void> {
    this.run += 1;
    const { run } = this;
    clearTimeout(this.watchdog);
    this.phase = { kind: 'waiting', attempt: this.failures };
    this.tell({ kind: 'lost', camera: camera.description, sentence });
    await this.release(camera);
    if (this.run === run) this.retry();
  }

  private retry(): void {
    const pauseMs = retriesMs[Math.min(this.failures, retriesMs.length - 1)];
    this.failures += 1;
    const { run } = this;
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => {
      if (this.run === run && this.listener !== undefined) this.attempt();
    }, pauseMs);
  }

  /** Stops a camera, and gives up on one whose driver does not answer. */
  private async release(camera: DepthCamera): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), stopMs);
    });
    const stopped = camera.stop().then(
      () => 'stopped' as const,
      () => 'late' as const,
    );
    if ((await Promise.race([stopped, late])) === 'late') this.hung.add(camera.description.id);
    clearTimeout(timer);
    void stopped.then((how) => how === 'stopped' && this.hung.delete(camera.description.id));
  }

  private tell(state: CameraState): void {
    this.current = state;
    this.listener?.onState(state);
  }
}

import type { CameraDescription, CameraState, CapturePurpose, SimulatedSeat } from '../../contract/camera.ts';
import type { WorkerReport, WorkerRequest } from '../../contract/worker-messages.ts';

/** Where the vision thread stands. */
export type VisionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly model: string }
  | { readonly kind: 'failed'; readonly sentence: string };

/** What the main thread knows of the vision thread and its cameras, and the number of the watch under way. */
export class VisionDesk {
  readonly #ask: (request: WorkerRequest) => void;
  state: VisionState = { kind: 'starting' };
  cameras: readonly CameraDescription[] = [];
  seat: SimulatedSeat = 'you';
  #lastLook = 0;
  /** The running watch; reports of any other are late. */
  #watching: number | undefined;
  #streaming = false;

  constructor(ask: (request: WorkerRequest) => void) {
    this.#ask = ask;
  }

  /** Takes in what concerns the thread as a whole. True when it became ready. */
  onReport(report: WorkerReport): boolean {
    switch (report.kind) {
      case 'ready':
        this.state = { kind: 'ready', model: report.identityModel };
        this.#ask({ kind: 'seat', seat: this.seat });
        this.listCameras();
        return true;
      case 'failed':
        this.state = { kind: 'failed', sentence: report.sentence };
        return false;
      case 'cameras':
        this.cameras = report.cameras;
        return false;
      case 'camera':
        if (this.isCurrent(report.look)) this.#streaming = report.state.kind === 'streaming';
        return false;
      case 'observation':
        return false;
    }
  }

  /** The thread died. What it said of its own failure stays until the next one says otherwise. */
  onDeath(): void {
    if (this.state.kind === 'ready') this.state = { kind: 'starting' };
    this.#watching = undefined;
    this.#streaming = false;
  }

  isCurrent(look: number): boolean {
    return this.#watching === look;
  }

  get isWatching(): boolean {
    return this.#watching !== undefined;
  }

  listCameras(): void {
    if (this.state.kind === 'ready') this.#ask({ kind: 'list-cameras' });
  }

  /** The camera in use: the chosen one, or the best there is when none was chosen yet. */
  camera(chosenId: string | undefined): CameraDescription | undefined {
    return chosenId === undefined ? this.cameras[0] : this.cameras.find(({ id }) => id === chosenId);
  }

  cameraState(chosenId: string | undefined): CameraState {
    const camera = this.camera(chosenId);
    if (camera !== undefined) return { kind: this.#streaming ? 'streaming' : 'ready', camera };
    if (chosenId !== undefined && this.cameras.length > 0) return { kind: 'absent', sentence: 'Your camera is not connected.' };
    return { kind: 'absent', sentence: 'No depth camera is connected.' };
  }

  watch(camera: CameraDescription, purpose: CapturePurpose): void {
    this.#lastLook += 1;
    this.#watching = this.#lastLook;
    this.#ask({ kind: 'start', look: this.#lastLook, cameraId: camera.id, purpose, preview: purpose === 'enrol' });
  }

  stop(): void {
    if (this.#watching === undefined) return;
    this.#watching = undefined;
    this.#streaming = false;
    this.#ask({ kind: 'stop' });
  }

  takeSeat(seat: SimulatedSeat): void {
    this.seat = seat;
    this.#ask({ kind: 'seat', seat });
  }
}

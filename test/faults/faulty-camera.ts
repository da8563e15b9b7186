import type { CameraListener, DepthCamera, StartOptions, StartResult } from '../../main/capture/depth-camera.ts';
import type { CameraDescription, CameraState } from '../../main/contract/camera.ts';
import type { RgbdFrame } from '../../main/contract/frame.ts';
import { monotonicNowMs } from '../../main/contract/monotonic.ts';
import { pick } from './seed.ts';
import type { VisionControl } from './vision-control.ts';

export const cameraDescription: CameraDescription = { id: 'openni2:faulty', driver: 'openni2', label: 'Faulty camera' };

const frameEveryMs = 25;
const none = { width: 0, height: 0, fx: 1, fy: 1, cx: 0, cy: 0 };
const calibration = {
  color: none,
  depth: none,
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
  depthScaleMm: 1,
};

/** A camera that does what `control` says. Its frames hold no pixel: what is seen in them is made up elsewhere. */
export class FaultyCamera implements DepthCamera {
  readonly description = cameraDescription;
  readonly hasInfrared = false;
  readonly calibration = { kind: 'known', source: 'factory', calibration } as const;
  readonly #control: VisionControl;
  readonly #random: () => number;
  readonly #madeMs = monotonicNowMs();
  #delivery: NodeJS.Timeout | undefined;
  #newest: RgbdFrame | undefined;
  #sequence = 0;

  constructor(control: VisionControl, random: () => number) {
    this.#control = control;
    this.#random = random;
  }

  get pin(): string {
    return this.#control.camera === 'is another one' ? 'serial-666' : 'serial-1';
  }

  state(): CameraState {
    return { kind: 'ready', camera: this.description };
  }

  async start(_options: StartOptions, listener: CameraListener): Promise<StartResult> {
    if (this.#control.camera === 'throws at its start') throw new Error('injected: the driver broke');
    if (this.#control.camera === 'vanishes') return { kind: 'failed', sentence: 'The camera is not plugged in.' };
    clearInterval(this.#delivery);
    this.#delivery = setInterval(() => this.#deliver(listener), frameEveryMs);
    return { kind: 'started' };
  }

  takeFrame(): RgbdFrame | undefined {
    if (this.#control.camera === 'throws') throw new Error('injected: the driver broke');
    const frame = this.#newest;
    this.#newest = undefined;
    return frame;
  }

  async stop(): Promise<void> {
    clearInterval(this.#delivery);
    this.#delivery = undefined;
  }

  #deliver(listener: CameraListener): void {
    const fault = this.#control.camera;
    if (fault === 'stalls') return;
    if (fault === 'vanishes') {
      void this.stop();
      listener.onState({ kind: 'lost', camera: this.description, sentence: 'The camera was unplugged.' });
      return;
    }
    this.#newest = {
      sequence: this.#sequence,
      capturedAtMs: this.#takenAtMs(),
      color: new Uint8Array(),
      depthMm: new Uint16Array(),
      calibration,
    };
    this.#sequence += 1;
    listener.onFrame();
  }

  #takenAtMs(): number {
    const nowMs = monotonicNowMs();
    const fault = this.#control.camera;
    if (fault === 'sends stale frames') return pick(this.#random, [this.#madeMs, nowMs - 900, nowMs - 1_500, nowMs - 60_000]);
    if (fault === 'sends garbage') return pick(this.#random, [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, nowMs + 60_000, nowMs - 1e9]);
    return nowMs;
  }
}

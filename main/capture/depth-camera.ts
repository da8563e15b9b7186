import type { CameraDescription, CameraState, CapturePurpose, SimulatedSeat } from '../contract/camera.ts';
import type { Calibration, RgbdFrame } from '../contract/frame.ts';

/** Where a camera's calibration comes from, or why there is none. Only frames with a calibration leave a driver. */
export type CameraCalibration =
  | { readonly kind: 'known'; readonly source: 'factory' | 'typical' | 'refined' | 'recorded'; readonly calibration: Calibration }
  | { readonly kind: 'absent'; readonly sentence: string };

/** What a camera is started for. `seat` matters to the simulated camera alone. */
export interface StartOptions {
  readonly purpose: CapturePurpose;
  readonly seat?: SimulatedSeat;
}

/** Called on the thread that started the camera, never from inside `start`. */
export interface CameraListener {
  /** A newer frame lies in the ring; `takeFrame` fetches it. Calls are not queued: several frames may have passed since the last. */
  readonly onFrame: () => void;
  /** The camera went from one state to another. After `lost` it delivers nothing until it is started again. */
  readonly onState: (state: CameraState) => void;
}

export type StartResult = { readonly kind: 'started' } | { readonly kind: 'failed'; readonly sentence: string };

/** One depth camera. Frames go into a ring of shared memory; the newest one wins and the others are dropped. */
export interface DepthCamera {
  readonly description: CameraDescription;
  /** Names the physical device the same after a restart and in another socket, as far as it tells: what an enrolment is tied to. */
  readonly pin: string;
  /** Whether its frames carry an infrared picture. */
  readonly hasInfrared: boolean;
  readonly calibration: CameraCalibration;
  state(): CameraState;
  /** Streams until `stop`. Fails with a sentence when the device is gone or busy, or already streams. */
  start(options: StartOptions, listener: CameraListener): Promise<StartResult>;
  /**
   * The newest frame not taken before, or nothing. Its arrays are views into the ring, valid until the next call; depth is in
   * millimetres on the grid of `calibration.depth`.
   */
  takeFrame(): RgbdFrame | undefined;
  /** Ends the stream; takes no harm from being called twice. No frame is delivered once it has been called. */
  stop(): Promise<void>;
  /** Puts somebody else before the simulated camera, at once. Other cameras have no such thing. */
  takeSeat?(seat: SimulatedSeat): void;
}

/** What drives a camera. */
export type CameraDriver = 'kinect2' | 'openni2' | 'recording' | 'simulated';

/** One camera the machine offers. `id` is what `record --camera ID` and the settings name, e.g. `simulated:0`. */
export interface CameraDescription {
  readonly id: string;
  readonly driver: CameraDriver;
  readonly label: string;
}

/** Where a camera stands. Every state a person can meet carries a sentence for them. */
export type CameraState =
  | { readonly kind: 'absent'; readonly sentence: string }
  | { readonly kind: 'ready'; readonly camera: CameraDescription }
  | { readonly kind: 'streaming'; readonly camera: CameraDescription }
  | { readonly kind: 'lost'; readonly camera: CameraDescription; readonly sentence: string };

/** Who sits before the simulated camera. */
export const simulatedSeats = ['you', 'stranger', 'photograph', 'nobody'] as const;
export type SimulatedSeat = (typeof simulatedSeats)[number];

/** What the camera is started for. The simulated camera plays the enrolment circle for `enrol` and looks for `unlock`. */
export type CapturePurpose = 'enrol' | 'unlock';

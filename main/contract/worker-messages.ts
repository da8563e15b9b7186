import type { CameraDescription, CameraState, CapturePurpose, SimulatedSeat } from './camera.ts';
import type { Observation } from './observation.ts';

/** From the main thread to the vision worker. */
export type WorkerRequest =
  | { readonly kind: 'start'; readonly look: number; readonly cameraId: string; readonly purpose: CapturePurpose; readonly preview: boolean }
  | { readonly kind: 'stop' }
  | { readonly kind: 'seat'; readonly seat: SimulatedSeat }
  | { readonly kind: 'list-cameras' }
  | { readonly kind: 'shut-down' };

/** A small square picture for the enrolment window only: RGBA, `sizePx * sizePx * 4` bytes, mirrored. */
export interface Preview {
  readonly sizePx: number;
  readonly rgba: Uint8Array;
}

/** From the vision worker to the main thread. `look` is the number given with `start`, so a late message of an earlier start is told apart. */
export type WorkerReport =
  | { readonly kind: 'ready'; readonly identityModel: string }
  | { readonly kind: 'cameras'; readonly cameras: readonly CameraDescription[] }
  | { readonly kind: 'camera'; readonly look: number; readonly state: CameraState }
  | { readonly kind: 'observation'; readonly look: number; readonly observation: Observation; readonly preview?: Preview }
  | { readonly kind: 'failed'; readonly sentence: string };

import * as v from 'valibot';
import { type CameraDescription, type CameraState, simulatedSeats } from './camera.ts';
import type { Calibration } from './frame.ts';
import type { Observation } from './observation.ts';

/** From the main thread to the vision worker. `look` numbers the starts, so that a late report of an earlier one is told apart. */
export const workerRequestSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('start'),
    look: v.pipe(v.number(), v.integer(), v.minValue(0)),
    cameraId: v.pipe(v.string(), v.maxLength(4096)),
    purpose: v.picklist(['enrol', 'unlock']),
    preview: v.boolean(),
  }),
  v.strictObject({ kind: v.literal('stop') }),
  v.strictObject({ kind: v.literal('seat'), seat: v.picklist(simulatedSeats) }),
  v.strictObject({ kind: v.literal('list-cameras') }),
  v.strictObject({ kind: v.literal('shut-down') }),
]);
export type WorkerRequest = v.InferOutput<typeof workerRequestSchema>;

/** A small square picture for the enrolment window only: RGBA, `sizePx * sizePx * 4` bytes, mirrored. */
export interface Preview {
  readonly sizePx: number;
  readonly rgba: Uint8Array;
}

/** From the vision worker to the main thread. `failed` means that nothing more will come until the worker is started anew. */
export type WorkerReport =
  | { readonly kind: 'ready'; readonly identityModel: string }
  | { readonly kind: 'cameras'; readonly cameras: readonly CameraDescription[] }
  /** `pin` names the physical device, once it delivers: what an enrolment is tied to. */
  | { readonly kind: 'camera'; readonly look: number; readonly state: CameraState; readonly pin?: string }
  | { readonly kind: 'observation'; readonly look: number; readonly observation: Observation; readonly preview?: Preview }
  | { readonly kind: 'failed'; readonly sentence: string };

/** What the worker is started with. */
export interface WorkerSettings {
  /** The folder `models/`: of the project in development, of the installed application otherwise. */
  readonly modelsDir: string;
  /** Who of the simulated people is "you"; the first alphabetically when not given. */
  readonly simulatedPerson?: string;
  /** How fast the simulated camera plays; as its recordings were taken when not given. */
  readonly simulatedFramesPerSecond?: number;
  /** What the calibration step found for this machine's Kinect v2. */
  readonly kinect2Calibration?: Calibration;
  /** Threads of ONNX Runtime for the network of identity. */
  readonly threads: number;
}

import type { CameraDescription, CameraState } from '../../contract/camera.ts';
import type { Calibration, RgbdFrame } from '../../contract/frame.ts';
import { monotonicNowMs } from '../../contract/monotonic.ts';
import type { CameraCalibration, CameraListener, DepthCamera, StartOptions, StartResult } from '../depth-camera.ts';
import { FrameRing } from '../frame-ring.ts';
import type { Kinect2Frame, Kinect2Module, Kinect2Sensor } from './module.ts';

export const kinect2Description: CameraDescription = { id: 'kinect2:0', driver: 'kinect2', label: 'Kinect v2' };

/**
 * A Kinect v2 as it leaves the factory, give or take: the package gives neither intrinsics nor the coordinate mapper. Focal lengths and the
 * 52 mm between the lenses as commonly measured; the colour lens is on the depth lens's right as the device looks, so points move left.
 */
export const typicalKinect2Calibration: Calibration = {
  color: { width: 1920, height: 1080, fx: 1081.37, fy: 1081.37, cx: 959.5, cy: 539.5 },
  depth: { width: 512, height: 424, fx: 365.5, fy: 365.5, cx: 255.5, cy: 211.5 },
  depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [-52, 0, 0] },
  depthScaleMm: 1,
};

const colorBytes = 1920 * 1080 * 4;
const depthBytes = 512 * 424 * 2;
const infraredBytes = 512 * 424;
/** A frame arrives one frame's time after its exposure at the earliest; its stamp says so, lest it look younger than a lock. */
const exposureMs = 1000 / 30;
/** So many frames in a row without colour or depth of the right size are no accident: a second's worth. */
const mostMalformed = 30;

/** Whether a camera of this process has the sensor: the package allows one. */
let sensorTaken = false;

/** A Kinect v2 through Microsoft's SDK and the npm package `kinect2`. */
export class Kinect2Camera implements DepthCamera {
  readonly description = kinect2Description;
  readonly pin = 'kinect2';
  readonly hasInfrared = true;
  readonly calibration: CameraCalibration & { readonly kind: 'known' };
  private readonly module: Kinect2Module;
  private readonly ring: FrameRing;
  private current: CameraState = { kind: 'ready', camera: kinect2Description };
  private running: { readonly sensor: Kinect2Sensor; readonly onFrame: (frame: Kinect2Frame) => void } | undefined;
  private sequence = 0;
  private malformed = 0;

  /** `refined`: what the calibration step found for this very device. */
  constructor(module: Kinect2Module, refined?: Calibration) {
    this.module = module;
    this.calibration =
      refined === undefined
        ? { kind: 'known', source: 'typical', calibration: typicalKinect2Calibration }
        : { kind: 'known', source: 'refined', calibration: refined };
    this.ring = new FrameRing([this.calibration.calibration]);
  }

  state(): CameraState {
    return this.current;
  }

  async start(_options: StartOptions, listener: CameraListener): Promise<StartResult> {
    if (sensorTaken) return { kind: 'failed', sentence: 'The Kinect is already in use here.' };
    sensorTaken = true;
    const sensor = new this.module();
    const started = this.openReader(sensor);
    if (started !== undefined) {
      sensorTaken = false;
      return { kind: 'failed', sentence: started };
    }
    this.sequence = 0;
    this.malformed = 0;
    this.ring.clear();
    const onFrame = (frame: Kinect2Frame): void => this.take(frame, listener);
    this.running = { sensor, onFrame };
    this.current = { kind: 'streaming', camera: this.description };
    sensor.on('multiSourceFrame', onFrame);
    return { kind: 'started' };
  }

  takeFrame(): RgbdFrame | undefined {
    return this.running === undefined ? undefined : this.ring.take();
  }

  async stop(): Promise<void> {
    const { running } = this;
    if (running === undefined) return;
    this.running = undefined;
    this.current = { kind: 'ready', camera: this.description };
    running.sensor.off('multiSourceFrame', running.onFrame);
    try {
      await running.sensor.close();
    } finally {
      sensorTaken = false;
    }
  }

  /** Why the reader could not be opened, or nothing. */
  private openReader(sensor: Kinect2Sensor): string | undefined {
    const { color, infrared, rawDepth } = this.module.FrameType;
    try {
      if (!sensor.open()) return 'The Kinect does not answer; is it plugged in and powered?';
      if (sensor.openMultiSourceReader({ frameTypes: color | infrared | rawDepth }) === true) return undefined;
      void sensor.close();
      return 'The Kinect gives no pictures; another program may have it.';
    } catch {
      return 'The Kinect is already in use by this program.';
    }
  }

  private take(frame: Kinect2Frame, listener: CameraListener): void {
    if (this.running === undefined || this.current.kind !== 'streaming') return;
    const color = frame.color?.buffer;
    const depth = frame.rawDepth?.buffer;
    const infrared = frame.infrared?.buffer;
    if (color?.byteLength !== colorBytes || depth?.byteLength !== depthBytes) {
      this.malformed += 1;
      if (this.malformed < mostMalformed) return;
      this.current = { kind: 'lost', camera: this.description, sentence: 'The Kinect delivers no usable pictures.' };
      listener.onState(this.current);
      return;
    }
    this.malformed = 0;
    const slot = this.ring.writeSlot();
    const hasInfrared = infrared?.byteLength === infraredBytes;
    // The SDK shows its pictures as a mirror does; here image right is the camera's right.
    unmirror32(color, slot.color, 1920, 1080);
    unmirror16(depth, slot.depthMm, 512, 424);
    if (hasInfrared) unmirror8(infrared, slot.infrared, 512, 424);
    this.ring.commit({ format: 0, sequence: this.sequence, capturedAtMs: monotonicNowMs() - exposureMs, hasInfrared });
    this.sequence += 1;
    listener.onFrame();
  }
}

function unmirror32(from: Uint8Array, to: Uint8Array, width: number, height: number): void {
  const source = new Uint32Array(aligned(from, 4), from.byteOffset % 4 === 0 ? from.byteOffset : 0, width * height);
  reverseRows(source, new Uint32Array(to.buffer, to.byteOffset, width * height), width, height);
}

function unmirror16(from: Uint8Array, to: Uint16Array, width: number, height: number): void {
  reverseRows(new Uint16Array(aligned(from, 2), from.byteOffset % 2 === 0 ? from.byteOffset : 0, width * height), to, width, height);
}

function unmirror8(from: Uint8Array, to: Uint8Array, width: number, height: number): void {
  reverseRows(from, to, width, height);
}

/** The memory itself, or a copy of the bytes from its start where they do not lie on a multiple of `size`. */
function aligned(bytes: Uint8Array, size: number): ArrayBufferLike {
  return bytes.byteOffset % size === 0 ? bytes.buffer : bytes.slice().buffer;
}

function reverseRows<Pixels extends Uint8Array | Uint16Array | Uint32Array>(from: Pixels, to: Pixels, width: number, height: number): void {
  for (let y = 0; y < height; y += 1) {
    const end = (y + 1) * width - 1;
    for (let x = 0, at = y * width; x < width; x += 1, at += 1) to[at] = from[end - x] as number;
  }
}

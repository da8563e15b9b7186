import type { CameraDescription, CameraState } from '../../contract/camera.ts';
import type { Calibration, RgbdFrame } from '../../contract/frame.ts';
import { monotonicNowMs } from '../../contract/monotonic.ts';
import { intrinsicsFromFieldOfView } from '../../geometry/calibration.ts';
import type { CameraCalibration, CameraListener, DepthCamera, StartOptions, StartResult } from '../depth-camera.ts';
import { FrameRing } from '../frame-ring.ts';
import type { OpenniAddon, OpenniDevice, OpenniInfo, OpenniPicture, OpenniSession } from './addon.ts';

/** The id of an OpenNI device. */
export function openniDescription({ uri, vendor, name }: OpenniDevice): CameraDescription {
  return { id: `openni2:${uri}`, driver: 'openni2', label: `${vendor} ${name}`.trim() || uri };
}

/** A depth camera through OpenNI 2. The device is opened by `start` and closed by `stop`, so that others may use it meanwhile. */
export class OpenniCamera implements DepthCamera {
  readonly description: CameraDescription;
  readonly pin: string;
  readonly hasInfrared: boolean;
  readonly calibration: CameraCalibration;
  private readonly addon: OpenniAddon;
  private readonly uri: string;
  private ring: FrameRing | undefined;
  private session: OpenniSession | undefined;
  private current: CameraState;
  /** Counts starts and stops, so that events of an earlier session are told apart. */
  private run = 0;

  /** `info`: what the device said of itself when it was last open. `override`: a calibration that knows better. */
  constructor(addon: OpenniAddon, info: OpenniInfo, description: CameraDescription, override?: Calibration) {
    this.addon = addon;
    this.uri = info.uri;
    this.description = description;
    // The URI names the USB socket, so it is not part of the pin.
    this.pin = info.isFile ? description.id : `openni2:${info.usbVendorId}:${info.usbProductId}:${info.serial || info.name}`;
    this.hasInfrared = info.hasInfrared;
    this.calibration = override === undefined ? calibrationOf(info) : { kind: 'known', source: 'recorded', calibration: override };
    this.current = { kind: 'ready', camera: description };
  }

  state(): CameraState {
    return this.current;
  }

  async start(_options: StartOptions, listener: CameraListener): Promise<StartResult> {
    if (this.current.kind === 'streaming') return { kind: 'failed', sentence: `${this.description.label} is already running.` };
    if (this.calibration.kind === 'absent') return { kind: 'failed', sentence: this.calibration.sentence };
    this.run += 1;
    const run = this.run;
    const opened = await this.addon.open(this.uri);
    if (opened.kind === 'failed') return { kind: 'failed', sentence: `${this.description.label} cannot be opened: ${opened.reason}.` };
    const { calibration } = this.calibration;
    const { color, depth } = opened.info;
    const sameSize =
      color.width === calibration.color.width &&
      color.height === calibration.color.height &&
      depth.width === calibration.depth.width &&
      depth.height === calibration.depth.height;
    if (this.run !== run || !sameSize) {
      await opened.session.stop();
      return {
        kind: 'failed',
        sentence: sameSize ? 'The camera was stopped while it started.' : 'The camera gives pictures of another size than before.',
      };
    }
    const ring = new FrameRing([calibration]);
    this.ring = ring;
    this.session = opened.session;
    this.current = { kind: 'streaming', camera: this.description };
    opened.session.start(ring, monotonicNowMs(), false, (event, reason) => {
      if (this.run !== run) return;
      if (event === 'frame') {
        listener.onFrame();
        return;
      }
      this.current = { kind: 'lost', camera: this.description, sentence: `${this.description.label} stopped: ${reason}.` };
      listener.onState(this.current);
    });
    return { kind: 'started' };
  }

  takeFrame(): RgbdFrame | undefined {
    return this.ring?.take();
  }

  async stop(): Promise<void> {
    this.run += 1;
    const { session } = this;
    this.session = undefined;
    this.ring = undefined;
    this.current = { kind: 'ready', camera: this.description };
    await session?.stop();
  }
}

/**
 * What is known of a device's optics: its fields of view, and that it registers depth itself or not. An `.oni` file does not tell about
 * registration; pictures of one size and one field of view are of one point of view.
 */
export function calibrationOf({ isFile, registered, color, depth }: OpenniInfo): CameraCalibration {
  const sameView = color.horizontalFovRad === depth.horizontalFovRad && color.verticalFovRad === depth.verticalFovRad;
  if (!registered && !(isFile && sameView)) {
    const remedy = isFile ? '; put its calibration beside it, as NAME.calibration.json' : '';
    return {
      kind: 'absent',
      sentence: `This ${isFile ? 'recording' : 'camera'} does not say how its depth lies on its colour picture${remedy}.`,
    };
  }
  // Registered depth is seen from the colour camera. Where the colour field of view is not given, the depth camera's serves.
  const intrinsics = intrinsicsOf(color) ?? intrinsicsOf(depth);
  if (intrinsics === undefined || color.width !== depth.width || color.height !== depth.height) {
    return { kind: 'absent', sentence: 'This camera does not tell its field of view.' };
  }
  return {
    kind: 'known',
    source: 'factory',
    calibration: {
      color: intrinsics,
      depth: intrinsics,
      depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
      depthScaleMm: 1,
    },
  };
}

function intrinsicsOf({ width, height, horizontalFovRad, verticalFovRad }: OpenniPicture): Calibration['color'] | undefined {
  if (!(horizontalFovRad > 0 && verticalFovRad > 0)) return undefined;
  return intrinsicsFromFieldOfView(width, height, (horizontalFovRad * 180) / Math.PI, (verticalFovRad * 180) / Math.PI);
}

/** Pinhole model of one image; focal lengths and principal point in pixels of that image. */
export interface Intrinsics {
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
}

/**
 * How a camera's two images relate. A point in depth-camera millimetres becomes colour-camera millimetres by
 * `rotation` (9 numbers, row-major) and then `translationMm`. Registered depth has colour's intrinsics and the identity.
 */
export interface Calibration {
  readonly color: Intrinsics;
  readonly depth: Intrinsics;
  readonly depthToColor: { readonly rotation: readonly number[]; readonly translationMm: readonly number[] };
  /** Depth value times this is millimetres. Frames that leave a driver are in millimetres already. */
  readonly depthScaleMm: number;
}

/**
 * One instant of a depth camera, as every driver delivers it. Camera axes: x right in the image, y down, z away.
 * `depthMm` has 0 where the sensor gave no reading. The arrays may be views into the frame ring: read them before the next frame.
 */
export interface RgbdFrame {
  /** Counts the frames of one start, from 0. */
  readonly sequence: number;
  /** When the frame was taken, on the clock of `monotonicNowMs`. */
  readonly capturedAtMs: number;
  /** RGBA, 8 bits, `color.width * color.height * 4` bytes. */
  readonly color: Uint8Array;
  /** `depth.width * depth.height` values in millimetres. */
  readonly depthMm: Uint16Array;
  /** 8-bit active infrared on the depth grid, where the camera has it. */
  readonly infrared?: Uint8Array;
  readonly calibration: Calibration;
}

/** True when depth already lies on the colour image. */
export function isRegistered(calibration: Calibration): boolean {
  const { color, depth, depthToColor } = calibration;
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  return (
    color.width === depth.width &&
    color.height === depth.height &&
    color.fx === depth.fx &&
    color.fy === depth.fy &&
    color.cx === depth.cx &&
    color.cy === depth.cy &&
    depthToColor.translationMm.every((value) => value === 0) &&
    depthToColor.rotation.every((value, index) => value === identity[index])
  );
}

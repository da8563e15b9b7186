import type { Calibration, RgbdFrame } from '../contract/frame.ts';
import { isRegistered } from '../contract/frame.ts';
import { registeredCalibration } from '../geometry/calibration.ts';
import { DepthRegistration } from '../geometry/registration.ts';
import { SquarePixels } from './square-pixels.ts';

/**
 * Puts the depth of every frame onto its colour image, after giving that square pixels. Keeps one registration, made anew when a frame comes with another calibration
 * object; frames that are registered already pass untouched.
 */
export class FrameRegistrar {
  private readonly square = new SquarePixels();
  private current: { readonly from: Calibration; readonly registration: DepthRegistration; readonly to: Calibration } | undefined;

  /** The frame with depth on the colour grid and no infrared, valid until the next call or as long as the given frame. */
  register(given: RgbdFrame): RgbdFrame {
    const frame = this.square.frame(given);
    const { calibration } = frame;
    if (isRegistered(calibration)) return frame;
    if (this.current?.from !== calibration) {
      this.current = { from: calibration, registration: new DepthRegistration(calibration), to: registeredCalibration(calibration) };
    }
    const { infrared: _onDepthGrid, ...rest } = frame;
    return { ...rest, depthMm: this.current.registration.register(frame.depthMm), calibration: this.current.to };
  }
}

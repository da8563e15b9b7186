import type { Calibration, RgbdFrame } from '../contract/frame.ts';

/** Makes frames whose picture is the infrared one, for when colour is too dark. Keeps the memory of one picture. */
export class InfraredFrames {
  private rgba = new Uint8Array(0);
  private from: Calibration | undefined;
  private to: Calibration | undefined;

  /**
   * The frame with infrared, as grey RGBA, in place of colour: infrared lies on the depth image by construction, so the result is
   * registered. `undefined` where the frame has no infrared. The picture is valid until the next call.
   */
  picture(frame: RgbdFrame): RgbdFrame | undefined {
    const { infrared, calibration } = frame;
    if (infrared === undefined) return undefined;
    if (this.rgba.length !== infrared.length * 4) this.rgba = new Uint8Array(infrared.length * 4);
    for (let pixel = 0, at = 0; pixel < infrared.length; pixel += 1, at += 4) {
      const value = infrared[pixel] as number;
      this.rgba[at] = value;
      this.rgba[at + 1] = value;
      this.rgba[at + 2] = value;
      this.rgba[at + 3] = 255;
    }
    if (this.from !== calibration) {
      this.from = calibration;
      this.to = {
        ...calibration,
        color: calibration.depth,
        depthToColor: { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translationMm: [0, 0, 0] },
      };
    }
    return { ...frame, color: this.rgba, calibration: this.to ?? calibration };
  }
}

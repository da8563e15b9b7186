import type { Calibration, Intrinsics, RgbdFrame } from '../contract/frame.ts';

/** Focal lengths that differ by less than this share are one focal length: makers' own calibrations differ by up to 1 %. */
const toleratedShare = 0.03;

/**
 * Gives colour square pixels. Networks that find and recognise faces were taught on true proportions; where a picture's focal lengths differ it is stretched, and
 * the finer of its two directions is averaged down to the other: no pixel is made up. Keeps the memory of one picture.
 */
export class SquarePixels {
  private rgba = new Uint8Array(0);
  private from: Calibration | undefined;
  private to: Calibration | undefined;

  /** The frame with square colour pixels and the intrinsics that belong to them, valid until the next call; the very frame where they are square already. Depth is left where it was. */
  frame(frame: RgbdFrame): RgbdFrame {
    const { calibration } = frame;
    const { color } = calibration;
    if (Math.abs(Math.log(color.fx / color.fy)) < toleratedShare) return frame;
    if (this.from !== calibration || this.to === undefined) {
      this.from = calibration;
      this.to = { ...calibration, color: squareIntrinsics(color) };
      this.rgba = new Uint8Array(this.to.color.width * this.to.color.height * 4);
    }
    const target = this.to.color;
    if (color.fx > color.fy) {
      for (let y = 0; y < color.height; y++)
        shrinkLine(frame.color, 4 * y * color.width, 4, color.width, this.rgba, 4 * y * target.width, 4, target.width);
    } else {
      for (let x = 0; x < color.width; x++)
        shrinkLine(frame.color, 4 * x, 4 * color.width, color.height, this.rgba, 4 * x, 4 * target.width, target.height);
    }
    return { ...frame, color: this.rgba, calibration: this.to };
  }
}

/** Intrinsics of the same picture with its finer direction averaged down. The side becomes whole pixels, so the focal lengths may still differ by a pixel's worth. */
function squareIntrinsics({ width, height, fx, fy, cx, cy }: Intrinsics): Intrinsics {
  const columns = fx > fy ? Math.max(1, Math.round((width * fy) / fx)) : width;
  const rows = fy > fx ? Math.max(1, Math.round((height * fx) / fy)) : height;
  const byX = columns / width;
  const byY = rows / height;
  // Pixel centres are whole numbers, so a picture's edge is at minus a half.
  return { width: columns, height: rows, fx: fx * byX, fy: fy * byY, cx: (cx + 0.5) * byX - 0.5, cy: (cy + 0.5) * byY - 0.5 };
}

/** One row or column of RGBA pixels, `step` bytes apart, averaged down by area. */
function shrinkLine(
  source: Uint8Array,
  from: number,
  step: number,
  length: number,
  target: Uint8Array,
  to: number,
  targetStep: number,
  targetLength: number,
): void {
  const covered = length / targetLength;
  for (let index = 0; index < targetLength; index++) {
    const start = index * covered;
    const end = Math.min(length, start + covered);
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let pixel = Math.floor(start); pixel < end; pixel++) {
      const share = Math.min(end, pixel + 1) - Math.max(start, pixel);
      const at = from + pixel * step;
      red += share * (source[at] as number);
      green += share * (source[at + 1] as number);
      blue += share * (source[at + 2] as number);
    }
    const at = to + index * targetStep;
    target[at] = Math.round(red / covered);
    target[at + 1] = Math.round(green / covered);
    target[at + 2] = Math.round(blue / covered);
    target[at + 3] = 255;
  }
}

import { writeFile } from 'node:fs/promises';
import type { RgbdFrame } from '../../../main/contract/frame.ts';

/** What the synthetic OpenNI driver plays. All frames have the first one's size. */
export interface SyntheticCamera {
  readonly frames: readonly RgbdFrame[];
  readonly fps: number;
  /** The driver claims to put depth onto colour itself. */
  readonly registered: boolean;
  /** 16-bit infrared of each frame, on the depth grid. */
  readonly infrared?: readonly Uint16Array[];
}

/** Writes the file that `FACELATCH_SYNTHETIC_FRAMES` names; the layout is that of `Header` in synthetic-driver.cc. */
export async function writeFramesFile(path: string, { frames, fps, registered, infrared }: SyntheticCamera): Promise<void> {
  const [first] = frames;
  if (first === undefined) throw new RangeError('no frames');
  const { color, depth } = first.calibration;
  const header = Buffer.alloc(8 + 8 * 4 + 4 * 4);
  header.write('FLSYNTH1', 0, 'latin1');
  const integers = [
    color.width,
    color.height,
    depth.width,
    depth.height,
    fps,
    frames.length,
    infrared === undefined ? 0 : 1,
    registered ? 1 : 0,
  ];
  integers.forEach((value, index) => {
    header.writeInt32LE(value, 8 + 4 * index);
  });
  const fieldOfView = (sidePx: number, focalPx: number): number => 2 * Math.atan(sidePx / 2 / focalPx);
  [
    fieldOfView(color.width, color.fx),
    fieldOfView(color.height, color.fy),
    fieldOfView(depth.width, depth.fx),
    fieldOfView(depth.height, depth.fy),
  ].forEach((value, index) => {
    header.writeFloatLE(value, 40 + 4 * index);
  });
  const parts: Uint8Array[] = [header];
  frames.forEach((frame, index) => {
    const rgb = new Uint8Array((frame.color.length / 4) * 3);
    for (let from = 0, to = 0; from < frame.color.length; from += 4, to += 3) rgb.set(frame.color.subarray(from, from + 3), to);
    parts.push(rgb, bytesOf(frame.depthMm));
    const grey = infrared?.[index];
    if (grey !== undefined) parts.push(bytesOf(grey));
  });
  await writeFile(path, Buffer.concat(parts));
}

function bytesOf(values: Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

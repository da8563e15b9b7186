import { readFile } from 'node:fs/promises';
import { JsColorType, type Metadata, Transformer } from '@napi-rs/image';
import type { Intrinsics } from '../../contract/frame.ts';

export type Decoded<Pixels> = { readonly kind: 'pixels'; readonly pixels: Pixels } | { readonly kind: 'failed'; readonly sentence: string };

/** A colour picture of any size, RGBA. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Decodes a PNG, JPEG or BMP file of any size into RGBA. Fails with a sentence that names the file. */
export async function decodePicture(path: string): Promise<{ kind: 'picture'; picture: Picture } | { kind: 'failed'; sentence: string }> {
  const opened = await open(path, undefined, ['png', 'jpeg', 'bmp']);
  if (opened.kind === 'failed') return opened;
  const { width, height } = opened.metadata;
  const pixels = await colorOf(opened, path);
  return pixels.kind === 'failed' ? pixels : { kind: 'picture', picture: { width, height, rgba: pixels.pixels } };
}

/** Decodes a PNG, JPEG or BMP file into RGBA of the size the calibration gives. */
export async function decodeColor(path: string, size: Intrinsics): Promise<Decoded<Uint8Array>> {
  const opened = await open(path, size, ['png', 'jpeg', 'bmp']);
  return opened.kind === 'failed' ? opened : colorOf(opened, path);
}

/** Decodes an 8-bit grey PNG on the depth grid. */
export async function decodeInfrared(path: string, size: Intrinsics): Promise<Decoded<Uint8Array>> {
  const opened = await open(path, size, ['png']);
  if (opened.kind === 'failed') return opened;
  if (opened.metadata.colorType !== JsColorType.L8) {
    return { kind: 'failed', sentence: `${path} is not an 8-bit grey PNG, so it holds no infrared.` };
  }
  return rawPixels(opened, path, size.width * size.height);
}

/** The mark of a saturated or never written pixel in other tools; 0 is the one mark of "no reading" here. */
const saturated = 65535;

/** Decodes a 16-bit grey PNG into millimetres, 0 where the sensor gave no reading. A value times `depthScaleMm` is millimetres. */
export async function decodeDepthMm(path: string, size: Intrinsics, depthScaleMm: number): Promise<Decoded<Uint16Array>> {
  const opened = await open(path, size, ['png']);
  if (opened.kind === 'failed') return opened;
  if (opened.metadata.colorType !== JsColorType.L16) {
    return { kind: 'failed', sentence: `${path} is not a 16-bit grey PNG, so it holds no depth.` };
  }
  const raw = await rawPixels(opened, path, size.width * size.height * 2);
  if (raw.kind === 'failed') return raw;
  const pixels = new Uint16Array(raw.pixels.buffer, raw.pixels.byteOffset, size.width * size.height);
  const tooLarge = (saturated - 0.5) / depthScaleMm;
  for (let index = 0; index < pixels.length; index += 1) {
    const value = pixels[index] ?? 0;
    if (value === saturated || value >= tooLarge) {
      return { kind: 'failed', sentence: `${path} holds the depth value ${value}, which no camera measures; 0 means no reading.` };
    }
    if (depthScaleMm !== 1) pixels[index] = Math.round(value * depthScaleMm);
  }
  return { kind: 'pixels', pixels };
}

interface OpenPicture {
  readonly kind: 'opened';
  readonly bytes: Buffer;
  readonly metadata: Metadata;
}

/** Larger pictures than any camera makes are refused before memory is asked for. */
const largestSidePx = 8192;

async function open(
  path: string,
  size: Intrinsics | undefined,
  formats: readonly string[],
): Promise<OpenPicture | { readonly kind: 'failed'; readonly sentence: string }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch {
    return { kind: 'failed', sentence: `${path} is missing or cannot be read.` };
  }
  try {
    const metadata = await new Transformer(bytes).metadata();
    const { format, width, height } = metadata;
    if (!formats.includes(format)) return { kind: 'failed', sentence: `${path} is a ${format} file, not ${formats.join(' or ')}.` };
    if (size !== undefined && (width !== size.width || height !== size.height)) {
      return {
        kind: 'failed',
        sentence: `${path} is ${width}x${height} pixels, but the calibration says ${size.width}x${size.height}.`,
      };
    }
    if (width > largestSidePx || height > largestSidePx) {
      return { kind: 'failed', sentence: `${path} is larger than ${largestSidePx} pixels.` };
    }
    if (format === 'jpeg' && !endsAsJpeg(bytes)) return { kind: 'failed', sentence: `${path} is damaged or truncated.` };
    return { kind: 'opened', bytes, metadata };
  } catch {
    return { kind: 'failed', sentence: `${path} is not a ${formats.join(' or ')} picture, or is damaged.` };
  }
}

/** The decoder fills the missing part of a JPEG with grey; the end marker, in the last bytes but for padding, tells a whole file. */
function endsAsJpeg(bytes: Buffer): boolean {
  return bytes.subarray(-1024).lastIndexOf(Buffer.from([0xff, 0xd9])) !== -1;
}

async function rawPixels({ bytes }: OpenPicture, path: string, length: number): Promise<Decoded<Uint8Array<ArrayBuffer>>> {
  try {
    const raw = await new Transformer(bytes).rawPixels();
    if (raw.length === length) {
      // Native memory need not be aligned for 16 bits, and a frame's arrays are its own.
      const pixels = new Uint8Array(length);
      pixels.set(raw);
      return { kind: 'pixels', pixels };
    }
  } catch {
    // Told apart from a wrong length by nothing a person could use.
  }
  return { kind: 'failed', sentence: `${path} is damaged or truncated.` };
}

/** How many bytes each pixel has in the colour types that pictures come in, 8 bits each. */
const channelsOf: Partial<Record<JsColorType, number>> = {
  [JsColorType.L8]: 1,
  [JsColorType.La8]: 2,
  [JsColorType.Rgb8]: 3,
  [JsColorType.Rgba8]: 4,
};

async function colorOf(opened: OpenPicture, path: string): Promise<Decoded<Uint8Array>> {
  const { width, height, colorType } = opened.metadata;
  const channels = channelsOf[colorType];
  if (channels === undefined) return { kind: 'failed', sentence: `${path} does not have 8 bits a channel.` };
  const raw = await rawPixels(opened, path, width * height * channels);
  if (raw.kind === 'failed' || channels === 4) return raw;
  const rgba = new Uint8Array(width * height * 4);
  const { pixels } = raw;
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  for (let to = 0, from = 0; to < rgba.length; to += 4, from += channels) {
    rgba[to] = pixels[from] ?? 0;
    rgba[to + 1] = pixels[from + green] ?? 0;
    rgba[to + 2] = pixels[from + blue] ?? 0;
    rgba[to + 3] = channels === 2 ? (pixels[from + 1] ?? 0) : 255;
  }
  return { kind: 'pixels', pixels: rgba };
}

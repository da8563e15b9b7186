import { encode } from 'fast-png';
import type { Area } from './virtual-displays.ts';

/** What an X server shows, 3 bytes for each pixel: red, green, blue. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Reads what `xwd -root` prints (X11/XWDFile.h): a header of big-endian words, a colour map, then lines of 32-bit pixels. */
export function readRootPicture(dump: Buffer): Picture {
  const word = (index: number): number => dump.readUInt32BE(4 * index);
  const [headerBytes, width, height, byteOrder, bitsPerPixel, bytesPerLine, colours] = [0, 4, 5, 7, 11, 12, 19].map(word) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (bitsPerPixel !== 32 || byteOrder !== 0) throw new Error(`a picture of ${bitsPerPixel} bits a pixel cannot be read`);
  const first = headerBytes + 12 * colours;
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = first + y * bytesPerLine + 4 * x;
      const to = 3 * (y * width + x);
      rgb[to] = dump[from + 2] as number;
      rgb[to + 1] = dump[from + 1] as number;
      rgb[to + 2] = dump[from] as number;
    }
  }
  return { width, height, rgb };
}

/** The part of a picture that one display shows. */
export function cut({ width, rgb }: Picture, area: Area): Picture {
  const part = new Uint8Array(3 * area.width * area.height);
  for (let y = 0; y < area.height; y += 1) {
    const from = 3 * ((area.y + y) * width + area.x);
    part.set(rgb.subarray(from, from + 3 * area.width), 3 * y * area.width);
  }
  return { width: area.width, height: area.height, rgb: part };
}

/** How many pixels have exactly this colour. */
export function countOf({ rgb }: Picture, [red, green, blue]: readonly [number, number, number]): number {
  let count = 0;
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i] === red && rgb[i + 1] === green && rgb[i + 2] === blue) count += 1;
  return count;
}

/** Share of pixels in which two pictures of one size differ by more than a trace, 0 to 1. */
export function difference(p: Picture, q: Picture): number {
  if (p.width !== q.width || p.height !== q.height) return 1;
  let different = 0;
  for (let i = 0; i < p.rgb.length; i += 3) {
    const far = [0, 1, 2].some((channel) => Math.abs((p.rgb[i + channel] as number) - (q.rgb[i + channel] as number)) > 24);
    if (far) different += 1;
  }
  return different / (p.width * p.height);
}

export function asPng({ width, height, rgb }: Picture): Uint8Array {
  return encode({ width, height, data: rgb, channels: 3 });
}

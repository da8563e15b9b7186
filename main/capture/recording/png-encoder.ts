import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const compress = promisify(deflate);

/** What a PNG can hold here: RGBA or grey, 8 bits a channel, or grey of 16 bits. */
export type PngPixels =
  | { readonly kind: 'rgba'; readonly pixels: Uint8Array }
  | { readonly kind: 'grey'; readonly pixels: Uint8Array }
  | { readonly kind: 'grey16'; readonly pixels: Uint16Array };

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** PNG's colour types (PNG specification, 11.2.1): 0 grey, 6 RGBA. */
const layouts = {
  rgba: { colorType: 6, bitDepth: 8, bytesPerPixel: 4 },
  grey: { colorType: 0, bitDepth: 8, bytesPerPixel: 1 },
  grey16: { colorType: 0, bitDepth: 16, bytesPerPixel: 2 },
} as const;
const filterUp = 2;

/** Encodes a picture of `width` x `height` pixels without loss, quickly rather than small: a recording must keep up with its camera. */
export async function encodePng(picture: PngPixels, width: number, height: number): Promise<Buffer> {
  const { colorType, bitDepth, bytesPerPixel } = layouts[picture.kind];
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  header[9] = colorType;
  const rows = filterRows(bigEndianBytes(picture), width * bytesPerPixel, height);
  const data = await compress(rows, { level: 1 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function bigEndianBytes(picture: PngPixels): Uint8Array {
  if (picture.kind !== 'grey16') return picture.pixels;
  const bytes = new Uint8Array(picture.pixels.length * 2);
  for (let index = 0; index < picture.pixels.length; index += 1) {
    const value = picture.pixels[index] ?? 0;
    bytes[2 * index] = value >> 8;
    bytes[2 * index + 1] = value & 255;
  }
  return bytes;
}

/** Each row as its difference from the one above: the pictures are smooth, and so are their compressed sizes. */
function filterRows(bytes: Uint8Array, rowBytes: number, height: number): Uint8Array {
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const to = y * (rowBytes + 1);
    const from = y * rowBytes;
    rows[to] = filterUp;
    for (let x = 0; x < rowBytes; x += 1) {
      const above = y === 0 ? 0 : (bytes[from + x - rowBytes] ?? 0);
      rows[to + 1 + x] = (bytes[from + x] ?? 0) - above;
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

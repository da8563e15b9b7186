// Arrays written one after another into a file that Python maps into memory.
import type { WriteStream } from 'node:fs';

/** Writes the bytes of `values`; waits until they are taken. */
export function writeArray(stream: WriteStream, values: Uint8Array | Uint16Array | Int16Array | Float32Array): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Promise((resolve, reject) => stream.write(bytes, (error) => (error ? reject(error) : resolve())));
}

/** Ends the files; waits until all of them are whole. */
export async function endAll(streams: readonly WriteStream[]): Promise<void> {
  await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.end(() => resolve()))));
}

const [localHeader, directoryEntry, endOfDirectory] = [0x04034b50, 0x02014b50, 0x06054b50];

/** One file of a zip that stores its files uncompressed, as MediaPipe's task files do. Fails where it has no such file, or compresses it. */
export function memberOfZip(zip: Buffer, name: string): Buffer {
  const end = zip.lastIndexOf(Buffer.from(Uint32Array.of(endOfDirectory).buffer));
  if (end < 0) throw new Error('the file is no zip');
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === directoryEntry; ) {
    const [method, size, place] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const [nameLength, extraLength, commentLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      if (method !== 0 || zip.readUInt32LE(place) !== localHeader) throw new Error(`${name} is compressed or damaged`);
      const start = place + 30 + zip.readUInt16LE(place + 26) + zip.readUInt16LE(place + 28);
      return zip.subarray(start, start + size);
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`the zip holds no ${name}`);
}

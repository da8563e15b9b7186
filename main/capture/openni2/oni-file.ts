import { type FileHandle, open } from 'node:fs/promises';

/** The start of an `.oni` file, and of each of its records ("NIR\0"). */
const fileMagic = 'NI10';
const recordMagic = 0x0052494e;
const fileHeaderBytes = 24;
const recordHeaderBytes = 20;
/** The record that closes a recording; what may follow is padding. */
const endOfRecording = 11;

export type OniFileCheck = { readonly kind: 'whole' } | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Walks an `.oni` file from record to record (each begins with magic, type, node, size of its fields and of its payload, 32 bits each) up to
 * the one that ends it. OpenNI's player trusts its files: a truncated one plays short without a word, so it is told apart here.
 */
export async function checkOniFile(path: string): Promise<OniFileCheck> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch {
    return { kind: 'failed', sentence: `${path} is missing or cannot be read.` };
  }
  try {
    const { size } = await file.stat();
    const header = Buffer.alloc(fileHeaderBytes);
    const { bytesRead } = await file.read(header, 0, fileHeaderBytes, 0);
    if (bytesRead < fileHeaderBytes || header.toString('latin1', 0, 4) !== fileMagic) {
      return { kind: 'failed', sentence: `${path} is not an .oni recording.` };
    }
    const record = Buffer.alloc(recordHeaderBytes);
    for (let at = fileHeaderBytes; ; ) {
      const { bytesRead: got } = await file.read(record, 0, recordHeaderBytes, at);
      if (got < recordHeaderBytes || record.readUInt32LE(0) !== recordMagic) break;
      const bytes = record.readUInt32LE(12) + record.readUInt32LE(16);
      if (bytes < recordHeaderBytes || at + bytes > size) break;
      if (record.readUInt32LE(4) === endOfRecording) return { kind: 'whole' };
      at += bytes;
    }
    return { kind: 'failed', sentence: `${path} is damaged or truncated.` };
  } catch {
    return { kind: 'failed', sentence: `${path} cannot be read.` };
  } finally {
    await file.close();
  }
}

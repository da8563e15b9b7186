import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Calibration, RgbdFrame } from '../../contract/frame.ts';
import { encodePng } from './png-encoder.ts';

export type OpenedWriter =
  | { readonly kind: 'opened'; readonly writer: RecordingWriter }
  | { readonly kind: 'failed'; readonly sentence: string };

export type Written = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly sentence: string };

/** Creates `folder`, which must not exist yet, in one that does, for a recording of frames with this calibration. */
export async function createRecording(folder: string, calibration: Calibration): Promise<OpenedWriter> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return { kind: 'failed', sentence: `${folder} cannot be created: ${dirname(folder)} does not exist.` };
    if (isCode(error, 'EEXIST')) return { kind: 'failed', sentence: `${folder} exists already; a recording needs a new folder.` };
    return { kind: 'failed', sentence: `${folder} cannot be created: ${reasonOf(error)}.` };
  }
  try {
    await Promise.all([mkdir(join(folder, 'rgb')), mkdir(join(folder, 'depth'))]);
    await writeFile(join(folder, 'calibration.json'), `${JSON.stringify({ ...calibration, depthScaleMm: 1 }, undefined, 2)}\n`);
    await writeFile(join(folder, 'rgb.txt'), '# timestamp_s filename\n');
    await writeFile(join(folder, 'depth.txt'), '# timestamp_s filename\n');
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { kind: 'failed', sentence: `${folder} cannot be written: ${reasonOf(error)}.` };
  }
  return { kind: 'opened', writer: new RecordingWriter(folder, calibration) };
}

/**
 * Writes frames as a TUM RGB-D recording: colour and depth as PNG, so that playing it back gives the same pixels and times to the
 * microsecond. A picture is named in the lists only once its file is complete: a recording cut short
 * anywhere still opens.
 */
export class RecordingWriter {
  private readonly folder: string;
  private readonly calibration: Calibration;
  private count = 0;
  private lastTimestampUs = -1;

  constructor(folder: string, calibration: Calibration) {
    this.folder = folder;
    this.calibration = calibration;
  }

  get frames(): number {
    return this.count;
  }

  /** Appends one frame. Fails with a sentence when its size or time does not fit the recording, or when the disk is full. */
  async write(frame: RgbdFrame): Promise<Written> {
    const { color, depth } = this.calibration;
    if (frame.color.length !== color.width * color.height * 4 || frame.depthMm.length !== depth.width * depth.height) {
      return { kind: 'failed', sentence: `Frame ${frame.sequence} has another size than the recording in ${this.folder}.` };
    }
    const timestampUs = Math.round(frame.capturedAtMs * 1000);
    if (timestampUs <= this.lastTimestampUs) {
      return { kind: 'failed', sentence: `Frame ${frame.sequence} is older than the one before it; the camera's clock went backwards.` };
    }
    const name = `${String(this.count).padStart(6, '0')}.png`;
    const timestampS = `${Math.floor(timestampUs / 1e6)}.${String(timestampUs % 1e6).padStart(6, '0')}`;
    try {
      await Promise.all([
        writeFile(join(this.folder, 'rgb', name), await encodePng({ kind: 'rgba', pixels: frame.color }, color.width, color.height)),
        writeFile(join(this.folder, 'depth', name), await encodePng({ kind: 'grey16', pixels: frame.depthMm }, depth.width, depth.height)),
        frame.infrared === undefined ? undefined : this.writeInfrared(name, frame.infrared),
      ]);
      await append(join(this.folder, 'rgb.txt'), `${timestampS} rgb/${name}\n`);
      await append(join(this.folder, 'depth.txt'), `${timestampS} depth/${name}\n`);
      if (frame.infrared !== undefined) await append(join(this.folder, 'infrared.txt'), `${timestampS} infrared/${name}\n`);
    } catch (error) {
      return { kind: 'failed', sentence: `${this.folder} cannot be written: ${reasonOf(error)}.` };
    }
    this.count += 1;
    this.lastTimestampUs = timestampUs;
    return { kind: 'written' };
  }

  private async writeInfrared(name: string, pixels: Uint8Array): Promise<void> {
    const { width, height } = this.calibration.depth;
    await mkdir(join(this.folder, 'infrared'), { recursive: true });
    await writeFile(join(this.folder, 'infrared', name), await encodePng({ kind: 'grey', pixels }, width, height));
  }
}

async function append(path: string, line: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    await file.writeFile(line);
  } finally {
    await file.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** What the operating system says, in words where a person meets it often. */
function reasonOf(error: unknown): string {
  if (isCode(error, 'ENOSPC')) return 'the disk is full';
  if (isCode(error, 'EACCES') || isCode(error, 'EPERM')) return 'permission denied';
  if (isCode(error, 'EROFS')) return 'the disk is read-only';
  return error instanceof Error ? error.message : String(error);
}

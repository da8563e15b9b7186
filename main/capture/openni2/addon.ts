import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { RingSlot } from '../frame-ring.ts';

/** One device as OpenNI enumerates it. */
export interface OpenniDevice {
  readonly uri: string;
  readonly vendor: string;
  readonly name: string;
  readonly usbVendorId: number;
  readonly usbProductId: number;
}

/** Pictures of one stream. Fields of view are whole angles; 0 where the driver does not say. */
export interface OpenniPicture {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly horizontalFovRad: number;
  readonly verticalFovRad: number;
}

export interface OpenniInfo extends OpenniDevice {
  readonly serial: string;
  /** An `.oni` recording and not a device. */
  readonly isFile: boolean;
  /** The device itself puts depth onto the colour image. */
  readonly registered: boolean;
  readonly hasInfrared: boolean;
  /** Depth frames in a recording, 0 for a device. */
  readonly frames: number;
  readonly color: OpenniPicture;
  readonly depth: OpenniPicture;
}

/** The shared memory of a frame ring. */
export interface RingMemory {
  readonly control: Int32Array;
  readonly capturedAtMs: Float64Array;
  readonly slots: readonly RingSlot[];
}

/** An opened device. It is closed by `stop`, also when it was never started. */
export interface OpenniSession {
  /**
   * Begins to write frames into the ring from OpenNI's own thread. `nowMs`: now, on the clock frames are stamped with. A `paced` session
   * (recordings only) reads one frame, and one more for each `next`; frames then carry the recording's own time.
   */
  start(memory: RingMemory, nowMs: number, paced: boolean, onEvent: (event: 'frame' | 'lost' | 'ended', reason: string) => void): void;
  next(): void;
  /** Resolves when the device is closed. */
  stop(): Promise<void>;
}

/** What the native addon `native/openni2` exports. Nothing in it throws for reasons outside this program. */
export interface OpenniAddon {
  /** Loads OpenNI's library from the first of these file names that works; once loaded it stays. */
  load(
    candidates: readonly string[],
  ): Promise<
    { readonly kind: 'loaded'; readonly path: string; readonly version: string } | { readonly kind: 'failed'; readonly reason: string }
  >;
  list(): Promise<readonly OpenniDevice[]>;
  open(
    uri: string,
  ): Promise<
    | { readonly kind: 'opened'; readonly info: OpenniInfo; readonly session: OpenniSession }
    | { readonly kind: 'failed'; readonly reason: string }
  >;
}

export type LoadedAddon = { readonly kind: 'addon'; readonly addon: OpenniAddon } | { readonly kind: 'failed'; readonly sentence: string };

/** Loads the native addon from `nativeDir/openni2`: one built there, or the prebuild for this system. */
export function loadAddon(nativeDir: string): LoadedAddon {
  try {
    const require = createRequire(import.meta.url);
    const nodeGypBuild: unknown = require('node-gyp-build');
    if (typeof nodeGypBuild !== 'function') throw new TypeError('node-gyp-build is not a function');
    return { kind: 'addon', addon: nodeGypBuild(join(nativeDir, 'openni2')) as OpenniAddon };
  } catch {
    const system = `${process.platform}-${process.arch}`;
    return { kind: 'failed', sentence: `Cameras through OpenNI are not available on ${system}: its part of Facelatch has not been built.` };
  }
}

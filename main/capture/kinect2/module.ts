import { createRequire } from 'node:module';

/** One picture of a multi-source frame, as the npm package `kinect2` 0.3.0 delivers it. */
export interface Kinect2Picture {
  /** May be a view of memory that the next frame overwrites: read it before the listener returns. */
  readonly buffer: Uint8Array;
}

/** A multi-source frame with the three pictures that are asked for. Any may be absent or of a wrong size; it carries no time. */
export interface Kinect2Frame {
  /** 1920x1080, RGBA. */
  readonly color?: Kinect2Picture;
  /** 512x424, 16 bits, millimetres. */
  readonly rawDepth?: Kinect2Picture;
  /** 512x424, 8 bits. */
  readonly infrared?: Kinect2Picture;
}

/** The part of the package's `Kinect2` that is used. It keeps global state: one sensor and one reader for the whole process. */
export interface Kinect2Sensor {
  /** True when the Kinect runtime answers, with a sensor plugged in or not. */
  open(): boolean;
  /** Throws when a reader is open already, in this process. */
  openMultiSourceReader(options: { frameTypes: number }): boolean | null;
  close(): Promise<boolean>;
  on(event: 'multiSourceFrame', listener: (frame: Kinect2Frame) => void): unknown;
  off(event: 'multiSourceFrame', listener: (frame: Kinect2Frame) => void): unknown;
}

export interface Kinect2Module {
  new (): Kinect2Sensor;
  readonly FrameType: { readonly color: number; readonly infrared: number; readonly rawDepth: number };
}

export type LoadedKinect2 =
  | { readonly kind: 'module'; readonly module: Kinect2Module }
  | { readonly kind: 'absent'; readonly sentence: string; readonly remedy: string };

/** Loads the package where it can work: 64-bit Windows with Microsoft's Kinect runtime 2.0. */
export function loadKinect2(): LoadedKinect2 {
  if (process.platform !== 'win32' || process.arch !== 'x64') {
    return { kind: 'absent', sentence: 'The Kinect SDK is for 64-bit Windows; elsewhere a Kinect is seen through OpenNI 2.', remedy: '' };
  }
  try {
    const module: unknown = createRequire(import.meta.url)('kinect2');
    if (typeof module === 'function') return { kind: 'module', module: module as unknown as Kinect2Module };
  } catch {
    // Not installed, or its library Kinect20.dll is not there: the remedy is the same.
  }
  return {
    kind: 'absent',
    sentence: 'The Kinect runtime 2.0 of Microsoft is not installed.',
    remedy: 'Install "Kinect for Windows Runtime 2.0": https://www.microsoft.com/download/details.aspx?id=44559',
  };
}

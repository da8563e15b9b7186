import { EventEmitter } from 'node:events';
import type { Kinect2Frame, Kinect2Module } from '../../../main/capture/kinect2/module.ts';

/** What the stand-in's Kinect shows: colour as it comes off the sensor, RGBA, and depth in mm; neither is mirrored yet. */
export interface KinectScene {
  readonly color: Uint8Array;
  readonly depthMm: Uint16Array;
  readonly infrared: Uint8Array;
}

/** Ways in which the real package and sensor are known to misbehave. */
export type KinectFault = 'none' | 'no-runtime' | 'reader-refused' | 'nothing-plugged-in' | 'no-depth' | 'short-color' | 'hanging-close';

/**
 * The npm package `kinect2` 0.3.0 as it behaves on Windows, from its source: global state, `open` that is true without a sensor, a reader that
 * may be opened once (a TypeError otherwise), buffers that are views of the same memory for every frame, mirrored pictures, no times.
 */
export class KinectStandIn {
  fault: KinectFault = 'none';
  readonly module: Kinect2Module;
  private emitters: EventEmitter[] = [];
  private readonly color = Buffer.alloc(1920 * 1080 * 4);
  private readonly depth = Buffer.alloc(512 * 424 * 2);
  private readonly infrared = Buffer.alloc(512 * 424);

  constructor() {
    const standIn = this;
    let readerOpen = false;
    class Sensor extends EventEmitter {
      open(): boolean {
        return standIn.fault !== 'no-runtime';
      }
      openMultiSourceReader(options: { frameTypes: number }): boolean | null {
        if (readerOpen) throw new TypeError('MultiSource thread already running');
        if (options.frameTypes !== (0x1 | 0x2 | 0x400)) throw new TypeError('the stand-in knows colour, infrared and raw depth');
        if (standIn.fault === 'reader-refused') return false;
        readerOpen = true;
        standIn.emitters.push(this);
        return true;
      }
      close(): Promise<boolean> {
        if (standIn.fault === 'hanging-close') return new Promise(() => {});
        readerOpen = false;
        standIn.emitters = standIn.emitters.filter((emitter) => emitter !== this);
        return Promise.resolve(true);
      }
    }
    this.module = Object.assign(Sensor, { FrameType: { color: 0x1, infrared: 0x2, rawDepth: 0x400 } }) as unknown as Kinect2Module;
  }

  /** The sensor takes a picture of the scene; the memory of the frame before is overwritten. */
  show(scene: KinectScene): void {
    if (this.fault === 'nothing-plugged-in') return;
    mirror(
      new Uint32Array(scene.color.buffer, scene.color.byteOffset, 1920 * 1080),
      new Uint32Array(this.color.buffer, this.color.byteOffset, 1920 * 1080),
      1920,
    );
    mirror(scene.depthMm, new Uint16Array(this.depth.buffer, this.depth.byteOffset, 512 * 424), 512);
    mirror(scene.infrared, this.infrared, 512);
    const frame: Kinect2Frame = {
      color: { buffer: this.fault === 'short-color' ? this.color.subarray(0, 1000) : this.color },
      ...(this.fault !== 'no-depth' && { rawDepth: { buffer: this.depth } }),
      infrared: { buffer: this.infrared },
    };
    for (const emitter of this.emitters) emitter.emit('multiSourceFrame', frame);
  }
}

function mirror<Pixels extends Uint8Array | Uint16Array | Uint32Array>(from: Pixels, to: Pixels, width: number): void {
  for (let at = 0; at < from.length; at += 1) to[at] = from[at - (at % width) + width - 1 - (at % width)] as number;
}

import type { Calibration, RgbdFrame } from '../contract/frame.ts';

/** Writer, newest frame and reader each hold one of three slots, so neither ever waits for the other and no frame is torn. */
const slotCount = 3;
const freshBit = 4;
const slotMask = 3;

/** Int32 words at the head of the shared memory. Native drivers use the same layout: see native/openni2/src/ring.h. */
export const ringControl = { exchange: 0, droppedFrames: 1, slots: 4, wordsPerSlot: 4 } as const;
/** Int32 words of one slot, from `ringControl.slots + slot * ringControl.wordsPerSlot`. */
export const slotWords = { format: 0, sequence: 1, hasInfrared: 2 } as const;

/** The memory of one slot. `color` is RGBA, `depthMm` in millimetres, `infrared` 8-bit on the depth grid; each as large as the largest format. */
export interface RingSlot {
  readonly index: number;
  readonly color: Uint8Array;
  readonly depthMm: Uint16Array;
  readonly infrared: Uint8Array;
}

/** What a writer says about the frame it has put into a slot. `format` is the index of its calibration in the ring's list. */
export interface FrameHeader {
  readonly format: number;
  readonly sequence: number;
  readonly capturedAtMs: number;
  readonly hasInfrared: boolean;
}

/**
 * Triple buffer in shared memory for one writer and one reader, on the same or on different threads. The newest frame wins: a frame the
 * reader has not fetched by the time the next one is committed is dropped and counted.
 */
export class FrameRing {
  readonly control: Int32Array;
  readonly capturedAtMs: Float64Array;
  readonly slots: readonly RingSlot[];
  private readonly formats: readonly Calibration[];
  private writing = 0;
  private reading = 2;

  /** `formats`: every calibration frames may come with, at least one; the slots take the largest. */
  constructor(formats: readonly Calibration[]) {
    if (formats.length === 0) throw new RangeError('a frame ring needs at least one format');
    this.formats = formats;
    const colorBytes = align(Math.max(...formats.map(({ color }) => color.width * color.height * 4)));
    const depthPixels = align(Math.max(...formats.map(({ depth }) => depth.width * depth.height)));
    const controlBytes = align((ringControl.slots + slotCount * ringControl.wordsPerSlot) * 4);
    const stampBytes = align(slotCount * 8);
    const slotBytes = colorBytes + depthPixels * 2 + depthPixels;
    const memory = new SharedArrayBuffer(controlBytes + stampBytes + slotCount * slotBytes);
    this.control = new Int32Array(memory, 0, ringControl.slots + slotCount * ringControl.wordsPerSlot);
    this.capturedAtMs = new Float64Array(memory, controlBytes, slotCount);
    this.slots = Array.from({ length: slotCount }, (_, index) => {
      const start = controlBytes + stampBytes + index * slotBytes;
      return {
        index,
        color: new Uint8Array(memory, start, colorBytes),
        depthMm: new Uint16Array(memory, start + colorBytes, depthPixels),
        infrared: new Uint8Array(memory, start + colorBytes + depthPixels * 2, depthPixels),
      };
    });
    Atomics.store(this.control, ringControl.exchange, 1);
  }

  /** The slot to write the next frame into. It stays the writer's until `commit`. */
  writeSlot(): RingSlot {
    return this.slot(this.writing);
  }

  /** Makes the written slot the newest frame. Returns false when that dropped a frame nobody had fetched. */
  commit(header: FrameHeader): boolean {
    const word = ringControl.slots + this.writing * ringControl.wordsPerSlot;
    this.control[word + slotWords.format] = header.format;
    this.control[word + slotWords.sequence] = header.sequence;
    this.control[word + slotWords.hasInfrared] = header.hasInfrared ? 1 : 0;
    this.capturedAtMs[this.writing] = header.capturedAtMs;
    const before = Atomics.exchange(this.control, ringControl.exchange, this.writing | freshBit);
    this.writing = before & slotMask;
    if ((before & freshBit) === 0) return true;
    Atomics.add(this.control, ringControl.droppedFrames, 1);
    return false;
  }

  /** The newest frame not taken before, as views that stay untouched until the next call. */
  take(): RgbdFrame | undefined {
    if ((Atomics.load(this.control, ringControl.exchange) & freshBit) === 0) return undefined;
    this.reading = Atomics.exchange(this.control, ringControl.exchange, this.reading) & slotMask;
    const word = ringControl.slots + this.reading * ringControl.wordsPerSlot;
    const calibration = this.formats[this.control[word + slotWords.format] ?? -1];
    if (calibration === undefined) throw new RangeError('a frame names a format the ring does not have');
    const slot = this.slot(this.reading);
    const { color, depth } = calibration;
    const depthPixels = depth.width * depth.height;
    return {
      sequence: this.control[word + slotWords.sequence] ?? 0,
      capturedAtMs: this.capturedAtMs[this.reading] ?? 0,
      color: slot.color.subarray(0, color.width * color.height * 4),
      depthMm: slot.depthMm.subarray(0, depthPixels),
      ...(this.control[word + slotWords.hasInfrared] === 1 && { infrared: slot.infrared.subarray(0, depthPixels) }),
      calibration,
    };
  }

  /** Forgets a frame that nobody has fetched, so that a new start never begins with an old picture. */
  clear(): void {
    if ((Atomics.load(this.control, ringControl.exchange) & freshBit) === 0) return;
    this.reading = Atomics.exchange(this.control, ringControl.exchange, this.reading) & slotMask;
  }

  /** Frames written and never fetched since the ring was made. */
  droppedFrames(): number {
    return Atomics.load(this.control, ringControl.droppedFrames);
  }

  private slot(index: number): RingSlot {
    const slot = this.slots[index];
    if (slot === undefined) throw new RangeError(`the frame ring has no slot ${index}`);
    return slot;
  }
}

/** Whole cache lines, so that slots never share one. */
function align(size: number): number {
  return Math.ceil(size / 64) * 64;
}

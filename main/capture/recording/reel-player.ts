import { setTimeout as sleep } from 'node:timers/promises';
import type { Calibration } from '../../contract/frame.ts';
import { monotonicNowMs } from '../../contract/monotonic.ts';
import type { FrameRing } from '../frame-ring.ts';
import { type ReadFrame, type Recording, readFrameAt } from './reader.ts';

/** Recordings played one after another, over and over. */
export type Reel = readonly Recording[];

/** Frames decoded before they are due: enough to bridge one slow picture on a busy machine, little enough to keep memory small. */
const decodedAhead = 3;
/** The pause before a recording of one frame shows it again, and the longest pause between two frames. */
const singleFrameGapMs = 100;
const longestGapMs = 1000;

export interface PlayerListener {
  readonly onFrame: () => void;
  /** Playing has ended: a picture could not be read. */
  readonly onFailed: (sentence: string) => void;
}

/** Plays reels into a frame ring at the speed they were taken, stamped with the time of playing. */
export class ReelPlayer {
  private readonly ring: FrameRing;
  private readonly formats: readonly Calibration[];
  private readonly gapMs: number | undefined;
  /** Each `play` and `stop` begins a new run; whatever an older run still had in hand is thrown away. */
  private run = 0;
  private sequence = 0;

  /** `formats`: the list the ring was made with. `gapMs`: from frame to frame, whatever the recordings say; theirs when not given. */
  constructor(ring: FrameRing, formats: readonly Calibration[], gapMs?: number) {
    this.ring = ring;
    this.formats = formats;
    this.gapMs = gapMs;
  }

  /** Begins at the first frame of `reel`, in place of whatever was playing. Frame numbers go on until `rewind`. */
  play(reel: Reel, listener: PlayerListener): void {
    this.run += 1;
    void this.playReel(reel, listener, this.run);
  }

  /** Delivers nothing more, and forgets a frame nobody has fetched. */
  stop(): void {
    this.run += 1;
    this.ring.clear();
  }

  /** The next frame is number 0 again. */
  rewind(): void {
    this.sequence = 0;
  }

  private async playReel(reel: Reel, listener: PlayerListener, run: number): Promise<void> {
    const positions = endlessly(reel);
    const ahead: { read: Promise<ReadFrame>; gapMs: number }[] = [];
    let dueMs: number | undefined;
    while (this.run === run) {
      while (ahead.length < decodedAhead) {
        const { recording, index } = positions.next().value;
        ahead.push({ read: readFrameAt(recording, index), gapMs: this.gapMs ?? gapAfterMs(recording, index) });
      }
      const next = ahead.shift();
      if (next === undefined) return;
      const read = await next.read;
      const waitMs = (dueMs ?? 0) - monotonicNowMs();
      if (waitMs > 0) await sleep(waitMs);
      if (this.run !== run) break;
      if (read.kind === 'failed') {
        this.run += 1;
        listener.onFailed(read.sentence);
        break;
      }
      const shownMs = monotonicNowMs();
      this.deliver(read.frame);
      listener.onFrame();
      // Late by more than one frame: go on from here instead of rushing through what was missed.
      dueMs = Math.max((dueMs ?? shownMs) + next.gapMs, monotonicNowMs());
    }
    await Promise.all(ahead.map(({ read }) => read));
  }

  private deliver(frame: Extract<ReadFrame, { kind: 'frame' }>['frame']): void {
    const slot = this.ring.writeSlot();
    slot.color.set(frame.color);
    slot.depthMm.set(frame.depthMm);
    if (frame.infrared !== undefined) slot.infrared.set(frame.infrared);
    this.ring.commit({
      format: this.formats.indexOf(frame.calibration),
      sequence: this.sequence,
      capturedAtMs: monotonicNowMs(),
      hasInfrared: frame.infrared !== undefined,
    });
    this.sequence += 1;
  }
}

function* endlessly(reel: Reel): Generator<{ recording: Recording; index: number }, never> {
  if (reel.every(({ pairs }) => pairs.length === 0)) throw new RangeError('a reel needs at least one frame');
  for (;;) {
    for (const recording of reel) {
      for (let index = 0; index < recording.pairs.length; index += 1) yield { recording, index };
    }
  }
}

function gapAfterMs({ pairs }: Recording, index: number): number {
  const here = pairs[index]?.timestampS ?? 0;
  const next = pairs[index + 1]?.timestampS;
  // The gap before the last frame serves after it too, where the reel begins again.
  if (next === undefined) return index === 0 ? singleFrameGapMs : clampGap((here - (pairs[index - 1]?.timestampS ?? 0)) * 1000);
  return clampGap((next - here) * 1000);
}

function clampGap(gapMs: number): number {
  return Math.min(Math.max(gapMs, 1), longestGapMs);
}

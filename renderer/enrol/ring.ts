import type { RingBin } from '../../main/contract/ipc.ts';

/** Ticks drawn around the preview: enough to look like a ring, few enough to be told apart. */
const tickCount = 72;

export interface Tick {
  readonly angleDeg: number;
  readonly filled: 'none' | 'first' | 'second';
  /** The head points here now. */
  readonly faced: boolean;
}

/** The ticks of the ring: each shows the bin nearest to it, so a handful of measured bins fills a fine ring. `facing`: index of the bin the head points to. */
export function ringTicks(bins: readonly RingBin[], facing: number | undefined): readonly Tick[] {
  const facedBin = facing === undefined ? undefined : bins[facing];
  return Array.from({ length: tickCount }, (_, index) => {
    // Half a step off, so that no tick lies between two bins.
    const angleDeg = (360 / tickCount) * (index + 0.5);
    const bin = nearestBin(bins, angleDeg);
    return {
      angleDeg,
      filled: bin?.filledSecond ? 'second' : bin?.filledFirst ? 'first' : 'none',
      faced: bin !== undefined && bin === facedBin,
    };
  });
}

/** How much of both circles is done, 0 to 100. */
export function percentDone(bins: readonly RingBin[]): number {
  if (bins.length === 0) return 0;
  const filled = bins.reduce((sum, bin) => sum + Number(bin.filledFirst) + Number(bin.filledSecond), 0);
  return Math.round((100 * filled) / (2 * bins.length));
}

function nearestBin(bins: readonly RingBin[], angleDeg: number): RingBin | undefined {
  let best: RingBin | undefined;
  for (const bin of bins) {
    if (best === undefined || apartDeg(bin.angleDeg, angleDeg) < apartDeg(best.angleDeg, angleDeg)) best = bin;
  }
  return best;
}

function apartDeg(a: number, b: number): number {
  const turn = Math.abs(a - b) % 360;
  return Math.min(turn, 360 - turn);
}

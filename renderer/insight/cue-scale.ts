import type { CueMeasure, Range } from '../../main/contract/insight.ts';
import { livingRange } from './words.ts';

/** Where a cue lies on its line, as shares of the line's length from 0 to 1. */
export interface CueScale {
  readonly at: number;
  /** Where most living faces lie, as far as the bound lets them through. */
  readonly living: Range | undefined;
  /** What the bound lets through. */
  readonly allowed: Range;
}

/** The line reaches so many spreads to both sides of where costs begin: a cue counts for no more. */
const shownSpreads = 6;
/** Left free at both ends, as a share of what is shown. */
const margin = 0.04;

/** The cue on a line that holds its bound and where living faces lie; `undefined` where it has neither, or was not measured. */
export function cueScale(cue: CueMeasure): CueScale | undefined {
  const { value, bound, living } = cue;
  if (!Number.isFinite(value) || (bound === undefined && living === undefined)) return undefined;
  const ends = [
    ...(bound === undefined ? [] : [bound.from, bound.to]),
    // Where only a bound is known, the line reaches as far beyond it as the value does.
    ...(living === undefined ? [value] : []),
    ...(living === undefined ? [] : [living.begins - shownSpreads * living.spread, living.begins + shownSpreads * living.spread]),
  ];
  const free = margin * (Math.max(...ends) - Math.min(...ends));
  const from = Math.min(...ends) - free;
  const to = Math.max(...ends) + free;
  const share = (at: number): number => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const most = livingRange(cue);
  const allowed = bound === undefined ? { from: 0, to: 1 } : { from: share(bound.from), to: share(bound.to) };
  const inside = (at: number): number => Math.min(allowed.to, Math.max(allowed.from, share(at)));
  return {
    at: share(value),
    living: most === undefined ? undefined : { from: inside(most.from), to: inside(most.to) },
    allowed,
  };
}

import type { Attention, Liveness } from './observation.ts';

/** Values from one end to the other, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** One cue of liveness as it lay in a frame, beside what it is judged by. */
export interface CueMeasure {
  readonly name: string;
  /** In the unit that the name ends with; NaN where it could not be measured. */
  readonly value: number;
  readonly passed: boolean;
  /** Outside of it the frame is refused, whatever the score says. */
  readonly bound: Range | undefined;
  /** Where costs begin, and median and spread (a normal's standard deviation) of living faces; absent where the cue has no weight in the score. */
  readonly living: { readonly begins: number; readonly middle: number; readonly spread: number } | undefined;
  /** Log-odds it took from the score; 0 without a weight. */
  readonly cost: number;
}

/** Liveness of one frame: log-odds begin at `startLogOdds` and lose what each cue costs. */
export interface LivenessMeasures {
  readonly kind: Liveness['kind'];
  readonly startLogOdds: number;
  readonly logOdds: number;
  readonly cues: readonly CueMeasure[];
}

/** What one face of a look measured. Only ever told to the unlocked owner, who typed the passcode for it. */
export interface FaceMeasures {
  /** L2 distance of unit vectors, 0 to 2, to the nearest vector of this person's enrolment; absent where there was nothing to compare. */
  readonly enrolledDistance: number | undefined;
  /** The same to the nearest vector learned later. */
  readonly learnedDistance: number | undefined;
  readonly infrared: boolean;
  /** What was wrong with the picture, as a sentence; absent where it was good. */
  readonly quality: string | undefined;
  readonly liveness: LivenessMeasures;
  readonly attention: Attention;
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly distanceMm: number;
}

/** What the frames of a look came to. */
export interface LookTally {
  /** All that were seen, with and without a face. */
  readonly frames: number;
  /** Frames that matched this person. */
  readonly matched: number;
  /** Frames that were judged and matched nobody. */
  readonly unknown: number;
  /** Frames outside a bound of liveness. */
  readonly notLive: number;
  /** Mean log-odds of the frames that matched this person; absent without one. */
  readonly meanLogOdds: number | undefined;
}

/** One look at the lock, told in full. */
export interface LookDetail {
  readonly id: number;
  readonly wallMs: number;
  readonly outcome: 'opened' | 'refused' | 'undecided';
  /** What was decided and why, as one sentence that needs no other. */
  readonly reason: string;
  readonly tally: LookTally;
  /** Absent where no face was seen. */
  readonly face: FaceMeasures | undefined;
  /** What became of learning from it, as a sentence; absent where nothing was tried. */
  readonly learning: string | undefined;
}

/** The distances the rules go by, for the network in use; what they mean stands beside `AdaptationRules`. */
export interface DistanceRules {
  readonly unlock: number;
  readonly reach: number;
  readonly unlockByLearned: number;
  readonly learn: number;
}

/** What looks are judged by; where each number comes from stands beside it in its room. */
export interface LookNumbers {
  /** Absent for a network that was never calibrated. */
  readonly distances: DistanceRules | undefined;
  readonly framesToUnlock: number;
  readonly framesToRefuse: number;
  readonly leastMeanLogOdds: number;
  /** Whether eyes count at all: an accessibility setting. */
  readonly attentionRequired: boolean;
  /** Both eyes at least so probably shut are shut eyes. */
  readonly shutProbability: number;
  readonly attentionConeDeg: number;
  readonly distanceMm: Range;
  readonly maximumYawDeg: number;
  readonly maximumPitchDeg: number;
}

/** The last looks, newest first, as they concern one person. */
export interface InsightView {
  readonly personName: string;
  readonly rules: LookNumbers;
  readonly looks: readonly LookDetail[];
}

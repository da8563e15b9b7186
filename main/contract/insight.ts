import type { Attention, Liveness } from './observation.ts';

/** What the last face of a look measured. Only ever told to the unlocked owner, who typed the passcode for it. */
export interface FaceMeasures {
  /** L2 distance of unit vectors, 0 to 2, to the nearest vector of this person's enrolment; absent where there was nothing to compare. */
  readonly enrolledDistance: number | undefined;
  /** The same to the nearest vector learned later. */
  readonly learnedDistance: number | undefined;
  readonly infrared: boolean;
  /** What was wrong with the picture, as a sentence; absent where it was good. */
  readonly quality: string | undefined;
  readonly liveness: Liveness;
  readonly attention: Attention;
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly distanceMm: number;
}

/** One look at the lock, told in full. */
export interface LookDetail {
  readonly id: number;
  readonly wallMs: number;
  readonly outcome: 'opened' | 'refused' | 'undecided';
  /** Why, as a sentence. */
  readonly reason: string;
  readonly frames: number;
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

/** The last looks, newest first, as they concern one person. */
export interface InsightView {
  readonly personName: string;
  readonly rules: DistanceRules | undefined;
  readonly looks: readonly LookDetail[];
}

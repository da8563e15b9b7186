import type { EnrolledOrigin, TemplateOrigin } from './template.ts';
import { thresholdsOf } from './thresholds.ts';

/** The origins of vectors that were learned after enrolment. */
export type LearnedOrigin = Exclude<TemplateOrigin, EnrolledOrigin>;

/** How many vectors one path may keep, and what ends their service. */
export interface LearnedLimits {
  readonly cap: number;
  /** Unlocks a vector may take part in. */
  readonly maximumUses: number;
  readonly maximumIdleMs: number;
  /** Looks of the owner in a row that the vector may fail to match. */
  readonly maximumUnmatched: number;
}

/**
 * Everything adaptation goes by. Distances are L2 distances of unit vectors, 0 to 2, per network; `core` means the enrolled vectors.
 *
 * `unlock`: a probe this near to the core matches, as without adaptation.
 * `reach`: nothing farther than this from the core is ever learned, is a near miss, or matches through a learned vector. So whatever
 *   was learned, a face beyond `reach` of the core cannot get in.
 * `unlockByLearned`: a probe within `reach` matches when it is this near to a learned vector.
 * `learn`: the success path learns only from looks this near to the core, stricter than `unlock`; other learned vectors do not help.
 * `novelty`: a vector nearer than this to a stored one says nothing new.
 * `steadyCosine`: an update whose direction has at least this cosine with the updates before it heads steadily somewhere.
 */
export interface AdaptationRules {
  readonly unlock: number;
  readonly reach: number;
  readonly unlockByLearned: number;
  readonly learn: number;
  readonly novelty: number;
  readonly steadyCosine: number;
  readonly limits: Readonly<Record<LearnedOrigin, LearnedLimits>>;
  /** Least time between two updates, of whichever path. */
  readonly updateGapMs: number;
  /** Failed looks in a row after which the near-miss path is closed. */
  readonly nearMissFailedLooks: number;
  /** Failed looks in a row after which nothing is learned for `suspensionMs`. */
  readonly suspendingFailedLooks: number;
  readonly suspensionMs: number;
  /** The passcode counts as typed right after a near miss within this time. */
  readonly passcodeWithinMs: number;
  /** The new capture must be complete within this time after the passcode. */
  readonly captureWithinMs: number;
  /** Frames of a new capture: no single frame is learned. */
  readonly captureFrames: number;
}

type Distances = Omit<AdaptationRules, 'unlock' | keyof typeof pace>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Face ID's rules name these limits without their numbers; `docs/adaptation.md` says how each was chosen. */
const pace = {
  limits: {
    'learned-success': { cap: 4, maximumUses: 100, maximumIdleMs: 30 * dayMs, maximumUnmatched: 60 },
    'learned-near-miss': { cap: 2, maximumUses: 50, maximumIdleMs: 14 * dayMs, maximumUnmatched: 20 },
  },
  updateGapMs: dayMs,
  nearMissFailedLooks: 3,
  suspendingFailedLooks: 5,
  suspensionMs: dayMs,
  passcodeWithinMs: 20_000,
  captureWithinMs: 30_000,
  captureFrames: 3,
} as const;

/** Of SFace: from its distances on Labeled Faces in the Wild and the poisoning experiment, see `docs/adaptation.md`. */
const distancesByModel: Readonly<Record<string, Distances>> = {
  sface: { reach: 1, unlockByLearned: 0.75, learn: 0.75, novelty: 0.3, steadyCosine: 0 },
};

/** Rules for vectors of a network; `undefined` for one whose distances were never studied, with which nothing is learned. */
export function adaptationRulesOf(model: string): AdaptationRules | undefined {
  const thresholds = thresholdsOf(model);
  const distances = Object.hasOwn(distancesByModel, model) ? distancesByModel[model] : undefined;
  return thresholds === undefined || distances === undefined ? undefined : { unlock: thresholds.unlock, ...distances, ...pace };
}

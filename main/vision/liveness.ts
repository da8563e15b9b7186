import type { Liveness, LivenessCue } from '../contract/observation.ts';
import { minimumMeasuredShare } from './face-depth.ts';
import { faceRelief } from './face-relief.ts';
import { facingDepth } from './facing.ts';
import { type LivenessCueName, type LivenessCues, type LivenessInput, livenessCueNames, measureCues } from './liveness-cues.ts';
import { type LivenessMemory, readFace, remember } from './liveness-memory.ts';
import { type CueWeight, cueWeights, livenessBias } from './liveness-weights.ts';

/** A bound that every living face keeps, whatever the score says. Where the numbers come from stands beside each. */
interface Bound {
  readonly from: number;
  readonly to: number;
}

export const livenessBounds: Readonly<Partial<Record<LivenessCueName, Bound>>> = {
  /** Standard deviation of the face from its best plane. Heads measure 8 to 20 mm, a sheet shows the sensor's noise: 1.5 to 4 mm. */
  reliefMm: { from: 5.5, to: 40 },
  /** Nose tip over the plane of cheeks, inner eye corners and mouth. Adults' noses stand out 15 to 30 mm (Farkas 1994, nasal protrusion) over the lip, over this plane rendered people's up to 53 and photographed ones' to 48, attacks' to 45. */
  noseProtrusionMm: { from: 8, to: 58 },
  /** Between the irises: adults have 51 to 77 mm (Dodgson 2004, 99.9 %); the margins allow for depth noise and turned heads. */
  pupilDistanceMm: { from: 44, to: 90 },
  /**
   * Correlation of measured relief with the relief that the landmark network expects of this face, planes taken out of both. Faces before a real Kinect v2 at
   * 1.1 m have 0.45 to 0.7 from the front, nearer ones 0.7 to 0.95; sheets -0.2 to 0.35.
   */
  meshAgreement: { from: 0.42, to: 1 },
  /** Readings that an earlier frame had to the millimetre. A sensor before a head has its noise anew in every frame; 1 is a frame shown again. */
  repeatedShare: { from: 0, to: 0.97 },
};

/** No cue counts for more than so many spreads: one odd measurement does not decide. */
const farthestSpreads = 6;
/** A cue that alone costs more log-odds than this is shown as one that speaks against a living face. */
const reasonableCost = 1.5;

export interface JudgedLiveness {
  readonly liveness: Liveness;
  readonly memory: LivenessMemory | undefined;
}

/**
 * Judges whether a face is a living head and not a picture, a screen, a mask or a recording of one: bounds that every living face keeps, and a score from
 * 0 to 1 in which all cues count (`cueWeights`, fitted on rendered people). `live` means within the bounds; whether the score suffices is judged over several
 * frames (`identity/look.ts`). `unknown` when depth is missing on too much of the face. A cue that needs an earlier frame is NaN without one and counts for neither side.
 */
export function judgeLiveness(input: LivenessInput): JudgedLiveness {
  const { landmarks, face, depth, memory } = input;
  const unknown: JudgedLiveness = { liveness: { kind: 'unknown', score: 0, cues: [] }, memory };
  if (face.measuredShare < minimumMeasuredShare) return unknown;
  const facing = facingDepth(landmarks, face);
  const relief = faceRelief(landmarks, facing, depth.intrinsics.fx);
  if (relief === undefined) return unknown;
  const readings = readFace(landmarks, depth);
  return { liveness: judgeCues(measureCues(input, facing, relief, readings)), memory: remember(memory, relief, readings) };
}

/** The verdict on cues that were measured before: bounds, score and which cues speak against a living face. */
export function judgeCues(values: LivenessCues): Liveness {
  const cues = livenessCueNames.map((name): LivenessCue => ({ name, value: values[name], passed: passes(name, values[name]) }));
  const live = livenessCueNames.every((name) => withinBounds(name, values[name]));
  return { kind: live ? 'live' : 'spoof', score: livenessScore(values), cues };
}

/** Probability that cues like these are a living face's, at even odds of both, 0 to 1. */
function livenessScore(cues: LivenessCues): number {
  const logOdds = cueWeights.reduce((sum, weight) => sum - cueCost(weight, cues[weight.name]), livenessBias);
  return 1 / (1 + Math.exp(-logOdds));
}

/** Log-odds that a value of this cue takes from the score; nothing where it could not be measured. */
export function cueCost({ begins, spread, below, above }: CueWeight, value: number): number {
  if (!Number.isFinite(value)) return 0;
  const spreads = Math.max(-farthestSpreads, Math.min(farthestSpreads, (value - begins) / spread));
  return spreads < 0 ? -spreads * below : spreads * above;
}

function passes(name: LivenessCueName, value: number): boolean {
  const weight = cueWeights.find((each) => each.name === name);
  return withinBounds(name, value) && (weight === undefined || cueCost(weight, value) <= reasonableCost);
}

/** A bound that could not be measured is not kept. */
function withinBounds(name: LivenessCueName, value: number): boolean {
  const bound = livenessBounds[name];
  return bound === undefined || (value >= bound.from && value <= bound.to);
}

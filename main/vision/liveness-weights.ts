import type { LivenessCueName } from './liveness-cues.ts';

/** One cue of the scorecard: where living faces lie, and what it costs to lie below or above. */
export interface CueWeight {
  readonly name: LivenessCueName;
  /** Median and spread (a normal's standard deviation, from the quartiles) of living faces. */
  readonly middle: number;
  readonly spread: number;
  /** Log-odds lost for each spread below and above the middle, never negative. */
  readonly below: number;
  readonly above: number;
}

/** Log-odds of a face whose cues all lie where living faces lie most. */
export const livenessBias = 5.696;

/** Fitted by `models/liveness/fit_scorecard.py` on 24 living looks and 44 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', middle: 19.44, spread: 1.867, below: 0.692, above: 0.000 },
  { name: 'noseProtrusionMm', middle: 30.29, spread: 8.462, below: 0.146, above: 0.000 },
  { name: 'pupilDistanceMm', middle: 61.7, spread: 1.672, below: 0.000, above: 0.204 },
  { name: 'bentResidualMm', middle: 9.623, spread: 1.431, below: 0.399, above: 0.000 },
  { name: 'featureAgreement', middle: 0.6713, spread: 0.09522, below: 0.066, above: 0.000 },
  { name: 'meshScale', middle: 1.022, spread: 0.09593, below: 0.665, above: 0.000 },
  { name: 'slopeMismatchDeg', middle: 4.808, spread: 3.467, below: 0.000, above: 0.115 },
  { name: 'orbitDepthMm', middle: 6.163, spread: 2.327, below: 0.072, above: 0.047 },
  { name: 'chinHeightMm', middle: 0.1739, spread: 3.77, below: 0.460, above: 0.000 },
  { name: 'foreheadHeightMm', middle: 12.94, spread: 4.847, below: 0.063, above: 0.000 },
  { name: 'outlineDropShare', middle: 0.8611, spread: 0.05814, below: 0.117, above: 0.000 },
  { name: 'outlineStepMm', middle: 20, spread: 6.672, below: 0.247, above: 0.000 },
  { name: 'edgeContrast', middle: 2.868, spread: 1.068, below: 0.248, above: 0.000 },
];

import type { LivenessCueName } from './liveness-cues.ts';

/** One cue of the scorecard: where living faces lie, and what it costs to lie below or above. */
export interface CueWeight {
  readonly name: LivenessCueName;
  /** Where costs begin: the median of living faces, or their eighth percentile for `headLogOdds`. */
  readonly begins: number;
  /** Median of living faces and their spread (a normal's standard deviation, from the quartiles, or from where costs begin below the median), which costs are counted in. */
  readonly middle: number;
  readonly spread: number;
  /** Log-odds lost for each spread below and above where costs begin, never negative. */
  readonly below: number;
  readonly above: number;
}

/** Log-odds of a face whose cues all lie where living faces lie most. */
export const livenessBias = 4.87;

/** Fitted by `models/liveness/fit_scorecard.py` on 552 living looks and 1192 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', begins: 18.782, middle: 18.782, spread: 2.4993, below: 0.217, above: 0 },
  { name: 'noseProtrusionMm', begins: 31.672, middle: 31.672, spread: 6.9268, below: 0.131, above: 0 },
  { name: 'pupilDistanceMm', begins: 61.626, middle: 61.626, spread: 3.5918, below: 0.007, above: 0.004 },
  { name: 'meshAgreement', begins: 0.92058, middle: 0.92058, spread: 0.039098, below: 0.139, above: 0 },
  { name: 'bentResidualMm', begins: 9.2279, middle: 9.2279, spread: 1.5004, below: 0.179, above: 0 },
  { name: 'featureAgreement', begins: 0.74166, middle: 0.74166, spread: 0.086819, below: 0.179, above: 0 },
  { name: 'meshScale', begins: 1.0542, middle: 1.0542, spread: 0.12301, below: 0.273, above: 0 },
  { name: 'slopeMismatchDeg', begins: 4.9929, middle: 4.9929, spread: 2.8763, below: 0, above: 0.011 },
  { name: 'orbitDepthMm', begins: 4.6321, middle: 4.6321, spread: 3.0499, below: 0.079, above: 0 },
  { name: 'foreheadHeightMm', begins: 13.041, middle: 13.041, spread: 3.8801, below: 0.074, above: 0 },
  { name: 'roughnessMm', begins: 3.8709, middle: 3.8709, spread: 1.0102, below: 0, above: 0.072 },
  { name: 'missingShare', begins: 0.012821, middle: 0.012821, spread: 0.016236, below: 0, above: 0.042 },
  { name: 'outlineDropShare', begins: 0.86111, middle: 0.86111, spread: 0.041183, below: 0.178, above: 0 },
  { name: 'outlineStepMm', begins: 20, middle: 20, spread: 8.8955, below: 0.056, above: 0 },
  { name: 'edgeContrast', begins: 3.0928, middle: 3.0928, spread: 1.0016, below: 0.05, above: 0 },
  { name: 'headLogOdds', begins: 3.1645, middle: 3.8844, spread: 0.51238, below: 1.127, above: 0 },
];

import type { LivenessCueName } from './liveness-cues.ts';

/** One cue of the scorecard: where living faces lie, and what it costs to lie below or above. */
export interface CueWeight {
  readonly name: LivenessCueName;
  /** Where costs begin: the median of living faces, or their second percentile for `headLogOdds`. */
  readonly begins: number;
  /** Median of living faces and their spread (a normal's standard deviation, from the quartiles), which costs are counted in. */
  readonly middle: number;
  readonly spread: number;
  /** Log-odds lost for each spread below and above where costs begin, never negative. */
  readonly below: number;
  readonly above: number;
}

/** Log-odds of a face whose cues all lie where living faces lie most. */
export const livenessBias = 4.517;

/** Fitted by `models/liveness/fit_scorecard.py` on 252 living looks and 432 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', begins: 18.836, middle: 18.836, spread: 2.5645, below: 0.159, above: 0 },
  { name: 'noseProtrusionMm', begins: 30.934, middle: 30.934, spread: 7.4394, below: 0.073, above: 0 },
  { name: 'pupilDistanceMm', begins: 60.967, middle: 60.967, spread: 3.4258, below: 0.028, above: 0.015 },
  { name: 'meshAgreement', begins: 0.92299, middle: 0.92299, spread: 0.039802, below: 0.119, above: 0 },
  { name: 'bentResidualMm', begins: 9.2308, middle: 9.2308, spread: 1.5872, below: 0.22, above: 0 },
  { name: 'featureAgreement', begins: 0.74576, middle: 0.74576, spread: 0.08431, below: 0.227, above: 0 },
  { name: 'meshScale', begins: 1.0573, middle: 1.0573, spread: 0.1147, below: 0.218, above: 0 },
  { name: 'slopeMismatchDeg', begins: 5.09, middle: 5.09, spread: 3.0185, below: 0, above: 0.128 },
  { name: 'orbitDepthMm', begins: 4.9453, middle: 4.9453, spread: 2.9278, below: 0.15, above: 0 },
  { name: 'foreheadHeightMm', begins: 13.353, middle: 13.353, spread: 3.1708, below: 0.069, above: 0.039 },
  { name: 'roughnessMm', begins: 3.8514, middle: 3.8514, spread: 0.97093, below: 0, above: 0.05 },
  { name: 'missingShare', begins: 0.012821, middle: 0.012821, spread: 0.01584, below: 0, above: 0.027 },
  { name: 'outlineDropShare', begins: 0.86111, middle: 0.86111, spread: 0.041183, below: 0.176, above: 0 },
  { name: 'outlineStepMm', begins: 21, middle: 21, spread: 8.8955, below: 0.093, above: 0 },
  { name: 'edgeContrast', begins: 3.1571, middle: 3.1571, spread: 0.97065, below: 0.105, above: 0 },
  { name: 'headLogOdds', begins: 1.7795, middle: 4.1823, spread: 0.42747, below: 1.155, above: 0 },
];

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
export const livenessBias = 4.744;

/** Fitted by `models/liveness/fit_scorecard.py` on 252 living looks and 432 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', begins: 18.836, middle: 18.836, spread: 2.5529, below: 0.16, above: 0 },
  { name: 'noseProtrusionMm', begins: 30.934, middle: 30.934, spread: 7.439, below: 0.078, above: 0 },
  { name: 'pupilDistanceMm', begins: 60.967, middle: 60.967, spread: 3.4258, below: 0.039, above: 0.027 },
  { name: 'meshAgreement', begins: 0.92301, middle: 0.92301, spread: 0.039686, below: 0.143, above: 0 },
  { name: 'bentResidualMm', begins: 9.2308, middle: 9.2308, spread: 1.5958, below: 0.195, above: 0 },
  { name: 'featureAgreement', begins: 0.74582, middle: 0.74582, spread: 0.084283, below: 0.222, above: 0 },
  { name: 'meshScale', begins: 1.0574, middle: 1.0574, spread: 0.11415, below: 0.225, above: 0 },
  { name: 'slopeMismatchDeg', begins: 5.09, middle: 5.09, spread: 3.0081, below: 0, above: 0.07 },
  { name: 'orbitDepthMm', begins: 4.9453, middle: 4.9453, spread: 2.9278, below: 0.123, above: 0 },
  { name: 'foreheadHeightMm', begins: 13.35, middle: 13.35, spread: 3.1694, below: 0.085, above: 0.015 },
  { name: 'roughnessMm', begins: 3.8551, middle: 3.8551, spread: 0.97093, below: 0, above: 0.049 },
  { name: 'missingShare', begins: 0.012821, middle: 0.012821, spread: 0.01584, below: 0, above: 0.043 },
  { name: 'outlineDropShare', begins: 0.86111, middle: 0.86111, spread: 0.041183, below: 0.18, above: 0 },
  { name: 'outlineStepMm', begins: 21, middle: 21, spread: 8.8955, below: 0.098, above: 0 },
  { name: 'edgeContrast', begins: 3.1571, middle: 3.1571, spread: 0.96829, below: 0.077, above: 0 },
  { name: 'headLogOdds', begins: 2.3646, middle: 4.1658, spread: 0.41853, below: 1.166, above: 0 },
];

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
export const livenessBias = 3.379;

/** Fitted by `models/liveness/fit_scorecard.py` on 252 living looks and 432 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', begins: 19.214, middle: 19.214, spread: 2.4406, below: 0.144, above: 0 },
  { name: 'noseProtrusionMm', begins: 30.934, middle: 30.934, spread: 7.4394, below: 0.067, above: 0 },
  { name: 'pupilDistanceMm', begins: 60.962, middle: 60.962, spread: 3.4435, below: 0, above: 0.065 },
  { name: 'meshAgreement', begins: 0.9147, middle: 0.9147, spread: 0.041673, below: 0.04, above: 0 },
  { name: 'bentResidualMm', begins: 9.2648, middle: 9.2648, spread: 1.6263, below: 0.256, above: 0 },
  { name: 'featureAgreement', begins: 0.7193, middle: 0.7193, spread: 0.092151, below: 0.214, above: 0 },
  { name: 'meshScale', begins: 1.0245, middle: 1.0245, spread: 0.12142, below: 0.149, above: 0 },
  { name: 'slopeMismatchDeg', begins: 5.1698, middle: 5.1698, spread: 2.9829, below: 0, above: 0.356 },
  { name: 'orbitDepthMm', begins: 5.0387, middle: 5.0387, spread: 2.9197, below: 0.091, above: 0.009 },
  { name: 'foreheadHeightMm', begins: 13.609, middle: 13.609, spread: 3.1412, below: 0.112, above: 0.131 },
  { name: 'outlineDropShare', begins: 0.86111, middle: 0.86111, spread: 0.041183, below: 0.129, above: 0 },
  { name: 'outlineStepMm', begins: 21, middle: 21, spread: 8.8955, below: 0.14, above: 0 },
  { name: 'edgeContrast', begins: 3.1571, middle: 3.1571, spread: 0.97065, below: 0.493, above: 0 },
  { name: 'headLogOdds', begins: 1.0006, middle: 4.7721, spread: 1.4437, below: 1.428, above: 0 },
];

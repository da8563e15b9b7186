import type { LivenessCueName } from './liveness-cues.ts';

/** One cue of the scorecard: where living faces lie, and what it costs to lie below or above. */
export interface CueWeight {
  readonly name: LivenessCueName;
  /** Where costs begin, the median of living faces (their second percentile for `headLogOdds`), and the spread (a normal's standard deviation, from the quartiles). */
  readonly middle: number;
  readonly spread: number;
  /** Log-odds lost for each spread below and above the middle, never negative. */
  readonly below: number;
  readonly above: number;
}

/** Log-odds of a face whose cues all lie where living faces lie most. */
export const livenessBias = 3.379;

/** Fitted by `models/liveness/fit_scorecard.py` on 252 living looks and 432 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', middle: 19.214, spread: 2.4406, below: 0.144, above: 0 },
  { name: 'noseProtrusionMm', middle: 30.934, spread: 7.4394, below: 0.067, above: 0 },
  { name: 'pupilDistanceMm', middle: 60.962, spread: 3.4435, below: 0, above: 0.065 },
  { name: 'meshAgreement', middle: 0.9147, spread: 0.041673, below: 0.04, above: 0 },
  { name: 'bentResidualMm', middle: 9.2648, spread: 1.6263, below: 0.256, above: 0 },
  { name: 'featureAgreement', middle: 0.7193, spread: 0.092151, below: 0.214, above: 0 },
  { name: 'meshScale', middle: 1.0245, spread: 0.12142, below: 0.149, above: 0 },
  { name: 'slopeMismatchDeg', middle: 5.1698, spread: 2.9829, below: 0, above: 0.356 },
  { name: 'orbitDepthMm', middle: 5.0387, spread: 2.9197, below: 0.091, above: 0.009 },
  { name: 'foreheadHeightMm', middle: 13.609, spread: 3.1412, below: 0.112, above: 0.131 },
  { name: 'outlineDropShare', middle: 0.86111, spread: 0.041183, below: 0.129, above: 0 },
  { name: 'outlineStepMm', middle: 21, spread: 8.8955, below: 0.14, above: 0 },
  { name: 'edgeContrast', middle: 3.1571, spread: 0.97065, below: 0.493, above: 0 },
  { name: 'headLogOdds', middle: 1.0006, spread: 1.4437, below: 1.428, above: 0 },
];

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
export const livenessBias = 5.275;

/** Fitted by `models/liveness/fit_scorecard.py` on 41 living looks and 72 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', middle: 19.54, spread: 1.61, below: 0.654, above: 0 },
  { name: 'noseProtrusionMm', middle: 32.18, spread: 8.231, below: 0.067, above: 0 },
  { name: 'pupilDistanceMm', middle: 60.9, spread: 1.692, below: 0.169, above: 0.304 },
  { name: 'bentResidualMm', middle: 9.993, spread: 1.382, below: 0.392, above: 0 },
  { name: 'featureAgreement', middle: 0.6745, spread: 0.1023, below: 0.03, above: 0 },
  { name: 'meshScale', middle: 1.022, spread: 0.1015, below: 0.319, above: 0 },
  { name: 'meshResidualMm', middle: 8.672, spread: 1.682, below: 0, above: 0.16 },
  { name: 'slopeMismatchDeg', middle: 4.726, spread: 3.072, below: 0, above: 0.601 },
  { name: 'foreheadHeightMm', middle: 13.24, spread: 3.923, below: 0.477, above: 0 },
  { name: 'outlineDropShare', middle: 0.8611, spread: 0.04906, below: 0.347, above: 0 },
  { name: 'outlineStepMm', middle: 18, spread: 7.784, below: 0.273, above: 0 },
  { name: 'edgeContrast', middle: 2.877, spread: 0.8933, below: 0.342, above: 0 },
];

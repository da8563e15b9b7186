import type { LivenessCueName } from './liveness-cues.ts';

/** One cue of the scorecard: where living faces lie, and what it costs to lie below or above. */
export interface CueWeight {
  readonly name: LivenessCueName;
  /** Where costs begin: the median of living faces, or their eighth percentile for `headLogOdds`. */
  readonly begins: number;
  /** Median of living faces and their spread (a normal's standard deviation, from the quartiles), which costs are counted in. */
  readonly middle: number;
  readonly spread: number;
  /** Log-odds lost for each spread below and above where costs begin, never negative. */
  readonly below: number;
  readonly above: number;
}

/** Log-odds of a face whose cues all lie where living faces lie most. */
export const livenessBias = 4.535;

/** Fitted by `models/liveness/fit_scorecard.py` on 732 living looks and 1592 attacks of the tuning people of `models/render/make_attacks.py`. */
// biome-ignore format: a table
export const cueWeights: readonly CueWeight[] = [
  { name: 'reliefMm', begins: 18.872, middle: 18.872, spread: 2.4912, below: 0.183, above: 0 },
  { name: 'noseProtrusionMm', begins: 32.197, middle: 32.197, spread: 6.9112, below: 0.154, above: 0 },
  { name: 'pupilDistanceMm', begins: 61.419, middle: 61.419, spread: 3.4175, below: 0.015, above: 0 },
  { name: 'meshAgreement', begins: 0.92332, middle: 0.92332, spread: 0.036291, below: 0.122, above: 0 },
  { name: 'bentResidualMm', begins: 9.2694, middle: 9.2694, spread: 1.4844, below: 0.196, above: 0 },
  { name: 'featureAgreement', begins: 0.74839, middle: 0.74839, spread: 0.085777, below: 0.203, above: 0 },
  { name: 'meshScale', begins: 1.0521, middle: 1.0521, spread: 0.12642, below: 0.23, above: 0 },
  { name: 'slopeMismatchDeg', begins: 4.9326, middle: 4.9326, spread: 2.9997, below: 0, above: 0.104 },
  { name: 'orbitDepthMm', begins: 4.9716, middle: 4.9716, spread: 3.0023, below: 0.096, above: 0 },
  { name: 'foreheadHeightMm', begins: 13.19, middle: 13.19, spread: 4.0249, below: 0.068, above: 0 },
  { name: 'roughnessMm', begins: 3.8902, middle: 3.8902, spread: 1.0317, below: 0, above: 0.053 },
  { name: 'missingShare', begins: 0.012821, middle: 0.012821, spread: 0.017423, below: 0, above: 0.008 },
  { name: 'outlineDropShare', begins: 0.86111, middle: 0.86111, spread: 0.041183, below: 0.175, above: 0 },
  { name: 'outlineStepMm', begins: 21, middle: 21, spread: 8.8955, below: 0.077, above: 0 },
  { name: 'edgeContrast', begins: 3.0705, middle: 3.0705, spread: 1.0162, below: 0.096, above: 0 },
  { name: 'headLogOdds', begins: 2.3106, middle: 4.1125, spread: 0.86418, below: 1.155, above: 0 },
];

/**
 * How near a face must be to a stored vector to be taken for its owner, per network. Distance is the L2 distance of unit vectors, 0 to 2.
 * `unlock`: calibrated on photographs of Labeled Faces in the Wild; the figures and the command are in `models/sface.md`.
 * `sameSitting`: how near two vectors of one sitting (enrolment) must be, so that nobody slips into another's enrolment.
 */
export interface Thresholds {
  readonly unlock: number;
  readonly sameSitting: number;
}

const thresholdsByModel: Readonly<Record<string, Thresholds>> = {
  sface: { unlock: 0.95, sameSitting: 0.95 },
};

/** Thresholds of a network; `undefined` for one that was never calibrated, which therefore never unlocks. */
export function thresholdsOf(model: string): Thresholds | undefined {
  return thresholdsByModel[model];
}

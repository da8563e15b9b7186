import { type IdentityModel, isIdentityModel } from '../contract/identity-model.ts';

/**
 * How near a face must be to a stored vector to be taken for its owner, per network. Distance is the L2 distance of unit vectors, 0 to 2.
 * `unlock`: calibrated on people the network was not trained on; the figures and the command are in the network's card, `models/*.md`. Under 1, which
 * is how far a vector without direction lies from everybody.
 * `sameSitting`: how near two vectors of one sitting (enrolment) must be, so that nobody slips into another's enrolment.
 */
export interface Thresholds {
  readonly unlock: number;
  readonly sameSitting: number;
}

const thresholdsByModel: Readonly<Partial<Record<IdentityModel, Thresholds>>> = {
  sface: { unlock: 0.95, sameSitting: 0.95 },
};

/** Thresholds of a network; `undefined` for one that was never calibrated, which therefore never unlocks. */
export function thresholdsOf(model: string): Thresholds | undefined {
  return isIdentityModel(model) ? thresholdsByModel[model] : undefined;
}

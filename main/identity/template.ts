import type { Renewal } from './renewal.ts';

/** The immutable core: vectors of the enrolment, and of a second one in which the same person looks otherwise (glasses, a mask off). */
export type EnrolledOrigin = 'enrolled' | 'enrolled-alternate';

/** How a stored vector came to be: by an enrolment, or learned later by one of the two adaptation paths. */
export type TemplateOrigin = EnrolledOrigin | 'learned-success' | 'learned-near-miss';

/** One stored face vector of one person. */
export interface Template {
  readonly id: string;
  readonly origin: TemplateOrigin;
  /** The network that made the vector, e.g. `sface`. Vectors of different models are never compared. */
  readonly model: string;
  /** Unit vector, as long as the vectors of `model` are. */
  readonly vector: Float32Array;
  /** Head pose at capture, in degrees. */
  readonly yawDeg: number;
  readonly pitchDeg: number;
  /** Wall-clock time of capture, ms since 1970. */
  readonly createdAtMs: number;
}

/** Everybody and everything a look is compared with. */
export interface Gallery {
  readonly personId: string;
  readonly templates: readonly Template[];
  /** Where the templates are stored under a secret transform: a probe is compared under it too. */
  readonly renewal?: Renewal;
}

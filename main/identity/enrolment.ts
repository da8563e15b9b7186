import type { HeadPose, Observation } from '../contract/observation.ts';
import { refusalSentences } from '../contract/sentences.ts';
import { gapHint, pictureHint } from './enrolment-hints.ts';
import { embeddingDistance, meanVector } from './matcher.ts';
import { apartFromBinDeg, binAngleDeg, type RingPlace, ringBinCount, ringPlace } from './pose-ring.ts';
import { thresholdsOf } from './thresholds.ts';

/** One vector kept by the enrolment, with the pose it was taken in. */
export interface EnrolledVector {
  readonly vector: Float32Array;
  readonly yawDeg: number;
  readonly pitchDeg: number;
}

/** One bin of the ring. The vector of a bin filled twice is the mean of both. */
export interface EnrolmentBin {
  readonly angleDeg: number;
  readonly filledFirst: boolean;
  readonly filledSecond: boolean;
  readonly kept: EnrolledVector | undefined;
}

export type EnrolmentPhase = 'face-forward' | 'first-circle' | 'second-circle' | 'complete';

/** An enrolment under way: the bins of the ring fill from measured head pose, never from time. */
export interface Enrolment {
  readonly phase: EnrolmentPhase;
  readonly model: string;
  /** The resting pose, known once the face has looked forward; the ring is drawn around it. */
  readonly rest: HeadPose | undefined;
  readonly forward: readonly EnrolledVector[];
  readonly bins: readonly EnrolmentBin[];
  /** What the person should do now, in a sentence. */
  readonly hint: string;
}

/** Looks straight ahead that make the resting pose. */
const forwardLooks = 3;
/**
 * How far from straight ahead the resting pose may be measured. The camera may stand above or below the screen, and pitch is measured off by up to 17 degrees from person to
 * person (`vision/pose.ts`; rendered people who look ahead have -17 to 10, photographed ones -15 to 16). From 25 on too little of the ring would be left before `turned-away`.
 */
const forwardYawLimitDeg = 15;
const forwardPitchLimitDeg = 25;
/** Looks ahead further apart than this are a head on its way somewhere, whose middle is nobody's resting pose. */
const steadyDeg = 5;
/**
 * How far from a bin's middle a pose may be to fill it. Half a bin is 15, but a pitch that is measured 4 degrees off, as happens (`test/unit/vision/pipeline.test.ts`), moves the direction by 14:
 * sharper edges leave a bin open that the head went through, where a camera gives few frames. A bin keeps what was seen nearest to its middle.
 */
const binReachDeg = 20;

const phaseHints: Readonly<Record<EnrolmentPhase, string>> = {
  'face-forward': 'Look straight at the camera',
  'first-circle': 'Move your head slowly to complete the circle',
  'second-circle': 'Once more: move your head slowly in a circle',
  complete: 'Your face is enrolled',
};

/** A fresh enrolment with vectors of the network `model`. */
export function beginEnrolment(model: string): Enrolment {
  const bins = Array.from({ length: ringBinCount }, (_, bin) => ({
    angleDeg: binAngleDeg(bin),
    filledFirst: false,
    filledSecond: false,
    kept: undefined,
  }));
  return { phase: 'face-forward', model, rest: undefined, forward: [], bins, hint: phaseHints['face-forward'] };
}

/**
 * Takes in one observation. Only a single face of good quality, alive by its depth, adds a vector; anything else leaves what is
 * there and says why in `hint`. A face too far from the vectors already kept is somebody else's and adds nothing.
 */
export function enrolObservation(enrolment: Enrolment, observation: Observation): Enrolment {
  if (enrolment.phase === 'complete') return enrolment;
  const offer = offerOf(enrolment, observation);
  if (offer.kind === 'refused') return { ...enrolment, hint: offer.sentence };
  return enrolment.rest === undefined
    ? lookForward(enrolment, offer.look, offer.pose)
    : fillRing(enrolment, offer.look, offer.pose, enrolment.rest);
}

/** A look that this enrolment may keep, or why it may not, in the sentence that the person reads. */
export type EnrolmentOffer =
  | { readonly kind: 'offered'; readonly look: EnrolledVector; readonly pose: HeadPose }
  | { readonly kind: 'refused'; readonly sentence: string };

/** What one observation has to offer, wherever the head points. */
export function offerOf(enrolment: Enrolment, observation: Observation): EnrolmentOffer {
  const refused = (sentence: string): EnrolmentOffer => ({ kind: 'refused', sentence });
  if (observation.kind === 'no-face') return refused(refusalSentences['no-face']);
  const { quality, embedding, liveness, pose } = observation;
  if (quality.kind === 'poor') return refused(refusalSentences[quality.fault]);
  const thresholds = thresholdsOf(enrolment.model);
  if (embedding === undefined || thresholds === undefined || liveness.kind === 'unknown') return refused(refusalSentences['no-depth']);
  if (liveness.kind === 'spoof') return refused(pictureHint(liveness));
  const look: EnrolledVector = { vector: embedding, yawDeg: pose.yawDeg, pitchDeg: pose.pitchDeg };
  if (!belongsTo(enrolment, look.vector, thresholds.sameSitting))
    return refused('This looks like another face: only the owner should be in view');
  return { kind: 'offered', look, pose };
}

/** The vectors to store: the mean of the forward looks first, then one for each filled bin. Empty until the enrolment is complete. */
export function enrolledVectors(enrolment: Enrolment): EnrolledVector[] {
  const forward = enrolment.forward[0];
  if (enrolment.phase !== 'complete' || forward === undefined) return [];
  const vector = enrolment.forward.slice(1).reduce((mean, next) => meanVector(mean, next.vector), forward.vector);
  return [{ ...forward, vector }, ...enrolment.bins.flatMap((bin) => (bin.kept === undefined ? [] : [bin.kept]))];
}

/** Near enough to any vector of this sitting; the first look has nothing to compare with. */
function belongsTo(enrolment: Enrolment, vector: Float32Array, limit: number): boolean {
  const known = [...enrolment.forward, ...enrolment.bins.flatMap((bin) => (bin.kept === undefined ? [] : [bin.kept]))];
  return known.length === 0 || known.some((other) => embeddingDistance(other.vector, vector) <= limit);
}

function lookForward(enrolment: Enrolment, kept: EnrolledVector, pose: HeadPose): Enrolment {
  if (Math.abs(pose.yawDeg) > forwardYawLimitDeg) return { ...enrolment, hint: phaseHints['face-forward'] };
  if (Math.abs(pose.pitchDeg) > forwardPitchLimitDeg) {
    const chin = pose.pitchDeg > 0 ? 'Lower' : 'Lift';
    return { ...enrolment, hint: `${chin} your chin and look straight at the camera` };
  }
  const steady = enrolment.forward.every(
    (look) => Math.abs(look.yawDeg - pose.yawDeg) <= steadyDeg && Math.abs(look.pitchDeg - pose.pitchDeg) <= steadyDeg,
  );
  if (!steady) return { ...enrolment, forward: [kept], hint: 'Hold your head still and look straight at the camera' };
  const forward = [...enrolment.forward, kept];
  if (forward.length < forwardLooks) return { ...enrolment, forward, hint: phaseHints['face-forward'] };
  const rest = {
    yawDeg: forward.reduce((sum, look) => sum + look.yawDeg, 0) / forward.length,
    pitchDeg: forward.reduce((sum, look) => sum + look.pitchDeg, 0) / forward.length,
    rollDeg: 0,
  };
  return { ...enrolment, forward, rest, phase: 'first-circle', hint: phaseHints['first-circle'] };
}

function fillRing(enrolment: Enrolment, kept: EnrolledVector, pose: HeadPose, rest: HeadPose): Enrolment {
  const place = ringPlace(pose, rest);
  switch (place.kind) {
    case 'centre':
      return { ...enrolment, hint: ringHint(enrolment) };
    case 'short':
      return { ...enrolment, hint: 'Turn your head a little farther' };
    case 'outside':
      return { ...enrolment, hint: 'Not so far: turn your head a little back' };
    case 'bin': {
      const bins = enrolment.bins.map((bin, index) => fillBin(bin, index, kept, place, rest, enrolment.phase));
      const filled = { ...enrolment, bins, phase: phaseAfter(enrolment.phase, bins) };
      return { ...filled, hint: ringHint(filled) };
    }
  }
}

function fillBin(
  bin: EnrolmentBin,
  index: number,
  kept: EnrolledVector,
  { angleDeg }: Extract<RingPlace, { kind: 'bin' }>,
  rest: HeadPose,
  phase: EnrolmentPhase,
): EnrolmentBin {
  const apartDeg = apartFromBinDeg(angleDeg, index);
  if (apartDeg > binReachDeg) return bin;
  if (bin.kept === undefined) return { ...bin, filledFirst: true, kept };
  if (phase === 'first-circle') return apartDeg < keptApartDeg(bin.kept, index, rest) ? { ...bin, kept } : bin;
  if (bin.filledSecond) return bin;
  return { ...bin, filledSecond: true, kept: { ...bin.kept, vector: meanVector(bin.kept.vector, kept.vector) } };
}

function keptApartDeg({ yawDeg, pitchDeg }: EnrolledVector, index: number, rest: HeadPose): number {
  const place = ringPlace({ yawDeg, pitchDeg, rollDeg: 0 }, rest);
  return place.kind === 'bin' ? apartFromBinDeg(place.angleDeg, index) : 180;
}

/** What to do next on the ring: where only little is missing, where that is. */
function ringHint({ phase, bins }: Enrolment): string {
  const open = bins.filter((bin) => (phase === 'first-circle' ? !bin.filledFirst : !bin.filledSecond));
  return phase === 'complete' ? phaseHints.complete : (gapHint(open.map(({ angleDeg }) => angleDeg)) ?? phaseHints[phase]);
}

function phaseAfter(phase: EnrolmentPhase, bins: readonly EnrolmentBin[]): EnrolmentPhase {
  if (phase === 'first-circle' && bins.every((bin) => bin.filledFirst)) return 'second-circle';
  if (phase === 'second-circle' && bins.every((bin) => bin.filledSecond)) return 'complete';
  return phase;
}

import type { HeadPose, Observation } from '../contract/observation.ts';
import { refusalSentences } from '../contract/sentences.ts';
import { embeddingDistance, meanVector } from './matcher.ts';
import { binAngleDeg, ringBinCount, ringPlace } from './pose-ring.ts';
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
/** How far from straight ahead the resting pose may be: the camera may stand above or below the screen. */
const forwardLimitDeg = 15;

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
  if (observation.kind === 'no-face') return { ...enrolment, hint: refusalSentences['no-face'] };
  if (observation.quality.kind === 'poor') return { ...enrolment, hint: refusalSentences[observation.quality.fault] };
  const thresholds = thresholdsOf(enrolment.model);
  if (observation.embedding === undefined || thresholds === undefined) return { ...enrolment, hint: refusalSentences['no-depth'] };
  if (observation.liveness.kind !== 'live') return { ...enrolment, hint: 'A picture cannot be enrolled: show your own face' };
  const kept: EnrolledVector = { vector: observation.embedding, yawDeg: observation.pose.yawDeg, pitchDeg: observation.pose.pitchDeg };
  if (!belongsTo(enrolment, kept.vector, thresholds.sameSitting)) {
    return { ...enrolment, hint: 'This looks like another face: only the owner should be in view' };
  }
  return enrolment.rest === undefined
    ? lookForward(enrolment, kept, observation.pose)
    : fillRing(enrolment, kept, observation.pose, enrolment.rest);
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
  if (Math.abs(pose.yawDeg) > forwardLimitDeg || Math.abs(pose.pitchDeg) > forwardLimitDeg) {
    return { ...enrolment, hint: phaseHints['face-forward'] };
  }
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
  if (place.kind === 'centre') return { ...enrolment, hint: phaseHints[enrolment.phase] };
  if (place.kind === 'outside') return { ...enrolment, hint: 'Not so far: turn your head a little back' };
  const bins = enrolment.bins.map((bin, index) => (index === place.bin ? fillBin(bin, kept, enrolment.phase) : bin));
  const phase = phaseAfter(enrolment.phase, bins);
  return { ...enrolment, bins, phase, hint: phaseHints[phase] };
}

function fillBin(bin: EnrolmentBin, kept: EnrolledVector, phase: EnrolmentPhase): EnrolmentBin {
  if (!bin.filledFirst) return { ...bin, filledFirst: true, kept };
  if (phase !== 'second-circle' || bin.filledSecond || bin.kept === undefined) return bin;
  return { ...bin, filledSecond: true, kept: { ...bin.kept, vector: meanVector(bin.kept.vector, kept.vector) } };
}

function phaseAfter(phase: EnrolmentPhase, bins: readonly EnrolmentBin[]): EnrolmentPhase {
  if (phase === 'first-circle' && bins.every((bin) => bin.filledFirst)) return 'second-circle';
  if (phase === 'second-circle' && bins.every((bin) => bin.filledSecond)) return 'complete';
  return phase;
}

import type { RefusalReason } from '../../contract/decision.ts';
import type { Observation } from '../../contract/observation.ts';
import { beginEnrolment, type Enrolment, enrolledVectors, enrolObservation } from '../../identity/enrolment.ts';
import { beginLook, type LookRules, observeLook } from '../../identity/look.ts';
import { nearestTemplate } from '../../identity/matcher.ts';
import type { Gallery, Template } from '../../identity/template.ts';
import { inRound } from './observe.ts';

/** What came of one look: the decision, and what it rests on for the tables. */
export interface ReplayedLook {
  readonly decision: 'unlock' | 'refuse';
  readonly reason: RefusalReason | 'match' | 'no-threshold';
  /** Median over the frames of the distance to the nearest stored vector; `null` when no frame gave a vector. */
  readonly distance: number | null;
  /** Median liveness score, 0 to 1. */
  readonly liveness: number;
  readonly frames: number;
}

/** A person who turns the head three times as often as asked and still has not filled the ring is not going to. */
const enrolmentRounds = 6;
/** The lock gives a look up after this many frames without a verdict. */
const lookFrames = 40;

/** Enrols from the observations of the enrolment circle, played until the ring is full. The enrolment is incomplete when it never is. */
export function replayEnrolment(observations: readonly Observation[], model: string): Enrolment {
  let enrolment = beginEnrolment(model);
  for (let round = 0; round < enrolmentRounds && enrolment.phase !== 'complete'; round++) {
    for (const observation of inRound(observations, round)) enrolment = enrolObservation(enrolment, observation);
  }
  return enrolment;
}

/** The stored vectors of a finished enrolment as a gallery. */
export function galleryOf(personId: string, enrolment: Enrolment): Gallery {
  const templates = enrolledVectors(enrolment).map(
    (kept, index): Template => ({ id: `${personId}-${index}`, origin: 'enrolled', model: enrolment.model, createdAtMs: 0, ...kept }),
  );
  return { personId, templates };
}

/** Every vector of a registration as a gallery, for a network without thresholds: which to keep is a matter of those. */
export function galleryOfAll(personId: string, observations: readonly Observation[], model: string): Gallery {
  const templates = observations.flatMap((observation, index): Template[] => {
    if (observation.kind === 'no-face' || observation.embedding === undefined) return [];
    const { yawDeg, pitchDeg } = observation.pose;
    return [{ id: `${personId}-${index}`, origin: 'enrolled', model, vector: observation.embedding, yawDeg, pitchDeg, createdAtMs: 0 }];
  });
  return { personId, templates };
}

/** Every vector that was seen of a living face, for recordings in which nobody fills a ring. */
export function galleryOfLiving(personId: string, observations: readonly Observation[], model: string): Gallery {
  const living = observations.filter((observation) => observation.kind === 'face' && observation.liveness.kind === 'live');
  return galleryOfAll(personId, living, model);
}

/** One look at a lock whose network was never calibrated: it never opens, and measures all the same. */
export function measureLook(observations: readonly Observation[], gallery: Gallery, model: string): ReplayedLook {
  const [distance, liveness] = [medianDistance(observations, gallery, model), medianLiveness(observations)];
  return { decision: 'refuse', reason: 'no-threshold', distance, liveness, frames: observations.length };
}

/** One look at the lock: the observations, again and again, until there is a verdict or the lock gives up. */
export function replayLook(observations: readonly Observation[], gallery: Gallery, model: string, rules: LookRules): ReplayedLook {
  const shared = { distance: medianDistance(observations, gallery, model), liveness: medianLiveness(observations) };
  let look = beginLook(0);
  let hint: RefusalReason = 'no-face';
  let frames = 0;
  while (frames < lookFrames && observations.length > 0) {
    for (const observation of inRound(observations, frames / observations.length)) {
      frames++;
      const step = observeLook(look, observation, [gallery], model, rules, observation.stamp.capturedAtMs);
      look = step.look;
      hint = step.hint ?? hint;
      if (step.verdict?.kind === 'match') return { decision: 'unlock', reason: 'match', frames, ...shared };
      if (step.verdict?.kind === 'refuse') return { decision: 'refuse', reason: step.verdict.reason, frames, ...shared };
    }
  }
  return { decision: 'refuse', reason: hint, frames, ...shared };
}

function medianDistance(observations: readonly Observation[], gallery: Gallery, model: string): number | null {
  const distances = observations.flatMap((observation) => {
    if (observation.kind === 'no-face' || observation.embedding === undefined) return [];
    const nearest = nearestTemplate(observation.embedding, model, gallery.templates);
    return nearest === undefined ? [] : [nearest.distance];
  });
  return middle(distances) ?? null;
}

function medianLiveness(observations: readonly Observation[]): number {
  return middle(observations.flatMap((observation) => (observation.kind === 'face' ? [observation.liveness.score] : []))) ?? 0;
}

function middle(values: readonly number[]): number | undefined {
  return [...values].sort((p, q) => p - q)[values.length >> 1];
}

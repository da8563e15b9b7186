import type { Observation } from '../contract/observation.ts';
import { type Adaptation, type LearnedChange, templatesInService, tidied } from './adaptation-record.ts';
import type { AdaptationRules, LearnedOrigin } from './adaptation-rules.ts';
import { isAliveAlone } from './look-liveness.ts';
import { embeddingDistance, nearestTemplate } from './matcher.ts';
import type { Template } from './template.ts';
import { steadiness, trailLength } from './update-direction.ts';

/** What adaptation cannot know by itself when something happens. */
export interface Situation {
  /** The network that made the observation's vector. */
  readonly model: string;
  readonly rules: AdaptationRules;
  /** `off`: the owner switched learning off. Vectors learned before still serve until they expire or are forgotten. */
  readonly learning: 'on' | 'off';
  /** Monotonic ms, the clock of frames. */
  readonly nowMs: number;
  /** Wall clock, ms since 1970. */
  readonly wallMs: number;
  /** Id for a vector that may be learned: fresh and unique. */
  readonly newId: string;
}

/** Why a face cannot be learned from: it must be one good, living, attentive face with a vector, seen on colour. */
export type FaceFault = 'no-face' | 'infrared' | 'poor-quality' | 'not-live' | 'hardly-live' | 'not-attentive' | 'no-vector';

/** Why nothing was learned. For the log and the unlocked owner, never for the lock screen. */
export type LearningRefusal =
  | FaceFault
  | 'switched-off'
  | 'not-a-match'
  | 'failed-looks'
  | 'suspended'
  | 'clock-set-back'
  | 'one-a-day'
  | 'cap'
  | 'too-far-from-core'
  | 'nothing-new'
  | 'steady-drift'
  | 'no-near-miss'
  | 'too-late'
  | 'stale-frame'
  | 'other-face'
  | 'more-frames';

export type LearningOutcome =
  | { readonly kind: 'learned'; readonly templateId: string; readonly origin: LearnedOrigin }
  | { readonly kind: 'not-learned'; readonly reason: LearningRefusal };

/** The adaptation after something happened, and what became of learning from it. */
export interface AdaptationStep {
  readonly adaptation: Adaptation;
  readonly outcome: LearningOutcome;
}

/** Changes kept for undoing. */
const undoDepth = 6;
/** A clock this far behind the latest time seen was set back; less is a time server's correction. As in the lock's policy. */
const clockToleranceMs = 120_000;
/** How far from length 1 a vector may be by rounding. */
const lengthTolerance = 1e-3;

type Face = Extract<Observation, { kind: 'face' }> & { readonly embedding: Float32Array };
export type FaceReading = { readonly kind: 'face'; readonly face: Face } | { readonly kind: 'fault'; readonly fault: FaceFault };

/**
 * A face fit to be learned from. Its own score must be what a look must have on average: the frames of a new capture come after no look that was judged. Attention is required here also where the owner switched it off for unlocking. */
export function readFace(observation: Observation): FaceReading {
  if (observation.kind === 'no-face') return { kind: 'fault', fault: 'no-face' };
  if (observation.liveness.kind === 'spoof') return { kind: 'fault', fault: 'not-live' };
  if (observation.infrared === true) return { kind: 'fault', fault: 'infrared' };
  if (observation.quality.kind !== 'good' || observation.faces !== 1) return { kind: 'fault', fault: 'poor-quality' };
  if (observation.liveness.kind !== 'live') return { kind: 'fault', fault: 'not-live' };
  if (!isAliveAlone(observation.liveness.score)) return { kind: 'fault', fault: 'hardly-live' };
  if (observation.attention.kind !== 'attentive') return { kind: 'fault', fault: 'not-attentive' };
  const { embedding } = observation;
  if (embedding === undefined || !isUnitVector(embedding)) return { kind: 'fault', fault: 'no-vector' };
  return { kind: 'face', face: { ...observation, embedding } };
}

/** Distance to the nearest enrolled vector; infinite where there is none. The only distance that says how far learning may go. */
export function coreDistance(adaptation: Adaptation, vector: Float32Array, model: string): number {
  return nearestTemplate(vector, model, adaptation.core)?.distance ?? Infinity;
}

/** A step that learned nothing. */
export function notLearned(adaptation: Adaptation, reason: LearningRefusal): AdaptationStep {
  return { adaptation, outcome: { kind: 'not-learned', reason } };
}

/**
 * Learns the face of an observation, if every rule that both paths share allows it. `limit`: how far from the core this path may learn; never more than
 * `rules.reach`. A face refused for its direction takes the day's update, so that nobody searches for a way round it.
 */
export function learnFace(
  adaptation: Adaptation,
  observation: Observation,
  origin: LearnedOrigin,
  limit: number,
  situation: Situation,
): AdaptationStep {
  const reading = readFace(observation);
  if (reading.kind === 'fault') return notLearned(adaptation, reading.fault);
  const { embedding, pose } = reading.face;
  const refusal = refusalNow(adaptation, situation) ?? refusalOfPlace(adaptation, embedding, origin, limit, situation);
  if (refusal !== undefined) return notLearned(adaptation, refusal);
  const { rules, wallMs, model, newId } = situation;
  const taken = { ...adaptation, record: { ...adaptation.record, updateTakenAtMs: wallMs } };
  if (steadiness(vectorsOf(adaptation.core, model), trailOf(adaptation, model), embedding) >= rules.steadyCosine)
    return notLearned(taken, 'steady-drift');
  // A copy: the observation's own memory belongs to the camera's thread.
  const vector = Float32Array.from(embedding);
  const template: Template = { id: newId, origin, model, vector, yawDeg: pose.yawDeg, pitchDeg: pose.pitchDeg, createdAtMs: wallMs };
  return { adaptation: withLearned(taken, template, situation), outcome: { kind: 'learned', templateId: newId, origin } };
}

function refusalNow({ record }: Adaptation, { learning, rules, wallMs }: Situation): LearningRefusal | undefined {
  if (learning !== 'on') return 'switched-off';
  if (!(wallMs >= record.latestAtMs - clockToleranceMs)) return 'clock-set-back';
  if (record.suspendedUntilMs !== null && !(wallMs >= record.suspendedUntilMs)) return 'suspended';
  if (record.updateTakenAtMs !== null && !(wallMs - record.updateTakenAtMs >= rules.updateGapMs)) return 'one-a-day';
  return undefined;
}

function refusalOfPlace(
  adaptation: Adaptation,
  vector: Float32Array,
  origin: LearnedOrigin,
  limit: number,
  { rules, model }: Situation,
): LearningRefusal | undefined {
  if (!(coreDistance(adaptation, vector, model) <= Math.min(limit, rules.reach))) return 'too-far-from-core';
  const nearest = nearestTemplate(vector, model, templatesInService(adaptation));
  if (nearest !== undefined && !(nearest.distance >= rules.novelty)) return 'nothing-new';
  // The success path waits until one of its vectors has served out; the near-miss path, vouched for by the passcode, replaces its oldest.
  if (origin === 'learned-success' && ofOrigin(adaptation, origin).length >= rules.limits[origin].cap) return 'cap';
  return undefined;
}

function withLearned(adaptation: Adaptation, template: Template, { rules, wallMs }: Situation): Adaptation {
  const { core, learned, shelved, record } = adaptation;
  const replaced = template.origin === 'learned-near-miss' ? surplus(adaptation, template.origin, rules) : [];
  const goes = (id: string): boolean => replaced.some((other) => other.id === id);
  const change: LearnedChange = {
    templateId: template.id,
    atMs: wallMs,
    replaced: record.learned.filter(({ templateId }) => goes(templateId)),
  };
  return tidied({
    core,
    learned: [...learned.filter(({ id }) => !goes(id)), template],
    shelved: [...shelved, ...replaced],
    record: {
      ...record,
      learned: [
        ...record.learned.filter(({ templateId }) => !goes(templateId)),
        { templateId: template.id, uses: 0, lastUsedAtMs: wallMs, unmatched: 0 },
      ],
      trail: [...record.trail, template.id].slice(-(trailLength + undoDepth)),
      undo: [...record.undo, change].slice(-undoDepth),
    },
  });
}

/** The vectors of a path that must make place for one more. Learned vectors are in the order of learning. */
function surplus(adaptation: Adaptation, origin: LearnedOrigin, rules: AdaptationRules): Template[] {
  const ofPath = ofOrigin(adaptation, origin);
  return ofPath.slice(0, Math.max(0, ofPath.length + 1 - rules.limits[origin].cap));
}

function ofOrigin(adaptation: Adaptation, origin: LearnedOrigin): Template[] {
  return adaptation.learned.filter((template) => template.origin === origin);
}

function trailOf({ learned, shelved, record }: Adaptation, model: string): Float32Array[] {
  const known = [...learned, ...shelved];
  return record.trail.flatMap((id) =>
    vectorsOf(
      known.filter((template) => template.id === id),
      model,
    ),
  );
}

function vectorsOf(templates: readonly Template[], model: string): Float32Array[] {
  return templates.filter((template) => template.model === model).map(({ vector }) => vector);
}

function isUnitVector(vector: Float32Array): boolean {
  // Its distance to the origin; infinite for a vector of a length that no network has or with numbers that are not finite.
  return Math.abs(embeddingDistance(vector, new Float32Array(vector.length)) - 1) <= lengthTolerance;
}

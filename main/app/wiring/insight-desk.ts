import type { Decision, RefusalReason } from '../../contract/decision.ts';
import type { FaceMeasures, LookDetail } from '../../contract/insight.ts';
import type { Observation } from '../../contract/observation.ts';
import { refusalSentences } from '../../contract/sentences.ts';
import { isCore } from '../../identity/comparison.ts';
import type { LearningOutcome, LearningRefusal } from '../../identity/learning.ts';
import { nearestTemplate } from '../../identity/matcher.ts';
import { renewedVector } from '../../identity/renewal.ts';
import type { Gallery } from '../../identity/template.ts';

/** Looks that are kept. */
const keptLooks = 12;

type Face = Extract<Observation, { kind: 'face' }>;

interface Distances {
  readonly enrolled: number | undefined;
  readonly learned: number | undefined;
}

interface KeptLook {
  readonly id: number;
  readonly wallMs: number;
  readonly frames: number;
  readonly face: Face | undefined;
  readonly distances: ReadonlyMap<string, Distances>;
  readonly end: { readonly kind: 'match'; readonly personId: string } | { readonly kind: 'refuse' | 'undecided'; readonly reason: string };
  readonly learning: { readonly personId: string; readonly sentence: string } | undefined;
}

/** The lock screen says the same of a face that is not alive as of one that is not known; the owner may know which it was. */
const reasons: Readonly<Record<RefusalReason, string>> = {
  ...refusalSentences,
  'not-recognised': 'Too far from what was set up',
  'not-live': 'Not alive by its depth',
};

const learningSentences: Readonly<Record<LearningRefusal, string>> = {
  'no-face': 'Nothing was learned: no face in the last frame.',
  infrared: 'Nothing was learned: it was seen in the dark.',
  'poor-quality': 'Nothing was learned: the picture was not good enough.',
  'not-live': 'Nothing was learned: the last frame was not surely alive.',
  'not-attentive': 'Nothing was learned: the eyes were not on the screen.',
  'no-vector': 'Nothing was learned: the face could not be described.',
  'switched-off': 'Nothing was learned: learning is off.',
  'not-a-match': 'Nothing was learned: the last frame alone did not match.',
  'failed-looks': 'Nothing was learned: looks had failed before it.',
  suspended: 'Nothing was learned: too many looks failed within a day.',
  'clock-set-back': 'Nothing was learned: the clock was set back.',
  'one-a-day': 'Nothing was learned: one change a day is the most.',
  cap: 'Nothing was learned: as much is kept as may be.',
  'too-far-from-core': 'Nothing was learned: too far from what was set up.',
  'nothing-new': 'Nothing was learned: there was nothing new in it.',
  'steady-drift': 'Nothing was learned: it led on in the direction of what was learned before.',
  'no-near-miss': 'Nothing was learned: no look had nearly matched.',
  'too-late': 'Nothing was learned: it took too long after the passcode.',
  'stale-frame': 'Nothing was learned: the frame was old.',
  'other-face': 'Nothing was learned: another face came after the passcode.',
  'more-frames': 'Nothing was learned: the face was gone too soon.',
};

/**
 * Remembers the last looks in full, in memory only. Whoever may read them is the caller's to decide: never a locked screen. No picture and no
 * vector is kept, only what was measured.
 */
export class InsightDesk {
  #looks: readonly KeptLook[] = [];
  #current: { readonly wallMs: number; readonly frames: number; readonly face: Face | undefined } | undefined;
  #lastId = 0;

  begin(wallMs: number): void {
    this.#current = { wallMs, frames: 0, face: undefined };
  }

  observe(observation: Observation): void {
    if (this.#current === undefined) return;
    const { wallMs, frames, face } = this.#current;
    this.#current = { wallMs, frames: frames + 1, face: observation.kind === 'face' ? observation : face };
  }

  /** The look is over. Measures its last face against everybody unsealed; to be called before anything is sealed. */
  end(decision: Decision | undefined, galleries: readonly Gallery[], model: string | undefined): void {
    if (this.#current === undefined) return;
    const { wallMs, frames, face } = this.#current;
    this.#current = undefined;
    this.#lastId += 1;
    const distances = new Map(galleries.map((gallery) => [gallery.personId, distancesOf(face, gallery, model)]));
    const kept: KeptLook = {
      id: this.#lastId,
      wallMs,
      frames,
      face: withoutVector(face),
      distances,
      end: endOf(decision, face),
      learning: undefined,
    };
    this.#looks = [kept, ...this.#looks].slice(0, keptLooks);
  }

  /** What became of learning from the last look, or from the capture after it. */
  learned(personId: string, outcome: LearningOutcome): void {
    const [last, ...before] = this.#looks;
    if (last === undefined) return;
    const sentence = outcome.kind === 'learned' ? 'Facelatch learned how you look now.' : learningSentences[outcome.reason];
    this.#looks = [{ ...last, learning: { personId, sentence } }, ...before];
  }

  forget(): void {
    this.#looks = [];
    this.#current = undefined;
  }

  /** The last looks as they concern one person: how near they were to this face, and to nobody else's. */
  looksOf(personId: string): LookDetail[] {
    return this.#looks.map(({ id, wallMs, frames, face, distances, end, learning }) => ({
      id,
      wallMs,
      frames,
      outcome: end.kind === 'match' ? 'opened' : end.kind === 'refuse' ? 'refused' : 'undecided',
      reason: end.kind !== 'match' ? end.reason : end.personId === personId ? 'It was you' : 'It was somebody else who may open it',
      face: face === undefined ? undefined : measuresOf(face, distances.get(personId)),
      learning: learning?.personId === personId ? learning.sentence : undefined,
    }));
  }
}

function endOf(decision: Decision | undefined, face: Face | undefined): KeptLook['end'] {
  if (decision?.kind === 'match') return { kind: 'match', personId: decision.personId };
  if (decision?.kind === 'refuse') return { kind: 'refuse', reason: reasons[decision.reason] };
  if (face === undefined) return { kind: 'undecided', reason: reasons['no-face'] };
  return { kind: 'undecided', reason: undecidedBecause(face) };
}

function undecidedBecause({ quality, liveness, attention }: Face): string {
  if (quality.kind === 'poor') return reasons[quality.fault];
  if (liveness.kind === 'unknown') return reasons['no-depth'];
  if (attention.kind === 'eyes-closed') return reasons['eyes-closed'];
  if (attention.kind !== 'attentive') return reasons['looking-away'];
  return 'Over before enough was seen';
}

function distancesOf(face: Face | undefined, { templates, renewal }: Gallery, model: string | undefined): Distances {
  const vector = face?.embedding;
  if (vector === undefined || model === undefined) return { enrolled: undefined, learned: undefined };
  const probe = renewal === undefined ? vector : renewedVector(vector, renewal);
  const learned = templates.filter((template) => !isCore(template));
  return {
    enrolled: nearestTemplate(probe, model, templates.filter(isCore))?.distance,
    learned: nearestTemplate(probe, model, learned)?.distance,
  };
}

function withoutVector(face: Face | undefined): Face | undefined {
  if (face === undefined) return undefined;
  const { embedding: _, ...rest } = face;
  return rest;
}

function measuresOf({ infrared, quality, liveness, attention, pose, distanceMm }: Face, distances: Distances | undefined): FaceMeasures {
  return {
    enrolledDistance: distances?.enrolled,
    learnedDistance: distances?.learned,
    infrared: infrared === true,
    quality: quality.kind === 'good' ? undefined : reasons[quality.fault],
    liveness,
    attention,
    yawDeg: pose.yawDeg,
    pitchDeg: pose.pitchDeg,
    distanceMm,
  };
}

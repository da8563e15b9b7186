import type { Decision, RefusalReason } from '../../contract/decision.ts';
import type { FaceMeasures, LookDetail, LookTally } from '../../contract/insight.ts';
import type { Observation } from '../../contract/observation.ts';
import { refusalSentences } from '../../contract/sentences.ts';
import { isCore } from '../../identity/comparison.ts';
import type { LearningOutcome, LearningRefusal } from '../../identity/learning.ts';
import type { Look } from '../../identity/look.ts';
import { nearestTemplate } from '../../identity/matcher.ts';
import { renewedVector } from '../../identity/renewal.ts';
import type { Gallery } from '../../identity/template.ts';
import { explainLiveness } from '../../vision/liveness-explained.ts';

/** Looks that are kept. */
const keptLooks = 12;

type Face = Extract<Observation, { kind: 'face' }>;

interface Distances {
  readonly enrolled: number | undefined;
  readonly learned: number | undefined;
}

/** A look under way, as far as it was seen. */
interface SeenLook {
  readonly wallMs: number;
  readonly frames: number;
  readonly notLive: number;
  readonly lastFace: Face | undefined;
  /** The last face outside a bound of liveness: it shows why where that ended the look. */
  readonly lastNotLive: Face | undefined;
}

interface KeptLook {
  readonly id: number;
  readonly wallMs: number;
  readonly frames: number;
  readonly notLive: number;
  /** What the look itself counted, where there was one. */
  readonly counted: Look | undefined;
  readonly face: Face | undefined;
  readonly distances: ReadonlyMap<string, Distances>;
  readonly end: { readonly kind: 'match'; readonly personId: string } | { readonly kind: 'refuse' | 'undecided'; readonly reason: string };
  readonly learning: { readonly personId: string; readonly sentence: string } | undefined;
}

/** The lock screen says the same of a face that is not alive as of one that is not known; the owner may know which it was. */
const refusals: Readonly<Partial<Record<RefusalReason, string>>> = {
  'not-recognised': 'Not opened: this face is not enough like the one that was set up',
  'not-live': 'Not opened: by its depth this was no living face',
};

/** Why nothing was decided: what the camera waited for until the look was over. */
const waits: Readonly<Record<RefusalReason, string>> = {
  'too-dark': 'Nothing decided: it was too dark',
  'too-bright': 'Nothing decided: it was too bright',
  'too-far': 'Nothing decided: the face was too far away',
  'too-near': 'Nothing decided: the face was too near',
  'not-centred': 'Nothing decided: part of the face was out of the picture',
  'several-faces': 'Nothing decided: more than one face was in view',
  'turned-away': 'Nothing decided: the face was turned away',
  'no-depth': 'Nothing decided: the camera could not measure how deep the face is',
  'poor-depth': 'Nothing decided: the camera measured too little of the face',
  blurred: 'Nothing decided: the picture was blurred',
  unreadable: 'Nothing decided: the picture could not be read',
  'no-face': 'Nothing decided: nobody was in view',
  'not-recognised': 'Nothing decided: the face was not recognised so far',
  'not-live': 'Nothing decided: the face was not alive so far',
  'eyes-closed': 'Nothing decided: the eyes were closed',
  'looking-away': 'Nothing decided: the eyes were not on the screen',
  'stale-frame': 'Nothing decided: the camera was late',
  'nobody-enrolled': 'Nothing decided: no face is set up',
};

const learningSentences: Readonly<Record<LearningRefusal, string>> = {
  'no-face': 'Nothing was learned: no face in the last frame.',
  infrared: 'Nothing was learned: it was seen in the dark.',
  'poor-quality': 'Nothing was learned: the picture was not good enough.',
  'not-live': 'Nothing was learned: the last frame was not alive by its depth.',
  'hardly-live': 'Nothing was learned: the last frame alone was not surely alive.',
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
  #current: SeenLook | undefined;
  #lastId = 0;

  begin(wallMs: number): void {
    this.#current = { wallMs, frames: 0, notLive: 0, lastFace: undefined, lastNotLive: undefined };
  }

  observe(observation: Observation): void {
    if (this.#current === undefined) return;
    const { wallMs, frames, notLive, lastFace, lastNotLive } = this.#current;
    const face = observation.kind === 'face' ? observation : undefined;
    const isNotLive = face?.quality.kind === 'good' && face.liveness.kind === 'spoof';
    this.#current = {
      wallMs,
      frames: frames + 1,
      notLive: notLive + (isNotLive ? 1 : 0),
      lastFace: face ?? lastFace,
      lastNotLive: isNotLive ? face : lastNotLive,
    };
  }

  /** The look is over. Measures its last face against everybody unsealed; to be called before anything is sealed. `counted`: the look as it ended. */
  end(decision: Decision | undefined, counted: Look | undefined, galleries: readonly Gallery[], model: string | undefined): void {
    if (this.#current === undefined) return;
    const { wallMs, frames, notLive, lastFace, lastNotLive } = this.#current;
    this.#current = undefined;
    this.#lastId += 1;
    const isNotLive = decision?.kind === 'refuse' && decision.reason === 'not-live';
    const face = isNotLive ? (lastNotLive ?? lastFace) : lastFace;
    const distances = new Map(galleries.map((gallery) => [gallery.personId, distancesOf(face, gallery, model)]));
    const kept: KeptLook = {
      id: this.#lastId,
      wallMs,
      frames,
      notLive,
      counted,
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
    return this.#looks.map(({ id, wallMs, frames, notLive, counted, face, distances, end, learning }) => ({
      id,
      wallMs,
      outcome: end.kind === 'match' ? 'opened' : end.kind === 'refuse' ? 'refused' : 'undecided',
      reason:
        end.kind !== 'match' ? end.reason : end.personId === personId ? 'Opened: it was you' : 'Opened for somebody else who may come in',
      tally: tallyOf(frames, notLive, counted, personId),
      face: face === undefined ? undefined : measuresOf(face, distances.get(personId)),
      learning: learning?.personId === personId ? learning.sentence : undefined,
    }));
  }
}

/** Matches of anybody else are nobody's business: they show as no match. */
function tallyOf(frames: number, notLive: number, counted: Look | undefined, personId: string): LookTally {
  const own = counted?.personId === personId ? counted : undefined;
  const judged = own?.liveness.frames ?? 0;
  return {
    frames,
    matched: own?.matched ?? 0,
    unknown: (counted?.refused ?? 0) - (counted?.notLive ?? 0),
    notLive,
    meanLogOdds: own === undefined || judged === 0 ? undefined : own.liveness.logOdds / judged,
  };
}

function endOf(decision: Decision | undefined, face: Face | undefined): KeptLook['end'] {
  if (decision?.kind === 'match') return { kind: 'match', personId: decision.personId };
  if (decision?.kind === 'refuse') return { kind: 'refuse', reason: refusals[decision.reason] ?? waits[decision.reason] };
  if (face === undefined) return { kind: 'undecided', reason: waits['no-face'] };
  return { kind: 'undecided', reason: undecidedBecause(face) };
}

function undecidedBecause({ quality, liveness, attention }: Face): string {
  if (quality.kind === 'poor') return waits[quality.fault];
  if (liveness.kind === 'unknown') return waits['no-depth'];
  if (attention.kind === 'eyes-closed') return waits['eyes-closed'];
  if (attention.kind !== 'attentive') return waits['looking-away'];
  return 'Nothing decided: it was over before enough was seen';
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
    quality: quality.kind === 'good' ? undefined : refusalSentences[quality.fault],
    liveness: explainLiveness(liveness),
    attention,
    yawDeg: pose.yawDeg,
    pitchDeg: pose.pitchDeg,
    distanceMm,
  };
}

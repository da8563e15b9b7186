import type { Decision, RefusalReason } from '../contract/decision.ts';
import type { Attention, Observation } from '../contract/observation.ts';
import { adaptationRulesOf } from './adaptation-rules.ts';
import { type ComparisonRules, compareWithTemplates } from './comparison.ts';
import { addScore, isAlive, type LookLiveness, noLiveness } from './look-liveness.ts';
import { renewedVector } from './renewal.ts';
import type { Gallery } from './template.ts';
import { thresholdsOf } from './thresholds.ts';

/** Frames that must match before the lock opens: no single frame unlocks. */
export const framesToUnlock = 3;
/** Frames in which a face could be judged and was refused, after which the look has failed. */
export const framesToRefuse = 8;
/** A frame that looked like a picture asks for so many more matches; any other that was refused for one. */
const owedNotLive = 2;
/** A frame older than this was not taken of who sits there now. */
const maximumAgeMs = 2000;

/** One look under way: what its judged frames said so far. */
export interface Look {
  readonly startedAtMs: number;
  readonly lastCapturedAtMs: number;
  readonly matched: number;
  /** Matched frames since the last in which the eyes were shut. */
  readonly matchedSinceShut: number;
  readonly refused: number;
  /** Refused frames that were not alive, of `refused`. */
  readonly notLive: number;
  /** Matches that other frames ask for on top of `framesToUnlock`: one for each that was refused, two where it was not alive. */
  readonly owed: number;
  /** Of the matched frames. */
  readonly liveness: LookLiveness;
  readonly nearest: number | undefined;
  readonly personId: string | undefined;
}

/** What a frame did to a look: a verdict ends it; a hint is for the person, meanwhile. */
export interface LookStep {
  readonly look: Look;
  readonly verdict: Decision | undefined;
  readonly hint: RefusalReason | undefined;
}

/** What a person may switch off. */
export interface LookRules {
  /** Eyes open and directed at the screen. Off only as an accessibility setting. */
  readonly attention: boolean;
}

/** A fresh look; frames captured before `startedAtMs` (the moment of the lock) never count. */
export function beginLook(startedAtMs: number): Look {
  const nothingSeen = {
    matched: 0,
    matchedSinceShut: 0,
    refused: 0,
    notLive: 0,
    owed: 0,
    liveness: noLiveness,
    nearest: undefined,
    personId: undefined,
  };
  return { startedAtMs, lastCapturedAtMs: startedAtMs, ...nothingSeen };
}

/**
 * Takes in one observation. A face of good quality, alive and attentive, is compared with each gallery; `framesToUnlock` matches of
 * one person that together are alive, with no shut eyes between them, end the look with a match, `framesToRefuse` judged and refused frames, or as many that match and are not alive, with a refusal. Frames that
 * cannot be judged (nobody, too dark, eyes closed) are not refused. Frames must be new: taken after the look began, after the
 * last one, and at most two seconds ago.
 */
export function observeLook(
  look: Look,
  observation: Observation,
  galleries: readonly Gallery[],
  model: string,
  rules: LookRules,
  nowMs: number,
): LookStep {
  const { capturedAtMs } = observation.stamp;
  if (!(capturedAtMs > look.lastCapturedAtMs) || !(nowMs - capturedAtMs <= maximumAgeMs)) return unjudged(look, 'stale-frame');
  const fresh = { ...look, lastCapturedAtMs: capturedAtMs };
  if (observation.kind === 'no-face') return unjudged(fresh, 'no-face');
  // What asks somebody to come back or to look, whatever depth says, costs a picture its two matches all the same: a mask does not get rid of frames by it.
  const charged = observation.liveness.kind === 'spoof' ? { ...fresh, owed: fresh.owed + owedNotLive } : fresh;
  if (observation.quality.kind === 'poor') {
    const { fault } = observation.quality;
    return unjudged(fault === 'too-near' ? charged : fresh, fault);
  }
  if (observation.embedding === undefined || observation.liveness.kind === 'unknown') return unjudged(fresh, 'no-depth');
  const eyes = rules.attention ? eyesHint(observation.attention) : undefined;
  // The eyes come first: were a picture refused and somebody living told to look, the lock would tell which of the two it sees.
  // Who sleeps shows shut eyes nearly always: a frame now and then that is misread must not add up with another such.
  if (eyes !== undefined) return unjudged(eyes === 'eyes-closed' ? { ...charged, matchedSinceShut: 0 } : charged, eyes);
  if (observation.liveness.kind !== 'live') return refusedFrame(fresh, 'not-live', undefined);
  const thresholds = thresholdsOf(model);
  if (galleries.length === 0 || thresholds === undefined) return unjudged(fresh, 'nobody-enrolled');
  const nearest = nearestPerson(observation.embedding, model, galleries, adaptationRulesOf(model) ?? thresholds);
  if (nearest === undefined) return unjudged(fresh, 'nobody-enrolled');
  if (!nearest.accepted) return refusedFrame(fresh, 'not-recognised', nearest.distance);
  return matchedFrame(fresh, nearest.personId, nearest.distance, observation.liveness.score);
}

/** What to ask of eyes that are not seen to look; also where they could not be judged. */
function eyesHint({ kind }: Attention): RefusalReason | undefined {
  if (kind === 'attentive') return undefined;
  return kind === 'eyes-closed' ? 'eyes-closed' : 'looking-away';
}

interface NearestPerson {
  readonly personId: string;
  readonly distance: number;
  readonly accepted: boolean;
}

function nearestPerson(
  probe: Float32Array,
  model: string,
  galleries: readonly Gallery[],
  rules: ComparisonRules,
): NearestPerson | undefined {
  const compared = galleries.flatMap(({ personId, templates, renewal }): NearestPerson[] => {
    const comparison = compareWithTemplates(renewal === undefined ? probe : renewedVector(probe, renewal), model, templates, rules);
    return comparison === undefined ? [] : [{ personId, distance: comparison.distance, accepted: comparison.accepted }];
  });
  const candidates = compared.some(({ accepted }) => accepted) ? compared.filter(({ accepted }) => accepted) : compared;
  return candidates.toSorted((p, q) => p.distance - q.distance)[0];
}

function unjudged(look: Look, hint: RefusalReason): LookStep {
  return { look, verdict: undefined, hint };
}

function matchedFrame(look: Look, personId: string, distance: number, livenessScore: number): LookStep {
  // Two people who each match once are nobody's match: count anew when the person changes.
  const same = look.personId === personId;
  const matched = same ? look.matched + 1 : 1;
  const liveness = addScore(same ? look.liveness : noLiveness, livenessScore);
  const matchedSinceShut = same ? look.matchedSinceShut + 1 : 1;
  const next = { ...look, matched, matchedSinceShut, liveness, personId, nearest: Math.min(look.nearest ?? Infinity, distance) };
  if (matched < framesToUnlock + next.owed) return { look: next, verdict: undefined, hint: undefined };
  if (!isAlive(liveness)) {
    // More frames may still speak for somebody living, but not for ever.
    if (matched < framesToRefuse) return { look: next, verdict: undefined, hint: undefined };
    return { look: next, verdict: { kind: 'refuse', reason: 'not-live', distance: next.nearest }, hint: undefined };
  }
  if (matchedSinceShut < framesToUnlock) return { look: next, verdict: undefined, hint: undefined };
  return {
    look: next,
    verdict: { kind: 'match', personId, distance: next.nearest, capturedAtMs: look.lastCapturedAtMs },
    hint: undefined,
  };
}

function refusedFrame(look: Look, reason: 'not-live' | 'not-recognised', distance: number | undefined): LookStep {
  const next = {
    ...look,
    refused: look.refused + 1,
    notLive: look.notLive + (reason === 'not-live' ? 1 : 0),
    owed: look.owed + (reason === 'not-live' ? owedNotLive : 1),
    nearest: distance === undefined ? look.nearest : Math.min(look.nearest ?? Infinity, distance),
  };
  if (next.refused < framesToRefuse) return { look: next, verdict: undefined, hint: undefined };
  const why = next.notLive * 2 >= next.refused ? 'not-live' : 'not-recognised';
  return { look: next, verdict: { kind: 'refuse', reason: why, distance: next.nearest }, hint: undefined };
}

import { basename } from 'node:path';
import type { Observation } from '../../contract/observation.ts';
import { framesToUnlock } from '../../identity/look.ts';
import { addScore, isAlive, isAliveAlone, noLiveness } from '../../identity/look-liveness.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';
import type { ObservationFile } from '../evaluation/observation-file.ts';
import { observeOnce } from '../evaluation/observe-once.ts';
import { type BoundedRate, boundedRate } from '../evaluation/rates.ts';
import { mendRegistration, type Registration } from '../evaluation/registration.ts';
import { findSessions } from '../evaluation/sessions.ts';
import { findModelsDir } from '../models-dir.ts';

/** Real people before a real camera. A single frame cannot make a look: each is judged by the bounds and the score that a look needs on average, and a person's frames together. */
export interface RealFaces {
  /** Whether colour had to be put where depth is before anything was measured. */
  readonly registration: Registration;
  readonly halves: readonly RealHalf[];
}

/** Every second person's frames. */
export interface RealHalf {
  readonly name: string;
  readonly refused: BoundedRate;
  /** Of these the frames whose head is turned by less than `straightDeg` aside and up or down, as before a screen. */
  readonly refusedStraight: BoundedRate;
  /** Of people with at least as many frames within the bounds as a look needs: those whose frames' mean is under the mark. */
  readonly refusedTogether: BoundedRate;
  /** Frames in which liveness was never asked: no face, no depth, turned away. */
  readonly notAcquired: number;
}

/** Sets of poses hold heads from profile to profile; who looks at a screen holds it straight. */
const straightDeg = 15;

export type RealReading = { readonly kind: 'read'; readonly faces: RealFaces } | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Single frames of real people in `DIR/PERSON/SESSION/`. Every second person, from the first on, has helped to set bounds of liveness by having been looked at: they are
 * reported apart from the others, who have not.
 */
export async function readRealFaces(dir: string, networks: FaceNetworks, file: ObservationFile): Promise<RealReading> {
  const found = await findSessions(dir, findModelsDir());
  if (found.kind === 'failed') return found;
  const { set, registration } = await mendRegistration(networks, found.set);
  const people: Observation[][] = [];
  for (const person of set.people) {
    const observations: Observation[] = [];
    for (const session of [...person.enrol, ...person.probe]) {
      const seen = await observeOnce(`real/${person.name}/${basename(session.path)}`, session.frames(), networks, file, 'unlock');
      if (seen.kind === 'failed') return seen;
      observations.push(...seen.observations);
    }
    people.push(observations);
  }
  return { kind: 'read', faces: { registration, halves: realHalves(people) } };
}

/** What came of the frames of each person, the first, third, fifth... apart from the others. */
export function realHalves(people: readonly (readonly Observation[])[]): RealHalf[] {
  const names = ['every second, seen when bounds were set', 'the others'];
  return names.map((name, half) => {
    const theirs = people.filter((_, index) => index % 2 === half);
    const judged = theirs.map((observations) => observations.flatMap(judgedFrame));
    const asked = judged.flat();
    const looks = judged
      .map((frames) => frames.filter(({ withinBounds }) => withinBounds))
      .filter(({ length }) => length >= framesToUnlock);
    const alive = looks.filter((frames) => isAlive(frames.reduce((sum, { score }) => addScore(sum, score), noLiveness)));
    return {
      name,
      refused: refusedOf(asked),
      refusedStraight: refusedOf(asked.filter(({ straight }) => straight)),
      refusedTogether: boundedRate(looks.length - alive.length, looks.length),
      notAcquired: theirs.flat().length - asked.length,
    };
  });
}

/** How many of these would be refused, each by itself. */
function refusedOf(frames: readonly JudgedFrame[]): BoundedRate {
  return boundedRate(frames.filter(({ withinBounds, score }) => !(withinBounds && isAliveAlone(score))).length, frames.length);
}

interface JudgedFrame {
  readonly withinBounds: boolean;
  readonly score: number;
  readonly straight: boolean;
}

/** The frame, if liveness was asked. */
function judgedFrame(observation: Observation): JudgedFrame[] {
  if (observation.kind === 'no-face' || observation.embedding === undefined || observation.liveness.kind === 'unknown') return [];
  const { kind, score } = observation.liveness;
  const { yawDeg, pitchDeg } = observation.pose;
  return [{ withinBounds: kind === 'live', score, straight: Math.max(Math.abs(yawDeg), Math.abs(pitchDeg)) < straightDeg }];
}

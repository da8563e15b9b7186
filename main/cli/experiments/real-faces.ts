import { basename } from 'node:path';
import type { Observation } from '../../contract/observation.ts';
import { isAliveAlone } from '../../identity/look-liveness.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';
import type { ObservationFile } from '../evaluation/observation-file.ts';
import { observeOnce } from '../evaluation/observe-once.ts';
import { type BoundedRate, boundedRate } from '../evaluation/rates.ts';
import { mendRegistration, type Registration } from '../evaluation/registration.ts';
import { findSessions } from '../evaluation/sessions.ts';
import { findModelsDir } from '../models-dir.ts';

/** Real people before a real camera. A single frame cannot make a look: each is judged by the bounds and the score that a look needs on average. */
export interface RealFaces {
  /** Whether colour had to be put where depth is before anything was measured. */
  readonly registration: Registration;
  readonly halves: readonly {
    readonly name: string;
    readonly refused: BoundedRate;
    /** Frames in which liveness was never asked: no face, no depth, turned away. */
    readonly notAcquired: number;
  }[];
}

export type RealReading = { readonly kind: 'read'; readonly faces: RealFaces } | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Single frames of real people in `DIR/PERSON/SESSION/`. Every second person, from the first on, has helped to set bounds of liveness by having been looked at: they are
 * reported apart from the others, who have not.
 */
export async function readRealFaces(dir: string, networks: FaceNetworks, file: ObservationFile): Promise<RealReading> {
  const found = await findSessions(dir, findModelsDir());
  if (found.kind === 'failed') return found;
  const { set, registration } = await mendRegistration(networks, found.set);
  const outcomes: Outcome[][] = [[], []];
  for (const [index, person] of set.people.entries()) {
    for (const session of [...person.enrol, ...person.probe]) {
      const seen = await observeOnce(`real/${person.name}/${basename(session.path)}`, session.frames(), networks, file, 'unlock');
      if (seen.kind === 'failed') return seen;
      outcomes[index % 2]?.push(...seen.observations.map(outcomeOf));
    }
  }
  const names = ['every second, seen when bounds were set', 'the others'];
  return { kind: 'read', faces: { registration, halves: outcomes.map((some, index) => half(names[index] as string, some)) } };
}

type Outcome = 'alive' | 'not-alive' | 'not-acquired';

function outcomeOf(observation: Observation): Outcome {
  if (observation.kind === 'no-face' || observation.embedding === undefined || observation.liveness.kind === 'unknown')
    return 'not-acquired';
  const { kind, score } = observation.liveness;
  return kind === 'live' && isAliveAlone(score) ? 'alive' : 'not-alive';
}

function half(name: string, outcomes: readonly Outcome[]): RealFaces['halves'][number] {
  const asked = outcomes.filter((each) => each !== 'not-acquired');
  return {
    name,
    refused: boundedRate(asked.filter((each) => each === 'not-alive').length, asked.length),
    notAcquired: outcomes.length - asked.length,
  };
}

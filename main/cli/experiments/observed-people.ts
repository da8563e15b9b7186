import { basename, dirname } from 'node:path';
import type { Observation } from '../../contract/observation.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';
import { Progress } from '../console.ts';
import type { ObservationFile } from '../evaluation/observation-file.ts';
import { observeOnce } from '../evaluation/observe-once.ts';
import type { PersonSessions, Session } from '../evaluation/sessions.ts';

/** One recorded look and what vision made of it. */
export interface ObservedSession {
  /** Its folder's name. */
  readonly name: string;
  readonly path: string;
  readonly observations: readonly Observation[];
}

export interface ObservedPerson {
  readonly name: string;
  readonly enrol: readonly ObservedSession[];
  readonly probe: readonly ObservedSession[];
}

export type ObservingPeople =
  | { readonly kind: 'observed'; readonly people: readonly ObservedPerson[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Every session once through the whole of vision, those that the file knows excepted. */
export async function observePeople(
  networks: FaceNetworks,
  people: readonly PersonSessions[],
  file: ObservationFile,
): Promise<ObservingPeople> {
  const progress = new Progress(
    'looking',
    people.reduce((sum, { enrol, probe }) => sum + enrol.length + probe.length, 0),
  );
  const observed: ObservedPerson[] = [];
  for (const { name, enrol, probe } of people) {
    const enrolled: ObservedSession[] = [];
    const probed: ObservedSession[] = [];
    for (const [sessions, into, purpose] of [[enrol, enrolled, 'enrol'] as const, [probe, probed, 'unlock'] as const]) {
      for (const session of sessions) {
        const seen = await observeOnce(keyOf(session), session.frames(), networks, file, purpose);
        if (seen.kind === 'failed') return seen;
        into.push({ name: basename(session.path), path: session.path, observations: seen.observations });
        progress.step();
      }
    }
    observed.push({ name, enrol: enrolled, probe: probed });
  }
  return { kind: 'observed', people: observed };
}

/** PERSON/SESSION: the recordings may move, the file stays good. */
function keyOf({ path }: Session): string {
  return `${basename(dirname(path))}/${basename(path)}`;
}

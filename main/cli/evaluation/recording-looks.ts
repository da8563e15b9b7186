import type { Observation } from '../../contract/observation.ts';
import type { Gallery, Template } from '../../identity/template.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';
import { Progress } from '../console.ts';
import { observeFrames } from './observe.ts';
import type { Comparisons } from './rates.ts';
import { galleryOfLiving, type ReplayedLook, replayLook } from './replay.ts';
import type { AttackSession, SessionSet } from './sessions.ts';

export type RecordingComparison =
  | {
      readonly kind: 'compared';
      readonly comparisons: Comparisons;
      readonly samples: number;
      readonly failuresToAcquire: number;
      readonly attacks: Readonly<Record<string, { readonly n: number; readonly accepted: number }>>;
    }
  | { readonly kind: 'failed'; readonly sentence: string };

/** A look whose distance the table takes when nothing was recognised at all: the largest two unit vectors can have. */
const farthest = 2;

/**
 * Whole looks through quality, liveness and attention, as the lock sees them. Enrolment takes every good and live frame of the `enrol…` sessions
 * as a template. A look in which no frame could be judged is a failure to acquire.
 */
export async function compareThroughGates(networks: FaceNetworks, set: SessionSet): Promise<RecordingComparison> {
  const model = networks.identity.model;
  const galleries: Gallery[] = [];
  const progress = new Progress(
    'looking',
    set.people.reduce((sum, person) => sum + person.enrol.length + person.probe.length, set.attacks.length),
  );
  for (const person of set.people) {
    const templates: Template[] = [];
    for (const session of person.enrol) {
      const seen = await observeFrames(networks, session.frames(), 'enrol');
      progress.step();
      if (seen.kind === 'failed') return seen;
      templates.push(...galleryOfLiving(person.name, seen.observations, model).templates);
    }
    galleries.push({ personId: person.name, templates });
  }
  const genuine: number[] = [];
  const impostor: number[] = [];
  let samples = 0;
  let failures = 0;
  for (const person of set.people) {
    for (const session of person.probe) {
      const seen = await observeFrames(networks, session.frames(), 'unlock');
      progress.step();
      if (seen.kind === 'failed') return seen;
      samples++;
      if (!seen.observations.some(isJudgeable)) {
        failures++;
        continue;
      }
      for (const gallery of galleries) {
        if (gallery.templates.length === 0) continue;
        const look = lookAt(seen.observations, gallery, model);
        (gallery.personId === person.name ? genuine : impostor).push(look.distance ?? farthest);
      }
    }
  }
  const attacks: Record<string, { n: number; accepted: number }> = {};
  for (const attack of set.attacks) {
    const seen = await observeFrames(networks, attack.frames(), 'unlock');
    progress.step();
    if (seen.kind === 'failed') return seen;
    const tally = countOf(attacks, attack);
    const gallery = galleries.find(({ personId }) => personId === attack.target);
    if (gallery === undefined) return { kind: 'failed', sentence: `${attack.path} attacks ${attack.target}, who is not enrolled.` };
    tally.n++;
    if (lookAt(seen.observations, gallery, model).decision === 'unlock') tally.accepted++;
  }
  return { kind: 'compared', comparisons: typed(genuine, impostor), samples, failuresToAcquire: failures, attacks };
}

function lookAt(observations: readonly Observation[], gallery: Gallery, model: string): ReplayedLook {
  return replayLook(observations, gallery, model, { attention: true });
}

function isJudgeable(observation: Observation): boolean {
  return observation.kind === 'face' && observation.embedding !== undefined;
}

function countOf(attacks: Record<string, { n: number; accepted: number }>, attack: AttackSession): { n: number; accepted: number } {
  const known = attacks[attack.species] ?? { n: 0, accepted: 0 };
  attacks[attack.species] = known;
  return known;
}

function typed(genuine: readonly number[], impostor: readonly number[]): Comparisons {
  return { genuine: Float64Array.from(genuine), impostor: Float64Array.from(impostor) };
}

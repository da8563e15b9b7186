import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../contract/json.ts';
import type { Gallery } from '../../identity/template.ts';
import { enrolmentStop, type NotEnrolled } from '../evaluation/enrolment-stop.ts';
import { galleryOf, type ReplayedLook, replayEnrolment, replayLook } from '../evaluation/replay.ts';
import type { ObservedPerson, ObservedSession } from './observed-people.ts';

/** What the eyes were doing in a rendered look, as `models/render/gaze_set.py` writes it. */
const factsShape = v.object({
  kind: v.picklist(['attentive', 'closed', 'closing', 'away']),
  /** How far the lids are down, 0 to 1. */
  blink: v.number(),
  /** Angle between gaze and camera at the eyes. */
  gazeDeg: v.number(),
  /** Angle of the head from the camera. */
  turnedDeg: v.number(),
  distanceMm: v.number(),
  glasses: v.boolean(),
  skinTone: v.number(),
  light: v.string(),
});
export type GazeFacts = v.InferOutput<typeof factsShape>;

/** What became of a look at its owner's lock. `other`: it would have been refused with attention off as well, and says nothing about attention. */
export type GazeOutcome = 'unlock' | 'refused-for-attention' | 'other';

/** One look at one's own lock. */
export interface GazeLook {
  readonly person: string;
  readonly session: string;
  readonly facts: GazeFacts;
  readonly outcome: GazeOutcome;
  readonly reason: ReplayedLook['reason'];
}

export type GazeReading =
  | { readonly kind: 'read'; readonly looks: readonly GazeLook[]; readonly notEnrolled: readonly NotEnrolled[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Everybody looks at their own lock. People whose enrolment the recordings do not complete are named and left out. */
export async function readGazeLooks(people: readonly ObservedPerson[], model: string): Promise<GazeReading> {
  const looks: GazeLook[] = [];
  const notEnrolled: NotEnrolled[] = [];
  for (const person of people) {
    const circle = person.enrol.flatMap(({ observations }) => observations);
    const enrolment = replayEnrolment(circle, model);
    if (enrolment.phase !== 'complete') {
      notEnrolled.push({ kind: 'not-enrolled', person: person.name, why: enrolmentStop(enrolment, circle) });
      continue;
    }
    const gallery = galleryOf(person.name, enrolment);
    for (const session of person.probe) {
      const facts = await readFacts(session.path);
      if (facts === undefined) return { kind: 'failed', sentence: `${session.path} has no attention.json that says what the eyes did.` };
      looks.push({ person: person.name, session: session.name, facts, ...outcomeOf(session, gallery, model) });
    }
  }
  return { kind: 'read', looks, notEnrolled };
}

/** The look with attention on, and where it fails, once more with attention off. */
export function outcomeOf(
  { observations }: Pick<ObservedSession, 'observations'>,
  gallery: Gallery,
  model: string,
): Pick<GazeLook, 'outcome' | 'reason'> {
  const judged = replayLook(observations, gallery, model, { attention: true });
  if (judged.decision === 'unlock') return { outcome: 'unlock', reason: judged.reason };
  const without = replayLook(observations, gallery, model, { attention: false });
  return { outcome: without.decision === 'unlock' ? 'refused-for-attention' : 'other', reason: judged.reason };
}

async function readFacts(folder: string): Promise<GazeFacts | undefined> {
  return parseJson(await readFile(join(folder, 'attention.json'), 'utf8').catch(() => undefined), factsShape);
}

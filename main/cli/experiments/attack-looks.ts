import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { readRecording } from '../../capture/recording/reader.ts';
import type { CapturePurpose } from '../../contract/camera.ts';
import { vectorLengthOf } from '../../contract/identity-model.ts';
import { parseJson } from '../../contract/json.ts';
import type { Observation } from '../../contract/observation.ts';
import type { Gallery, Template } from '../../identity/template.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';
import type { ObservationFile } from '../evaluation/observation-file.ts';
import type { Observed } from '../evaluation/observe.ts';
import { observeOnce } from '../evaluation/observe-once.ts';
import { galleryOfLiving, replayLook } from '../evaluation/replay.ts';

/** What a rendered living look was like, as `models/render/make_attacks.py` writes it. */
const factsShape = v.object({
  skinTone: v.number(),
  glasses: v.boolean(),
  hat: v.boolean(),
  beard: v.boolean(),
  distanceMm: v.number(),
  light: v.string(),
});
export type LookFacts = v.InferOutput<typeof factsShape>;

const attackShape = v.object({ lookStartsAtMs: v.number() });

/**
 * What one presentation comes to. `not-acquired`: no frame could be judged (no face, too dark, no depth), so liveness was never asked; for an attack that is a
 * refusal, for a living person a failure to acquire and no error of liveness.
 */
export type LivenessOutcome = 'alive' | 'not-alive' | 'not-acquired';

/** One presentation, judged by liveness alone and, where somebody's lock is looked at, by the whole lock. */
export interface JudgedLook {
  readonly path: string;
  readonly observations: readonly Observation[];
  readonly liveness: LivenessOutcome;
  /** `undefined` where nobody is enrolled whose lock it could open. */
  readonly unlocks: boolean | undefined;
}

export interface LivingLook extends JudgedLook {
  readonly person: string;
  readonly facts: LookFacts;
}

export interface AttackLook extends JudgedLook {
  readonly species: string;
  readonly target: string;
}

export type AttackReading =
  | { readonly kind: 'read'; readonly living: readonly LivingLook[]; readonly attacks: readonly AttackLook[]; readonly owners: number }
  | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Everything that `make_attacks.py` has finished under `dir` (`PERSON/enrol-circle`, `PERSON/look-N`, `attacks/SPECIES/N`), through vision, liveness and the lock. Fails with a sentence at the first recording that cannot be read.
 */
export async function readAttacks(dir: string, networks: FaceNetworks, file: ObservationFile): Promise<AttackReading> {
  const people = (await finishedSessions(dir, 'look-')).concat(await finishedSessions(dir, 'enrol-'));
  const attacks = await finishedAttacks(dir);
  if (people.length + attacks.length === 0) return { kind: 'failed', sentence: `${dir} holds no recordings of make_attacks.py.` };
  const galleries = new Map<string, Gallery>();
  for (const folder of people.filter((path) => basename(path).startsWith('enrol-'))) {
    const seen = await look(folder, networks, file, 'enrol');
    if (seen.kind === 'failed') return seen;
    const owner = basename(dirname(folder));
    galleries.set(owner, galleryOfLiving(owner, seen.observations, networks.identity.model));
  }
  const { model } = networks.identity;
  const living: LivingLook[] = [];
  for (const folder of people.filter((path) => basename(path).startsWith('look-'))) {
    const facts = await readConditions(folder, factsShape);
    if (facts === undefined) return { kind: 'failed', sentence: `${folder} has no conditions.json that says what the look was like.` };
    const person = basename(dirname(folder));
    // Nobody else's lock is asked about these people: their vectors are not needed.
    const gallery = galleries.get(person);
    const seen = await look(folder, gallery === undefined ? withoutVectors(networks) : networks, file, 'unlock');
    if (seen.kind === 'failed') return seen;
    living.push({ person, facts, ...judged(folder, seen.observations, gallery, model) });
  }
  const attacked: AttackLook[] = [];
  for (const folder of attacks) {
    const target = await targetOf(folder);
    const facts = await readConditions(folder, attackShape);
    const gallery = galleries.get(target);
    if (facts === undefined || gallery === undefined)
      return { kind: 'failed', sentence: `${folder} names nobody in target.txt who is enrolled here, or has no conditions.json.` };
    const seen = await look(folder, networks, file, 'unlock');
    if (seen.kind === 'failed') return seen;
    // What was taken before the look began is not looked at, as `identity/look.ts` has it.
    const inTime = seen.observations.filter(({ stamp }) => stamp.capturedAtMs > facts.lookStartsAtMs);
    attacked.push({ species: basename(dirname(folder)), target, ...judged(folder, inTime, gallery, model) });
  }
  return { kind: 'read', living, attacks: attacked, owners: galleries.size };
}

/** Folders of people's sessions that are finished and whose names begin with `prefix`, in order. */
export async function finishedSessions(dir: string, prefix: string): Promise<string[]> {
  const people = (await names(dir)).filter((name) => name !== 'attacks');
  const folders = await Promise.all(
    people.map(async (person) =>
      (await names(join(dir, person))).filter((each) => each.startsWith(prefix)).map((each) => join(dir, person, each)),
    ),
  );
  return onlyDone(folders.flat());
}

/** Folders of attacks that are finished, species after species, in order. */
export async function finishedAttacks(dir: string): Promise<string[]> {
  const species = await names(join(dir, 'attacks'));
  const folders = await Promise.all(
    species.map(async (each) => (await names(join(dir, 'attacks', each))).map((number) => join(dir, 'attacks', each, number))),
  );
  return onlyDone(folders.flat());
}

/** Whose lock an attack is made on; empty where it does not say. */
export async function targetOf(folder: string): Promise<string> {
  return (await readFile(join(folder, 'target.txt'), 'utf8').catch(() => '')).trim();
}

/** The renderer leaves `done` in a recording that is whole: the command may run while it goes on. */
async function onlyDone(folders: readonly string[]): Promise<string[]> {
  const done = await Promise.all(folders.map(async (folder) => (await names(folder)).includes('done')));
  return folders.filter((_, index) => done[index]);
}

async function names(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

async function readConditions<Shape extends v.GenericSchema>(folder: string, shape: Shape): Promise<v.InferOutput<Shape> | undefined> {
  return parseJson(await readFile(join(folder, 'conditions.json'), 'utf8').catch(() => undefined), shape);
}

async function look(folder: string, networks: FaceNetworks, file: ObservationFile, purpose: CapturePurpose): Promise<Observed> {
  return observeOnce(folder.split('/').slice(-3).join('/'), readRecording(folder), networks, file, purpose);
}

function withoutVectors(networks: FaceNetworks): FaceNetworks {
  const { model } = networks.identity;
  return { ...networks, identity: { model, apart: false, embed: async () => ({ kind: 'vector', vector: anyVector(model) }) } };
}

/** Judges one presentation by its observations: by liveness alone and, with a gallery, by its owner's whole lock. */
export function judged(path: string, observations: readonly Observation[], gallery: Gallery | undefined, model: string): JudgedLook {
  const unlocks = gallery === undefined ? undefined : replayLook(observations, gallery, model, { attention: true }).decision === 'unlock';
  return { path, observations, liveness: livenessAlone(observations, model), unlocks };
}

/** The look as the lock sees it, with everybody taken for the owner and all eyes for open: quality and liveness decide alone. */
function livenessAlone(observations: readonly Observation[], model: string): LivenessOutcome {
  const vector = anyVector(model);
  const matching = observations.map(
    (observation): Observation =>
      observation.kind === 'face' && observation.embedding !== undefined ? { ...observation, embedding: vector } : observation,
  );
  const template: Template = { id: 'anybody', origin: 'enrolled', model, vector, yawDeg: 0, pitchDeg: 0, createdAtMs: 0 };
  const { decision, reason } = replayLook(matching, { personId: 'anybody', templates: [template] }, model, { attention: false });
  if (decision === 'unlock') return 'alive';
  return reason === 'not-live' ? 'not-alive' : 'not-acquired';
}

function anyVector(model: string): Float32Array {
  const vector = new Float32Array(vectorLengthOf(model) ?? 0);
  vector[0] = 1;
  return vector;
}

import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAnyRecording } from '../../capture/read-recording.ts';
import type { ReadFrame } from '../../capture/recording/reader.ts';
import { listVapTakes, readVapTakes } from '../../capture/recording/vap.ts';

/** One look of somebody: its frames can be read any number of times. */
export interface Session {
  readonly path: string;
  readonly frames: () => AsyncIterable<ReadFrame>;
}

export interface PersonSessions {
  readonly name: string;
  readonly enrol: readonly Session[];
  readonly probe: readonly Session[];
}

export interface AttackSession extends Session {
  readonly species: string;
  readonly target: string;
}

export interface SessionSet {
  readonly people: readonly PersonSessions[];
  readonly attacks: readonly AttackSession[];
}

export type FoundSessions = { readonly kind: 'found'; readonly set: SessionSet } | { readonly kind: 'failed'; readonly sentence: string };

/** Of a person's pictures in the VAP database, in order, one in so many enrols and the others probe. */
const vapEnrolEvery = 3;

/**
 * Finds `DIR/PERSON/SESSION/` in TUM layout, or `DIR/PERSON/SESSION.oni`, and `DIR/attacks/SPECIES/N/`; sessions beginning with `enrol` enrol. Fails
 * with a sentence that names what is wrong.
 */
export async function findSessions(dir: string, modelsDir: string): Promise<FoundSessions> {
  const names = await folders(dir);
  if (names === undefined) return { kind: 'failed', sentence: `${dir} is not a folder.` };
  const session = (path: string): Session => ({ path, frames: () => readAnyRecording(path, { modelsDir }) });
  const people: PersonSessions[] = [];
  for (const name of names.filter((each) => each !== 'attacks')) {
    const sessions = (await recordings(join(dir, name))) ?? [];
    const enrol = sessions.filter((each) => each.startsWith('enrol')).map((each) => session(join(dir, name, each)));
    const probe = sessions.filter((each) => !each.startsWith('enrol')).map((each) => session(join(dir, name, each)));
    if (enrol.length + probe.length > 0) people.push({ name, enrol, probe });
  }
  if (people.length === 0) return { kind: 'failed', sentence: `${dir} holds no PERSON/SESSION recordings.` };
  const attacks: AttackSession[] = [];
  for (const species of (await folders(join(dir, 'attacks'))) ?? []) {
    for (const number of (await folders(join(dir, 'attacks', species))) ?? []) {
      const folder = join(dir, 'attacks', species, number);
      const target = await readFile(join(folder, 'target.txt'), 'utf8').then(
        (text) => text.trim(),
        () => undefined,
      );
      if (target === undefined) return { kind: 'failed', sentence: `${folder} has no target.txt, so nobody knows whom it attacks.` };
      attacks.push({ species, target, ...session(folder) });
    }
  }
  return { kind: 'found', set: { people, attacks } };
}

/**
 * Finds the VAP RGB-D face database as it is: `DIR/PERSON/NAMEc.bmp` with `NAMEd.dat`. It has no sessions: of a person's pictures in order every
 * third enrols, and each of the others is a look of its own.
 */
export async function findVapSessions(dir: string): Promise<FoundSessions> {
  const names = await folders(dir);
  if (names === undefined) return { kind: 'failed', sentence: `${dir} is not a folder.` };
  const people: PersonSessions[] = [];
  for (const name of names) {
    const folder = join(dir, name);
    const takes = await listVapTakes(folder);
    if (takes.length === 0) continue;
    const session = (some: readonly string[]): Session => ({ path: folder, frames: () => readVapTakes(folder, some) });
    const enrols = (index: number): boolean => index % vapEnrolEvery === 0;
    people.push({
      name,
      enrol: [session(takes.filter((_, index) => enrols(index)))],
      probe: takes.filter((_, index) => !enrols(index)).map((take) => session([take])),
    });
  }
  if (people.length === 0)
    return { kind: 'failed', sentence: `${dir} holds no PERSON/ with pictures of the VAP database (…c.bmp with …d.dat).` };
  return { kind: 'found', set: { people, attacks: [] } };
}

/** The same recordings without the people who are not included, and without attacks on them. */
export function keepPeople({ people, attacks }: SessionSet, includes: (name: string) => boolean): SessionSet {
  return { people: people.filter(({ name }) => includes(name)), attacks: attacks.filter(({ target }) => includes(target)) };
}

/** Names of the folders and `.oni` files in a folder, in order; `undefined` when it cannot be read. */
async function recordings(dir: string): Promise<string[] | undefined> {
  return namesIn(dir, (entry) => entry.isDirectory() || entry.name.endsWith('.oni'));
}

/** Names of the folders in a folder, in order; `undefined` when it cannot be read. */
async function folders(dir: string): Promise<string[] | undefined> {
  return namesIn(dir, (entry) => entry.isDirectory());
}

async function namesIn(dir: string, wanted: (entry: Dirent) => boolean): Promise<string[] | undefined> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter(wanted)
      .map(({ name }) => name)
      .sort();
  } catch {
    return undefined;
  }
}

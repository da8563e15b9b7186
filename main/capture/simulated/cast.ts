import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openRecording, type Recording } from '../recording/reader.ts';

/** The recordings of one simulated person. */
export interface SimulatedPerson {
  readonly name: string;
  readonly enrolCircle: Recording;
  readonly looks: readonly Recording[];
}

/** A presentation attack somebody prepared against `target`. */
export interface SimulatedAttack {
  readonly species: string;
  readonly target: string;
  readonly recording: Recording;
}

/** Everybody and everything that can sit before the simulated camera. People are in alphabetical order. */
export interface SimulatedCast {
  readonly people: readonly SimulatedPerson[];
  readonly attacks: readonly SimulatedAttack[];
  readonly emptyRoom: Recording;
}

export type OpenedCast = { readonly kind: 'cast'; readonly cast: SimulatedCast } | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Opens the built-in recordings under `modelsDir/simulated`: `people/PERSON/{enrol-circle,look-*}`,
 * `people/attacks/SPECIES/N` with `target.txt`, and `empty-room`. Fails with a sentence that names what is missing or damaged.
 */
export async function openCast(modelsDir: string): Promise<OpenedCast> {
  const peopleDir = join(modelsDir, 'simulated', 'people');
  const names = (await folders(peopleDir)).filter((name) => name !== 'attacks');
  if (names.length === 0) return { kind: 'failed', sentence: `The simulated camera has no recordings in ${peopleDir}.` };
  try {
    const people = await Promise.all(names.map((name) => openPerson(join(peopleDir, name))));
    const attacks = await openAttacks(join(peopleDir, 'attacks'));
    const emptyRoom = await open(join(modelsDir, 'simulated', 'empty-room'));
    return { kind: 'cast', cast: { people, attacks, emptyRoom } };
  } catch (error) {
    if (error instanceof BrokenCast) return { kind: 'failed', sentence: error.message };
    throw error;
  }
}

/** Ends `openCast` from any depth; never leaves this file. */
class BrokenCast extends Error {}

async function openPerson(folder: string): Promise<SimulatedPerson> {
  const lookNames = (await folders(folder)).filter((name) => name.startsWith('look-'));
  if (lookNames.length === 0) throw new BrokenCast(`${folder} has no look to play.`);
  const [enrolCircle, ...looks] = await Promise.all(['enrol-circle', ...lookNames].map((name) => open(join(folder, name))));
  if (enrolCircle === undefined) throw new BrokenCast(`${folder} has no enrol-circle to play.`);
  return { name: basename(folder), enrolCircle, looks };
}

async function openAttacks(folder: string): Promise<readonly SimulatedAttack[]> {
  const attacks: SimulatedAttack[] = [];
  for (const species of await folders(folder)) {
    for (const name of await folders(join(folder, species))) {
      const recording = await open(join(folder, species, name));
      attacks.push({ species, target: await readTarget(join(folder, species, name)), recording });
    }
  }
  return attacks;
}

/** The person an attack is aimed at, from its `target.txt`. */
async function readTarget(folder: string): Promise<string> {
  try {
    return (await readFile(join(folder, 'target.txt'), 'utf8')).trim();
  } catch {
    throw new BrokenCast(`${join(folder, 'target.txt')} is missing: it names the attacked person.`);
  }
}

async function open(folder: string): Promise<Recording> {
  const opened = await openRecording(folder);
  if (opened.kind === 'failed') throw new BrokenCast(opened.sentence);
  return opened.recording;
}

/** Names of the folders in `folder`, alphabetically; none when it does not exist. */
async function folders(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

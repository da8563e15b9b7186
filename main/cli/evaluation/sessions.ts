import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The recordings of one person: folders. */
export interface PersonSessions {
  readonly name: string;
  readonly enrol: readonly string[];
  readonly probe: readonly string[];
}

export interface AttackSession {
  readonly species: string;
  readonly target: string;
  readonly folder: string;
}

export interface SessionSet {
  readonly people: readonly PersonSessions[];
  readonly attacks: readonly AttackSession[];
}

export type FoundSessions = { readonly kind: 'found'; readonly set: SessionSet } | { readonly kind: 'failed'; readonly sentence: string };

/** Finds `DIR/PERSON/SESSION/` and `DIR/attacks/SPECIES/N/`; sessions beginning with `enrol` enrol. Fails with a sentence that names what is wrong. */
export async function findSessions(dir: string): Promise<FoundSessions> {
  const names = await folders(dir);
  if (names === undefined) return { kind: 'failed', sentence: `${dir} is not a folder.` };
  const people: PersonSessions[] = [];
  for (const name of names.filter((each) => each !== 'attacks')) {
    const sessions = (await folders(join(dir, name))) ?? [];
    const enrol = sessions.filter((session) => session.startsWith('enrol')).map((session) => join(dir, name, session));
    const probe = sessions.filter((session) => !session.startsWith('enrol')).map((session) => join(dir, name, session));
    if (enrol.length + probe.length > 0) people.push({ name, enrol, probe });
  }
  if (!people.some(({ enrol }) => enrol.length > 0))
    return { kind: 'failed', sentence: `${dir} holds no PERSON/enrol… session, so there is nobody to compare with.` };
  const attacks: AttackSession[] = [];
  for (const species of (await folders(join(dir, 'attacks'))) ?? []) {
    for (const number of (await folders(join(dir, 'attacks', species))) ?? []) {
      const folder = join(dir, 'attacks', species, number);
      const target = await readFile(join(folder, 'target.txt'), 'utf8').then(
        (text) => text.trim(),
        () => undefined,
      );
      if (target === undefined) return { kind: 'failed', sentence: `${folder} has no target.txt, so nobody knows whom it attacks.` };
      attacks.push({ species, target, folder });
    }
  }
  return { kind: 'found', set: { people, attacks } };
}

/** Names of the folders in a folder, in order; `undefined` when it cannot be read. */
async function folders(dir: string): Promise<string[] | undefined> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return undefined;
  }
}

import { readFile } from 'node:fs/promises';

export type PeopleList =
  | { readonly kind: 'read'; readonly includes: (name: string) => boolean }
  | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Reads the people an evaluation keeps, one name a line (empty lines and `#` comments are passed over), so that those a network was trained on can be
 * left out. Without a file everybody is kept.
 */
export async function readPeopleList(file: string | undefined): Promise<PeopleList> {
  if (file === undefined) return { kind: 'read', includes: () => true };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return { kind: 'failed', sentence: `${file} is missing or cannot be read.` };
  }
  const lines = text.split('\n').map((line) => line.trim());
  const names = new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
  if (names.size === 0) return { kind: 'failed', sentence: `${file} names nobody.` };
  return { kind: 'read', includes: (name) => names.has(name) };
}

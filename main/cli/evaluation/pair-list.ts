import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One picture of LFW's layout: `file` is `NAME/NAME_0001.jpg`, relative to the folder of pictures. */
export interface NamedPicture {
  readonly name: string;
  readonly file: string;
}

export interface PicturePair {
  readonly kind: 'genuine' | 'impostor';
  readonly first: NamedPicture;
  readonly second: NamedPicture;
}

export type PairList =
  | { readonly kind: 'read'; readonly pairs: readonly PicturePair[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Reads LFW's pair lines, tabs or spaces between: `name n1 n2` for one person, `name1 n1 name2 n2` for two. Lines of numbers alone (LFW's
 * count of folds), empty lines and `#` comments are passed over.
 */
export async function readPairList(file: string): Promise<PairList> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return { kind: 'failed', sentence: `${file} is missing or cannot be read.` };
  }
  const pairs: PicturePair[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === '' || line.startsWith('#') || (fields.length <= 2 && fields.every((field) => /^\d+$/.test(field)))) continue;
    const pair = parsePair(fields);
    if (pair === undefined) return { kind: 'failed', sentence: `${file} line ${index + 1} is not "name n1 n2" or "name1 n1 name2 n2".` };
    pairs.push(pair);
  }
  if (pairs.length === 0) return { kind: 'failed', sentence: `${file} holds no pairs.` };
  return { kind: 'read', pairs };
}

function parsePair(fields: readonly string[]): PicturePair | undefined {
  const [name, n1, third, fourth] = fields;
  if (name === undefined || n1 === undefined || third === undefined || !isName(name) || !isNumber(n1)) return undefined;
  const first = namedPicture(name, n1);
  if (fields.length === 3 && isNumber(third)) return { kind: 'genuine', first, second: namedPicture(name, third) };
  if (fields.length === 4 && isName(third) && fourth !== undefined && isNumber(fourth)) {
    return { kind: third === name ? 'genuine' : 'impostor', first, second: namedPicture(third, fourth) };
  }
  return undefined;
}

function namedPicture(name: string, number: string): NamedPicture {
  return { name, file: `${name}/${name}_${number.padStart(4, '0')}.jpg` };
}

/** Every picture that the pairs name, once. */
export function listedPictures(pairs: readonly PicturePair[]): NamedPicture[] {
  return [...new Map(pairs.flatMap(({ first, second }) => [first, second]).map((picture) => [picture.file, picture])).values()];
}

/** Every JPEG of LFW's layout (`NAME/NAME_0001.jpg`) under a folder, in the order of their names. */
export async function findPictures(folder: string): Promise<NamedPicture[]> {
  const people = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const pictures: NamedPicture[] = [];
  for (const name of people.sort()) {
    const files = (await readdir(join(folder, name))).filter((file) => /\.jpe?g$/i.test(file)).sort();
    pictures.push(...files.map((file) => ({ name, file: `${name}/${file}` })));
  }
  return pictures;
}

const isNumber = (field: string): boolean => /^\d{1,6}$/.test(field);

/** A folder's own name and no way out of the folder of pictures. */
const isName = (field: string): boolean => !/[/\\]/.test(field) && field !== '.' && field !== '..';

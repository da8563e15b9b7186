/** Something the person can meet went wrong; nothing was changed. */
export interface Refusal {
  readonly kind: 'refused';
  /** One sentence for the person. */
  readonly sentence: string;
}

export interface Done {
  readonly kind: 'done';
}

export const done: Done = { kind: 'done' };

export function refuse(sentence: string): Refusal {
  return { kind: 'refused', sentence };
}

/** SQLite's code of a thrown error, e.g. `SQLITE_FULL`; undefined when it was thrown by something else. */
function sqliteCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const sentencesByCode: readonly (readonly [prefix: string, sentence: string])[] = [
  ['SQLITE_FULL', 'The disk is full: nothing was changed.'],
  ['ENOSPC', 'The disk is full: nothing was changed.'],
  ['EDQUOT', 'The disk quota is used up: nothing was changed.'],
  ['SQLITE_BUSY', 'Another Facelatch is using this vault.'],
  ['SQLITE_LOCKED', 'Another Facelatch is using this vault.'],
  ['SQLITE_READONLY', 'The vault cannot be written: check the permissions of its folder.'],
  ['SQLITE_PERM', 'The vault cannot be written: check the permissions of its folder.'],
  ['SQLITE_CANTOPEN', 'The vault cannot be opened: check the permissions of its folder.'],
  ['SQLITE_CORRUPT', 'The vault is damaged: it was left untouched.'],
  ['SQLITE_NOTADB', 'The vault is damaged: it was left untouched.'],
  ['SQLITE_IOERR', 'The disk reported an error: nothing was changed.'],
  ['EACCES', 'The vault cannot be opened: check the permissions of its folder.'],
  ['EPERM', 'The vault cannot be opened: check the permissions of its folder.'],
  ['EROFS', 'The disk is read-only: nothing was changed.'],
  ['ENOENT', 'The file or its folder does not exist.'],
  ['ENOTDIR', 'The vault cannot be opened: a file is where its folder should be.'],
  ['EEXIST', 'The vault cannot be opened: a file is where its folder should be.'],
  ['EIO', 'The disk reported an error: nothing was changed.'],
];

/**
 * The refusal for an error of SQLite or of the file system. An error of any other kind is a bug and is thrown on.
 */
export function refusalOf(error: unknown): Refusal {
  const code = sqliteCode(error);
  const known = code === undefined ? undefined : sentencesByCode.find(([prefix]) => code.startsWith(prefix));
  if (known === undefined) throw error;
  return refuse(known[1]);
}

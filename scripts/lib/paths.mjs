import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** An absolute path inside the project. */
export const inRoot = (...parts) => path.join(root, ...parts);

/** What set-up remembers between runs; ignored by Git and safe to delete. */
export const cacheDir = inRoot('.cache');

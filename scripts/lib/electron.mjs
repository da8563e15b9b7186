import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** Where the development Electron lies that stands in where the official download cannot be reached. */
export const fallbackDir = inRoot('.electron');

const nameInDist = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron';

/**
 * Finds the Electron to run on: the folder a person named, the official download, or the development fallback.
 * @returns {{executable: string, dist: string, version: string, origin: 'override' | 'official' | 'fallback'} | null}
 */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const places = override
    ? [{ dist: override, origin: 'override' }]
    : [
        { dist: inRoot('node_modules', 'electron', 'dist'), origin: 'official' },
        { dist: fallbackDir, origin: 'fallback' },
      ];
  for (const { dist, origin } of places) {
    const executable = path.join(dist, nameInDist);
    // Both installers write the version last, so a half-finished folder has none.
    if (existsSync(executable) && existsSync(path.join(dist, 'version'))) return { executable, dist, version: versionIn(dist), origin };
  }
  return null;
}

/** Version in a folder of Electron, without a leading v. */
export function versionIn(dist) {
  return readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
}

import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { Failure } from './failure.mjs';
import { inRoot, root } from './paths.mjs';
import { show } from './processes.mjs';

const systemSwitch = { linux: '--linux', darwin: '--mac', win32: '--win' }[process.platform];

/**
 * Packages the built app with electron-builder for this system, from an Electron that is here already: nothing is downloaded for the
 * unpacked folder.
 * @param {{dist: string, version: string, origin: string}} electron
 * @param {string[]} args further switches of electron-builder; `--dir` stops at the unpacked folder
 * @throws {Failure} when the packages would carry an Electron that is not the official one, or electron-builder fails
 */
export async function packageApp(electron, args) {
  const isUnpackedOnly = args.includes('--dir');
  if (electron.origin === 'fallback' && !isUnpackedOnly) {
    throw new Failure(
      'A package for others needs the official Electron, and here only its stand-in for development could be had: package where GitHub (or ELECTRON_MIRROR) is reached, or use "npm run package -- --dir" for a folder to test.',
      2,
    );
  }
  await rm(inRoot('dist'), { recursive: true, force: true });
  const chosen = [`-c.electronDist=${electron.dist}`, `-c.electronVersion=${electron.version}`, '--publish', 'never'];
  const env = { ...process.env, ...(isUnpackedOnly ? { CSC_IDENTITY_AUTO_DISCOVERY: 'false' } : {}) };
  const cli = inRoot('node_modules', 'electron-builder', 'cli.js');
  const code = await show(process.execPath, [cli, systemSwitch, ...chosen, ...args], { cwd: root, env });
  if (code !== 0) throw new Failure(`electron-builder ended with code ${code}; its reason stands above.`);
}

/** The unpacked folder that packaging left: what lies on a person's disk after the installation. @throws {Failure} when there is none */
export async function unpackedApp() {
  const folders = existsSync(inRoot('dist')) ? await readdir(inRoot('dist')) : [];
  const folder = folders.find((name) => /-unpacked$|^mac(-\w+)?$/.test(name));
  if (!folder) throw new Failure('Nothing is packaged yet: run "npm run package -- --dir".', 2);
  const parts = { linux: ['facelatch'], win32: ['Facelatch.exe'], darwin: ['Facelatch.app', 'Contents', 'MacOS', 'Facelatch'] }[
    process.platform
  ];
  return { folder: inRoot('dist', folder), executable: inRoot('dist', folder, ...parts) };
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadAddon, type OpenniAddon } from './addon.ts';

export type OpenniLibrary =
  | { readonly kind: 'loaded'; readonly addon: OpenniAddon; readonly path: string; readonly version: string }
  | { readonly kind: 'absent'; readonly sentence: string; readonly remedy: string };

/** What to type to get OpenNI 2. */
export const openniRemedies: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'sudo apt install libopenni2-0',
  darwin: 'brew install openni2',
};

/**
 * The names OpenNI's library may go by. `override` (a file) comes alone; otherwise the folder the SDK's installer announces in
 * `OPENNI2_REDIST`, then the system's own.
 */
export function openniCandidates(
  platform: NodeJS.Platform,
  redistFolder: string | undefined,
  override: string | undefined,
): readonly string[] {
  if (override !== undefined) return [override];
  const file = platform === 'darwin' ? 'libOpenNI2.dylib' : 'libOpenNI2.so';
  const redist = redistFolder === undefined || redistFolder === '' ? [] : [join(redistFolder, file)];
  if (platform === 'darwin') return [...redist, '/opt/homebrew/lib/ni2/libOpenNI2.dylib', '/usr/local/lib/ni2/libOpenNI2.dylib', file];
  return [...redist, 'libOpenNI2.so.0', file];
}

/** The folder `native/`: of the project, or in the installed application's archive, whose native files Electron finds beside it. */
export function findNativeDir(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'native', 'openni2', 'package.json'))) return join(folder, 'native');
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * Loads the addon (from `nativeDir`, or from where it is found) and through it OpenNI (from `libraryFile`, or the system's). Without either
 * there are no such cameras, and nothing else changes.
 */
export async function loadOpenni(nativeDir = findNativeDir(), libraryFile?: string): Promise<OpenniLibrary> {
  if (process.platform === 'win32') {
    return { kind: 'absent', sentence: 'OpenNI cameras are for Linux and macOS; Windows uses the Kinect SDK.', remedy: '' };
  }
  const loaded = loadAddon(nativeDir ?? '');
  if (loaded.kind === 'failed') return { kind: 'absent', sentence: loaded.sentence, remedy: 'npm run build:native' };
  const library = await loaded.addon.load(openniCandidates(process.platform, process.env.OPENNI2_REDIST, libraryFile));
  if (library.kind === 'failed') {
    return { kind: 'absent', sentence: `OpenNI 2 is not installed (${library.reason}).`, remedy: openniRemedies[process.platform] ?? '' };
  }
  return { kind: 'loaded', addon: loaded.addon, path: library.path, version: library.version };
}

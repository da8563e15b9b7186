import { statSync } from 'node:fs';
import path from 'node:path';
import { capture } from './processes.mjs';
import { isRoot } from './system.mjs';

/**
 * Why Chromium's sandbox cannot work for a run from source here, or null where it can. Packaged apps never run without it.
 * @returns {Promise<string | null>}
 */
export async function whyNoSandbox(dist) {
  if (process.platform !== 'linux') return null;
  if (isRoot()) return 'as root Chromium has none';
  if (isSetuidRoot(path.join(dist, 'chrome-sandbox'))) return null;
  const { code } = await capture('unshare', ['-Ur', 'true']);
  return code === 0 ? null : 'this system allows no user namespaces';
}

function isSetuidRoot(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && stat.uid === 0 && (stat.mode & 0o4000) !== 0;
}

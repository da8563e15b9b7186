import { existsSync, readFileSync } from 'node:fs';
import { Failure } from './failure.mjs';
import { npm } from './npm.mjs';
import { inRoot } from './paths.mjs';
import { step } from './say.mjs';

/** Brings the packages of package-lock.json, without running anything of theirs, when what is installed is not what the lock says. */
export async function ensureDependencies() {
  if (installedMatchesLock(readLock(inRoot('package-lock.json')), readLock(inRoot('node_modules', '.package-lock.json')))) return;
  await step('Bringing the packages of package-lock.json (npm ci)', async () => {
    // onnxruntime-node would fetch CUDA libraries that nothing here uses; its own switch says no even where install scripts are on.
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', npm_config_loglevel: 'error' };
    const code = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { env });
    if (code !== 0) throw new Failure(`The packages could not be installed: "npm ci" ended with code ${code}, its reason stands above.`);
  });
}

/**
 * Whether the tree npm recorded is the one the lock asks for; packages of other platforms may be absent.
 * @param {{packages?: Record<string, {version?: string, optional?: boolean, devOptional?: boolean}>} | null} lock
 * @param the same for `node_modules/.package-lock.json`, which npm writes last
 */
export function installedMatchesLock(lock, installed) {
  if (!lock?.packages || !installed?.packages) return false;
  return Object.entries(lock.packages).every(([where, wanted]) => {
    if (where === '') return true;
    const found = installed.packages[where];
    return found ? found.version === wanted.version : Boolean(wanted.optional ?? wanted.devOptional);
  });
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

import { readFileSync } from 'node:fs';
import { ensureDependencies } from './dependencies.mjs';
import { hasDisplay } from './display.mjs';
import { findElectron } from './electron.mjs';
import { hasFallback, installFallbackElectron } from './electron-fallback.mjs';
import { installOfficialElectron } from './electron-official.mjs';
import { Failure } from './failure.mjs';
import { inRoot } from './paths.mjs';
import { say, step } from './say.mjs';
import { ensureSystem } from './system.mjs';
import { bringWeights } from './weights.mjs';

/**
 * Everything a fresh clone lacks: packages, Electron's binary, the system's libraries, weights. Each step is skipped in silence when its
 * result is there already.
 * @param {{needsDisplay?: boolean}} what whether windows will open, so that a machine without a display also needs a virtual one
 * @returns {Promise<ReturnType<typeof findElectron>>} the Electron to run on
 * @throws {Failure}
 */
export async function ensureSetUp({ needsDisplay = true } = {}) {
  ensureNode();
  await ensureDependencies();
  const electron = await ensureElectron();
  await ensureSystem(electron.executable, needsDisplay && !hasDisplay() ? ['xvfb'] : []);
  await ensureWeights();
  return electron;
}

function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Failure(`Facelatch needs Node 20.19 or later to set itself up; this is ${process.versions.node}.`, 2);
}

/** Electron's binary, by the official way where it can be reached; on Linux x64 there is a stand-in for development. @throws {Failure} */
async function ensureElectron() {
  const present = findElectron();
  if (present) return announced(present);
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) {
    throw new Failure(`ELECTRON_OVERRIDE_DIST_PATH names ${process.env.ELECTRON_OVERRIDE_DIST_PATH}, where no Electron lies.`, 2);
  }
  const { version } = JSON.parse(readFileSync(inRoot('node_modules', 'electron', 'package.json'), 'utf8'));
  const official = await step(
    `Bringing Electron ${version} (about 120 MB)`,
    () => installOfficialElectron({ probe: hasFallback }),
    (result) => (result.kind === 'installed' ? 'done' : `not possible: ${result.why}`),
  );
  if (official.kind === 'refused') throw new Failure(`Electron ${version} was refused: ${official.why}`);
  if (official.kind === 'unreachable') {
    if (!hasFallback)
      throw new Failure(`Electron ${version} could not be downloaded: ${official.why}. ELECTRON_MIRROR may name another address.`);
    await step('Bringing a stand-in from the npm registry (about 315 MB)', () => installFallbackElectron());
  }
  const electron = findElectron();
  if (!electron) throw new Failure('Electron was installed and cannot be found again; delete node_modules and start once more.');
  return announced(electron);
}

function announced(electron) {
  if (electron.origin === 'fallback')
    say(
      `! Electron ${electron.version} from the npm registry stands in for the official one: development and tests only, never for a release.`,
    );
  return electron;
}

/** The networks and built-in recordings, each verified against the manifest. @throws {Failure} naming the file that is wrong */
async function ensureWeights() {
  const present = await bringWeights({ check: true });
  refuseFaults(present, 'refused');
  if (present.every(({ state }) => state === 'present')) return;
  refuseFaults(await step('Bringing the weights that Git does not hold', () => bringWeights()), 'refused', 'missing');
}

function refuseFaults(reports, ...states) {
  const fault = reports.find(({ state }) => states.includes(state));
  if (fault) throw new Failure(fault.sentence);
}

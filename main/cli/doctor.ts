import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { examineCapture } from '../capture/doctor.ts';
import { listCameras } from '../capture/open-camera.ts';
import { readManifest, sha256Of } from '../vision/manifest.ts';
import { exitCode, printJson, printLine, refuse } from './console.ts';
import { displayCheck, keystoreCheck, lockerCheck, modeCheck, profileDirHere } from './desktop-checks.ts';
import { findModelsDir } from './models-dir.ts';

/** One thing looked at. `limited`: works, but less well than it could. `mend`: the one line that makes it right. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'limited' | 'missing';
  readonly found: string;
  readonly mend?: string;
}

/**
 * Names what is here and what is missing: runtime, models and their hashes, cameras, keystore, the system's locker, the lock mode, display. Exits with 0 when nothing is
 * missing (limits are told), 1 when something is.
 */
export async function doctor(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, profile: { type: 'string' } },
  });
  if (positionals.length > 0) return refuse('usage: facelatch doctor [--json] [--profile DIR]');
  const profileDir = values.profile ?? profileDirHere();
  const modelsDir = findModelsDir();
  const checks = [
    runtimeCheck(),
    ...(await modelChecks(modelsDir)),
    ...(await cameraChecks(modelsDir)),
    await keystoreCheck(),
    lockerCheck(profileDir),
    await modeCheck(profileDir),
    displayCheck(),
  ];
  if (values.json) printJson({ command: 'doctor', ok: checks.every(({ state }) => state !== 'missing'), checks });
  else for (const check of checks) printCheck(check);
  return checks.some(({ state }) => state === 'missing') ? exitCode.negative : exitCode.positive;
}

function printCheck({ name, state, found, mend }: Check): void {
  const mark = { ok: 'ok      ', limited: 'limited ', missing: 'MISSING ' }[state];
  printLine(`${mark}${name}: ${found}`);
  if (mend !== undefined) printLine(`        -> ${mend}`);
}

function runtimeCheck(): Check {
  const { electron, node, napi } = process.versions;
  return electron === undefined
    ? {
        name: 'runtime',
        state: 'limited',
        found: `Node ${node} without Electron`,
        mend: 'run it as "npx --no-install facelatch", on the runtime the app uses',
      }
    : { name: 'runtime', state: 'ok', found: `Electron ${electron}, Node ${node}, Node-API ${napi}, ${process.platform} ${process.arch}` };
}

async function modelChecks(modelsDir: string): Promise<Check[]> {
  const manifest = await readManifest(modelsDir);
  if (manifest.kind === 'read') return Promise.all(manifest.rows.map(({ file, sha256 }) => modelCheck(modelsDir, file, sha256)));
  const found = manifest.kind === 'missing' ? `no manifest.json in ${modelsDir}` : `${join(modelsDir, 'manifest.json')} is damaged`;
  return [{ name: 'models', state: 'missing', found, mend: 'reinstall Facelatch' }];
}

async function modelCheck(modelsDir: string, file: string, sha256: string): Promise<Check> {
  const name = `model ${file}`;
  const mend = 'npm run weights';
  try {
    const actual = sha256Of(await readFile(join(modelsDir, file)));
    if (actual === sha256) return { name, state: 'ok', found: `sha256 ${sha256.slice(0, 12)}…` };
    return { name, state: 'missing', found: `wrong sha256 ${actual.slice(0, 12)}…, expected ${sha256.slice(0, 12)}…`, mend };
  } catch {
    return { name, state: 'missing', found: 'not there', mend };
  }
}

async function cameraChecks(modelsDir: string): Promise<Check[]> {
  const paths = await examineCapture({ modelsDir });
  const ways = paths
    .filter(({ kind }) => kind !== 'not-for-this-system')
    .map(({ name, kind, sentence, remedy }): Check => {
      const state = kind === 'works' ? 'ok' : 'limited';
      return { name, state, found: sentence, ...(remedy === undefined ? {} : { mend: remedy }) };
    });
  const cameras = await listCameras({ modelsDir });
  const real = cameras.filter(({ driver }) => driver === 'kinect2' || driver === 'openni2');
  const found: Check =
    real.length > 0
      ? { name: 'depth camera', state: 'ok', found: real.map(({ id, label }) => `${label} (${id})`).join(', ') }
      : { name: 'depth camera', state: 'limited', found: 'none found; the simulated camera stands in', mend: 'connect a depth camera' };
  return [...ways, found];
}

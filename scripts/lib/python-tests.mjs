import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { inRoot, root } from './paths.mjs';
import { capture } from './processes.mjs';
import { ensureDebianPackages, isRoot, missingPackages, onPath } from './system.mjs';
import { addTallies, tally } from './tally.mjs';

const interpreter = '/usr/bin/python3';

/** Debian's package for each library the tools under models/ import. */
const packageOf = {
  numpy: 'python3-numpy',
  scipy: 'python3-scipy',
  PIL: 'python3-pil',
  onnx: 'python3-onnx',
  cv2: 'python3-opencv',
  numba: 'python3-numba',
  torch: 'python3-torch',
};

// Hundreds of megabytes each: unasked they are installed only on a machine that is there to test everything.
const large = new Set(['python3-opencv', 'python3-numba', 'python3-torch']);

/** Runs the tests of every folder under models/ that has some, where Debian's Python has what they import. */
export async function testPython(env) {
  const models = inRoot('models');
  const tallies = [];
  for (const folder of await testedFolders(models)) tallies.push(await testFolder(models, folder, env));
  return addTallies(tallies);
}

async function testFolder(models, folder, env) {
  const skipped = (why) => ({ passed: 0, failed: 0, skipped: 1, note: `models/${folder} ${why}` });
  if (!existsSync(interpreter) || !onPath('dpkg-query')) return skipped("needs Debian's python3");
  const missing = await missingPackages(await packagesFor(models, folder));
  const installs = isRoot() && (env.CI === 'true' || !missing.some((name) => large.has(name)));
  if (missing.length > 0 && !installs) return skipped(`needs ${missing.join(' ')} (sudo apt-get install -y ${missing.join(' ')})`);
  if (missing.length > 0) {
    const refused = await ensureDebianPackages(missing).catch((error) => (error instanceof Failure ? error : Promise.reject(error)));
    if (refused) return skipped(refused.message);
  }
  const args = ['-m', 'unittest', 'discover', '-s', path.join(models, folder, 'tests'), '-t', models];
  const { code, stderr } = await capture(interpreter, args, { cwd: root, env });
  process.stderr.write(stderr);
  return tallyOfUnittest(code, stderr);
}

/**
 * The Debian packages a folder's Python files import, those of the sibling folders it uses included.
 * @param {string} models the folder models/
 * @param {string} folder a folder in it
 * @returns {Promise<string[]>}
 */
export async function packagesFor(models, folder, seen = new Set()) {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const entries = await readdir(path.join(models, folder), { recursive: true });
  const texts = await Promise.all(
    entries.filter((name) => name.endsWith('.py')).map((name) => readFile(path.join(models, folder, name), 'utf8')),
  );
  const imported = new Set(texts.flatMap((text) => [...text.matchAll(/^\s*(?:import|from)\s+(\w+)/gm)].map(([, name]) => name)));
  const siblings = [...imported].filter((name) => !(name in packageOf) && existsSync(path.join(models, name, '__init__.py')));
  const theirs = await Promise.all(siblings.map((name) => packagesFor(models, name, seen)));
  return [...new Set([...[...imported].filter((name) => name in packageOf).map((name) => packageOf[name]), ...theirs.flat()])].sort();
}

async function testedFolders(models) {
  const folders = (await readdir(models, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const hasTests = async (name) => {
    const tests = path.join(models, name, 'tests');
    return existsSync(tests) && (await readdir(tests)).some((file) => /^test.*\.py$/.test(file));
  };
  const checked = await Promise.all(folders.map(async (name) => ((await hasTests(name)) ? [name] : [])));
  return checked.flat().sort();
}

/** Reads unittest's closing lines: "Ran 7 tests in 0.1s" and "OK (skipped=1)" or "FAILED (failures=1, errors=2)". */
export function tallyOfUnittest(code, stderr) {
  const ran = Number(/^Ran (\d+) tests?/m.exec(stderr)?.[1] ?? 0);
  const count = (word) => Number(new RegExp(`^(?:OK|FAILED) \\(.*?\\b${word}=(\\d+)`, 'm').exec(stderr)?.[1] ?? 0);
  const failed = count('failures') + count('errors') + count('unexpected successes');
  return tally(code, Math.max(0, ran - failed - count('skipped')), failed, count('skipped'));
}

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from './build.mjs';
import { findElectron } from './electron.mjs';
import { Failure } from './failure.mjs';
import { packageApp } from './packaging.mjs';
import { cacheDir, inRoot, root } from './paths.mjs';
import { capture, show } from './processes.mjs';
import { runtimeEnv, runtimeExecutable } from './runtime.mjs';
import { ensureDebianPackages, isRoot, missingPackages, onPath } from './system.mjs';

/**
 * @typedef {object} Tally what a suite's own runner counted
 * @property {number} passed
 * @property {number} failed at least one when the runner ended badly, whatever it counted
 * @property {number} skipped
 * @property {string} [note] why something was left out
 */

/** Suites whose tests open windows. */
export const windowed = new Set(['e2e', 'packaged', 'faults', 'attacks']);

/**
 * Every suite there is here, in the order `npm test` runs them. A folder under test/ with a `vitest.config.ts` or a `playwright.config.ts` is
 * a suite of that runner.
 * @returns {Record<string, (env: NodeJS.ProcessEnv) => Promise<Tally>>}
 */
export function suitesHere() {
  const suites = {
    lint: (env) => one(() => show(runtimeExecutable(), [inRoot('scripts', 'lint.mjs')], { cwd: root, env: { ...env, ...runtimeEnv() } })),
    build: () => one(() => attempt(build)),
    unit: (env) => vitest('unit', inRoot('test', 'vitest.config.ts'), env),
    models: python,
  };
  for (const name of ['native', 'e2e', 'packaged', 'faults', 'attacks']) {
    const [vitestConfig, playwrightConfig] = ['vitest.config.ts', 'playwright.config.ts'].map((file) => inRoot('test', name, file));
    if (existsSync(vitestConfig)) suites[name] = (env) => vitest(name, vitestConfig, env);
    if (existsSync(playwrightConfig)) suites[name] = (env) => playwright(name, playwrightConfig, env);
  }
  if (suites.packaged) suites.packaged = packaged;
  return suites;
}

/** A step that is right or wrong as a whole counts as one. */
async function one(work) {
  const code = await work();
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function attempt(work) {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function vitest(name, config, env) {
  const report = await reportFile(name);
  const args = [inRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', config];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await show(runtimeExecutable(), [...args, ...reporters], { cwd: root, env: { ...env, ...runtimeEnv() } });
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = await readReport(report);
  return tally(code, numPassedTests, numFailedTests, numPendingTests + numTodoTests);
}

async function playwright(name, config, env) {
  const report = await reportFile(name);
  const args = [inRoot('node_modules', '@playwright', 'test', 'cli.js'), 'test', '-c', config, '--reporter=list,json'];
  const code = await show(runtimeExecutable(), args, { cwd: root, env: { ...env, ...runtimeEnv(), PLAYWRIGHT_JSON_OUTPUT_NAME: report } });
  const { stats = {} } = await readReport(report);
  return tally(code, (stats.expected ?? 0) + (stats.flaky ?? 0), stats.unexpected ?? 0, stats.skipped ?? 0);
}

/** Packages the unpacked folder first: the tests are about what lies on a person's disk. */
async function packaged(env) {
  const code = await attempt(() => packageApp(findElectron(), ['--dir']));
  return code === 0 ? playwright('packaged', inRoot('test', 'packaged', 'playwright.config.ts'), env) : tally(code, 0, 1, 0);
}

/** The Python tools under models/, on Debian's own Python with Debian's own packages. */
async function python(env) {
  const interpreter = '/usr/bin/python3';
  if (!existsSync(interpreter) || !onPath('dpkg-query'))
    return { passed: 0, failed: 0, skipped: 1, note: "models: needs Debian's python3" };
  const missing = await missingPackages(pythonPackages);
  if (missing.length > 0) {
    if (!isRoot()) return { passed: 0, failed: 0, skipped: 1, note: `models: needs ${missing.join(' ')}` };
    await ensureDebianPackages(missing);
  }
  const { code, stderr } = await capture(interpreter, ['-m', 'unittest', 'discover', '-s', 'models', '-p', 'test_*.py'], {
    cwd: root,
    env,
  });
  if (code !== 0) process.stderr.write(stderr);
  return tallyOfUnittest(code, stderr);
}

/** The packages the tests under models/ cannot do without; what needs PyTorch skips itself where it is absent. */
const pythonPackages = ['python3-numpy', 'python3-scipy', 'python3-pil'];

/** Reads unittest's closing lines: "Ran 7 tests in 0.1s" and "OK (skipped=1)" or "FAILED (failures=1, errors=2)". */
export function tallyOfUnittest(code, stderr) {
  const ran = Number(/^Ran (\d+) tests?/m.exec(stderr)?.[1] ?? 0);
  const count = (word) => Number(new RegExp(`^(?:OK|FAILED) \\(.*?\\b${word}=(\\d+)`, 'm').exec(stderr)?.[1] ?? 0);
  const failed = count('failures') + count('errors') + count('unexpected successes');
  return tally(code, Math.max(0, ran - failed - count('skipped')), failed, count('skipped'));
}

/** A runner that ends badly has failed, even where it counted no failure: a file that does not load, a crash, no test at all. */
export function tally(code, passed, failed, skipped) {
  return { passed, failed: code === 0 ? failed : Math.max(1, failed), skipped };
}

async function reportFile(name) {
  const file = path.join(cacheDir, 'reports', `${name}.json`);
  await mkdir(path.dirname(file), { recursive: true });
  await rm(file, { force: true });
  return file;
}

async function readReport(file) {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : {};
}

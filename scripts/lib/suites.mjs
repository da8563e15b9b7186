import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from './build.mjs';
import { findElectron } from './electron.mjs';
import { Failure } from './failure.mjs';
import { packageApp } from './packaging.mjs';
import { cacheDir, inRoot, root } from './paths.mjs';
import { show } from './processes.mjs';
import { testPython } from './python-tests.mjs';
import { runtimeEnv, runtimeExecutable } from './runtime.mjs';
import { ensureDebianPackages, isRoot, missingPackages, onPath } from './system.mjs';
import { tally } from './tally.mjs';

/** Suites whose tests open windows. */
export const windowed = new Set(['conversion', 'e2e', 'packaged', 'faults', 'attacks']);

/**
 * Every suite there is here, in the order `npm test` runs them. A folder under test/ with a `vitest.config.ts` or a `playwright.config.ts` is
 * a suite of that runner.
 * @returns {Record<string, (env: NodeJS.ProcessEnv) => Promise<import('./tally.mjs').Tally>>}
 */
export function suitesHere() {
  const suites = {
    lint,
    build: () => one(() => attempt(build)),
    unit: (env) => vitest('unit', inRoot('test', 'vitest.config.ts'), env),
    models: testPython,
    conversion: (env) => vitest('conversion', inRoot('test', 'models', 'vitest.config.ts'), env),
  };
  for (const name of ['native', 'e2e', 'packaged', 'faults', 'attacks']) {
    const [vitestConfig, playwrightConfig] = ['vitest.config.ts', 'playwright.config.ts'].map((file) => inRoot('test', name, file));
    if (existsSync(vitestConfig)) suites[name] = withPackages(name, (env) => vitest(name, vitestConfig, env));
    if (existsSync(playwrightConfig)) suites[name] = withPackages(name, (env) => playwright(name, playwrightConfig, env));
  }
  if (suites.packaged) suites.packaged = packaged;
  return suites;
}

async function lint(env) {
  // Small, and the only judge of Python's format; where it cannot be installed unasked, the lint says that it skipped.
  if (isRoot() && onPath('apt-get') && !onPath('black')) await ensureDebianPackages(['black']);
  return one(() => show(runtimeExecutable(), [inRoot('scripts', 'lint.mjs')], { cwd: root, env: { ...env, ...runtimeEnv() } }));
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

/** What a suite's tests need of Debian beyond what the app needs. Without it they skip themselves and say what it is. */
const suitePackages = {
  native: ['libopenni2-dev', 'g++', 'valgrind'],
  e2e: [
    ...['xserver-xorg-core', 'xserver-xorg-video-dummy', 'x11-xserver-utils', 'x11-apps', 'xdotool'],
    ...['dbus', 'libglib2.0-bin', 'python3-dbusmock', 'xss-lock', 'i3lock', 'xsecurelock'],
  ],
};

/** In CI, as root on Debian, a suite first gets its packages; nobody else's machine is added to unasked. */
function withPackages(name, run) {
  return async (env) => {
    if (isRoot() && env.CI === 'true' && onPath('dpkg-query')) {
      const missing = await missingPackages(suitePackages[name] ?? []);
      if (missing.length > 0) await ensureDebianPackages(missing);
    }
    return run(env);
  };
}

/** Packages the unpacked folder first: the tests are about what lies on a person's disk. */
async function packaged(env) {
  const code = await attempt(() => packageApp(findElectron(), ['--dir']));
  return code === 0 ? playwright('packaged', inRoot('test', 'packaged', 'playwright.config.ts'), env) : tally(code, 0, 1, 0);
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

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { cacheDir, inRoot, root } from './paths.mjs';
import { capture } from './processes.mjs';
import { runtimeEnv, runtimeExecutable } from './runtime.mjs';
import { step } from './say.mjs';

const sources = ['main', 'renderer', 'package.json', 'package-lock.json', 'electron.vite.config.ts', 'svelte.config.js', 'tsconfig.json'];
const mainEntries = ['app', 'worker', 'network-thread', 'cli', 'guardian'].map((name) => `out/main/${name}.js`);
const outputs = [...mainEntries, 'out/preload/preload.cjs', 'out/renderer/index.html'];
const stamp = path.join(cacheDir, 'built-from');

/** Builds the app when its sources are not the ones it was last built from. @throws {Failure} */
export async function ensureBuild() {
  const now = await fingerprint();
  const isFresh = outputs.every((file) => existsSync(inRoot(file))) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (!isFresh) await step('Building the app', build);
}

/** Builds the app, and remembers from what. @throws {Failure} with what the compiler said */
export async function build() {
  const from = await fingerprint();
  const args = [inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'];
  const { code, stdout, stderr } = await capture(runtimeExecutable(), args, {
    cwd: root,
    env: { ...runtimeEnv(), ...(process.stderr.isTTY ? {} : { NO_COLOR: '1' }) },
  });
  const missing = outputs.filter((file) => !existsSync(inRoot(file)));
  if (code !== 0 || missing.length > 0) {
    process.stderr.write(stdout + stderr);
    throw new Failure(
      code === 0 ? `The build left out ${missing.join(', ')}.` : 'The build failed; the compiler says above what it does not accept.',
    );
  }
  await mkdir(cacheDir, { recursive: true });
  await writeFile(stamp, from);
}

/** A hash over name, size and time of every source file. */
async function fingerprint() {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of (await filesUnder(inRoot(source))).sort()) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

async function filesUnder(place) {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

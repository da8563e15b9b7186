import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { root } from './paths.mjs';
import { capture, show } from './processes.mjs';

// Under `npm start` npm names itself; started by hand, npm is looked for on the path (a .cmd on Windows, which needs a shell).
function npmCommand() {
  const self = process.env.npm_execpath;
  if (self?.endsWith('npm-cli.js') && existsSync(self)) return { file: process.execPath, before: [self], shell: false };
  return { file: 'npm', before: [], shell: process.platform === 'win32' };
}

/** Runs npm on this terminal. @returns {Promise<number>} its exit code */
export function npm(args, options = {}) {
  const { file, before, shell } = npmCommand();
  return show(file, [...before, ...args], { cwd: root, shell, ...options });
}

/**
 * Brings one package from the registry as a verified archive.
 * @param {string} spec name@version
 * @param {string} integrity `sha512-…` in base64, as a lock file has it
 * @param {string} folder where the archive is put
 * @returns {Promise<string>} the archive's path
 */
export async function bringPackage(spec, integrity, folder) {
  await mkdir(folder, { recursive: true });
  const { file, before, shell } = npmCommand();
  const pack = [...before, 'pack', spec, '--json', '--ignore-scripts', '--pack-destination', folder];
  const { code, stdout, stderr } = await capture(file, pack, { cwd: root, shell });
  if (code !== 0) throw new Failure(`The npm registry did not give ${spec}: ${lastLine(stderr)}`);
  const archive = path.join(folder, JSON.parse(stdout)[0].filename.replace('@', '').replace('/', '-'));
  await verifyIntegrity(archive, integrity, spec);
  return archive;
}

/** Refuses, by name, and deletes a file whose hash is not the one expected. @throws {Failure} */
export async function verifyIntegrity(file, integrity, name) {
  const [algorithm, expected] = splitOnce(integrity, '-');
  const actual = createHash(algorithm)
    .update(await readFile(file))
    .digest('base64');
  if (actual === expected) return;
  await rm(file, { force: true });
  throw new Failure(`${name} was refused: its ${algorithm} is ${actual}, expected ${expected}.`);
}

const splitOnce = (text, mark) => [text.slice(0, text.indexOf(mark)), text.slice(text.indexOf(mark) + 1)];

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';

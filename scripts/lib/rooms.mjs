import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

/** The rooms of main/, ground floor first: a room imports only from itself and from those before it. The top floor may use all. */
export const rooms = ['contract', 'geometry', 'capture', 'vision', 'identity', 'vault', 'lock', 'session', 'worker', 'app', 'cli'];
const topFloor = new Set(['app', 'cli']);

/** Rooms of pure rules: time and randomness come in as arguments, and nothing is read or written. */
const pureRooms = new Set(['geometry', 'identity', 'lock']);
const impureGlobals = new Set([
  'Date',
  'performance',
  'crypto',
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'console',
]);

/** Packages that only one room may know. */
const housed = new Map([
  ['electron', 'app'],
  ['onnxruntime-node', 'vision'],
  ['better-sqlite3', 'vault'],
]);

/**
 * Every place under main/ and renderer/ that breaks the order of the house.
 * @param {string} root the project's folder
 * @returns {Promise<{file: string, sentence: string}[]>}
 */
export async function roomFaults(root) {
  const files = (await Promise.all(['main', 'renderer'].map((folder) => sourcesUnder(path.join(root, folder))))).flat();
  const faults = await Promise.all(
    files.map(async (file) => {
      const name = path.relative(root, file).replaceAll(path.sep, '/');
      return faultsIn(name, await readFile(file, 'utf8')).map((sentence) => ({ file: name, sentence }));
    }),
  );
  return faults.flat();
}

/**
 * What is wrong with one file, as sentences.
 * @param {string} name its path from the project's folder, with slashes
 * @param {string} text its content; of a Svelte file the scripts are read
 */
export function faultsIn(name, text) {
  const script = name.endsWith('.svelte') ? scriptsOf(text) : text;
  const imports = ts.preProcessFile(script, true, true).importedFiles.map(({ fileName }) => fileName);
  const here = placeOf(name);
  const faults = imports.map((specifier) => importFault(name, here, specifier)).filter((fault) => fault !== null);
  return pureRooms.has(here.room) ? [...faults, ...impurities(name, script, here.room)] : faults;
}

function importFault(name, here, specifier) {
  if (specifier.startsWith('.')) {
    const there = placeOf(path.posix.join(path.posix.dirname(name), specifier));
    if (here.house === 'renderer') return rendererFault(there, specifier);
    if (there.house !== 'main') return `imports ${specifier}: main/ knows nothing outside itself`;
    const isBelow = topFloor.has(here.room) || rooms.indexOf(there.room) <= rooms.indexOf(here.room);
    return isBelow ? null : `imports ${specifier}: ${here.room}/ may not use ${there.room}/, which stands above it`;
  }
  const library = specifier.startsWith('@') ? specifier.split('/', 2).join('/') : specifier.split('/')[0];
  if (here.house === 'renderer')
    return /^svelte$/.test(library) ? null : `imports ${specifier}: a window knows Svelte and main/contract only`;
  if (pureRooms.has(here.room))
    return `imports ${specifier}: ${here.room}/ holds pure rules and uses no ${isBuiltin(specifier) ? 'system module' : 'library'}`;
  const house = housed.get(library);
  return house && house !== here.room ? `imports ${specifier}: only main/${house} may` : null;
}

function rendererFault(there, specifier) {
  if (there.house === 'renderer' || (there.house === 'main' && there.room === 'contract')) return null;
  return `imports ${specifier}: renderer/ knows main only through main/contract`;
}

/** House (main or renderer) and room of a path; a file that lies directly in main/ has no room and is refused by the order. */
function placeOf(name) {
  const [house, room] = name.split('/');
  return { house, room: house === 'main' && rooms.includes(room) ? room : '' };
}

function impurities(name, script, room) {
  const source = ts.createSourceFile(name, script, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isTypeNode(node)) return;
    if (ts.isPropertyAccessExpression(node) && node.getText(source) === 'Math.random') found.push('Math.random');
    if (ts.isIdentifier(node) && impureGlobals.has(node.text) && isGlobalUse(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.map((what) => `uses ${what}: ${room}/ holds pure rules, time and randomness come in as arguments`);
}

function isGlobalUse(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !ts.isPropertyAssignment(parent) && !ts.isPropertySignature(parent) && !ts.isImportSpecifier(parent);
}

const scriptsOf = (svelte) => [...svelte.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n');

async function sourcesUnder(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

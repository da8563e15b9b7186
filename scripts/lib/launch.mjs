import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from './failure.mjs';
import { root } from './paths.mjs';

// Chromium's complaints about a desktop without a message bus or a graphics card; they mean nothing for this app.
const harmless =
  /:(ERROR|WARNING):(dbus|gpu|viz|components\/viz|ui\/gl|content\/browser\/gpu|third_party\/angle|sandbox\/linux|media\/gpu|ui\/gfx)/;

/**
 * Starts the built app.
 * @param {{executable: string}} electron
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {{child: import('node:child_process').ChildProcess, ended: Promise<{code: number | null, signal: string | null}>}}
 */
export function launchApp(electron, args, env) {
  const { ELECTRON_RUN_AS_NODE: _, ...appEnv } = env;
  const child = spawn(electron.executable, [root, ...args], { cwd: root, env: appEnv, stdio: ['ignore', 'inherit', 'pipe'] });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '' && !harmless.test(line)) process.stderr.write(`${line}\n`);
  });
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, signal: error.message }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, ended };
}

/**
 * Waits until the app has written the picture of its first window.
 * @throws {Failure} when the app ends before, or shows nothing within the time given
 */
export async function waitForPicture(file, ended, withinMs = 60_000) {
  const giveUpMs = Date.now() + withinMs;
  const gone = ended.then((end) => ({ end }));
  while (!isWholePng(file)) {
    const end = await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 100, null))]);
    if (end && !isWholePng(file)) throw new Failure(`Facelatch ended before its window was up (${describe(end.end)}).`);
    if (Date.now() > giveUpMs) throw new Failure(`Facelatch showed no window within ${withinMs / 1000} s.`);
  }
}

// The app writes the file while this looks at it: a PNG is whole when its closing chunk is there.
function isWholePng(file) {
  return existsSync(file) && readFileSync(file).subarray(-8, -4).toString('latin1') === 'IEND';
}

/** A place for the picture, with no old one in it. */
export async function clearPicture(file) {
  await mkdir(path.dirname(file), { recursive: true });
  await rm(file, { force: true });
}

/** How a process ended, in words. */
export const describe = ({ code, signal }) => (code === null ? `by ${signal}` : `with code ${code}`);

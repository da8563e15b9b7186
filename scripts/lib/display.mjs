import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Failure } from './failure.mjs';
import { say } from './say.mjs';
import { onPath } from './system.mjs';

/** Whether windows can appear somewhere: always on Windows and macOS, on Linux where a display named by the environment answers. */
export function hasDisplay(env = process.env) {
  if (process.platform !== 'linux') return true;
  if (env.WAYLAND_DISPLAY && env.XDG_RUNTIME_DIR && existsSync(`${env.XDG_RUNTIME_DIR}/${env.WAYLAND_DISPLAY}`)) return true;
  const local = /^(?:unix)?:(\d+)/.exec(env.DISPLAY ?? '');
  // A display on another host (ssh -X) cannot be seen from here: it is believed.
  return local ? existsSync(`/tmp/.X11-unix/X${local[1]}`) || env.DISPLAY.startsWith('unix') : Boolean(env.DISPLAY);
}

/**
 * Starts a virtual display on a number nobody uses.
 * @returns {Promise<{name: string, stop: () => void}>} its name for DISPLAY, and what ends it
 * @throws {Failure} when Xvfb does not come up
 */
export async function startVirtualDisplay({ widthPx = 1440, heightPx = 900 } = {}) {
  const args = ['-displayfd', '3', '-screen', '0', `${widthPx}x${heightPx}x24`, '-nolisten', 'tcp', '-noreset'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let complaint = '';
  server.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const number = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Failure(`The virtual display did not start: ${why || 'Xvfb gave no reason'}.`));
    server.stdio[3].on('data', (chunk) => {
      if (/\d+/.test(String(chunk))) resolve(String(chunk).trim());
    });
    server.on('error', (error) => fail(error.message));
    server.on('exit', () => fail(complaint.trim().split('\n').at(-1)));
  });
  const stop = () => server.kill();
  process.on('exit', stop);
  server.unref();
  server.stderr.unref();
  server.stdio[3].unref();
  return { name: `:${number}`, stop };
}

/**
 * The environment windows need: this one where there is a display, otherwise with a virtual display started for it.
 * @param {{unseen?: boolean}} wish `unseen`: a virtual one is better wherever Xvfb is, so that tests do not cover the screen somebody works at
 */
export async function ensureDisplay({ unseen = false } = {}) {
  const isThere = hasDisplay();
  if (isThere && !(unseen && onPath('Xvfb'))) return { env: process.env, virtual: false, stop: () => {} };
  const display = await startVirtualDisplay();
  say(
    `▸ ${isThere ? 'Leaving your screen alone' : 'No display here'}: using the virtual display ${display.name} (Xvfb), where nobody can look`,
  );
  const { WAYLAND_DISPLAY: _, ...rest } = process.env;
  return { env: { ...rest, DISPLAY: display.name }, virtual: true, stop: display.stop };
}

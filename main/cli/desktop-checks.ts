import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findOsLocker, findProgram } from '../session/os-locker.ts';
import type { Check } from './doctor.ts';

const run = promisify(execFile);

/** Whether the machine keeps a key for Facelatch that a passcode is not needed for. */
export async function keystoreCheck(): Promise<Check> {
  const name = 'keystore';
  if (process.platform === 'darwin') return { name, state: 'ok', found: 'macOS Keychain' };
  if (process.platform === 'win32') return { name, state: 'ok', found: 'Windows DPAPI' };
  const found = await secretService();
  if (found) return { name, state: 'ok', found: 'Secret Service on the session bus' };
  return {
    name,
    state: 'limited',
    found: 'no Secret Service: the passcode alone opens the templates, once after each start',
    mend: 'install and unlock gnome-keyring or KWallet',
  };
}

/** Asks the bus who owns the name: asking the service itself would start it or open its password window. */
async function secretService(): Promise<boolean> {
  const question = [
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  ];
  try {
    const { stdout } = await run('dbus-send', question, { timeout: 3000 });
    return stdout.includes('boolean true');
  } catch {
    return false;
  }
}

/** Whether the operating system has a locker of its own: it is the security boundary, Facelatch's window is a cover. */
export function lockerCheck(): Check {
  const name = 'system locker';
  const locker = findOsLocker({ platform: process.platform, env: process.env, findProgram });
  if (locker.kind === 'missing') return { name, state: 'limited', found: locker.sentence, mend: locker.mend };
  return { name, state: 'ok', found: locker.caveat === undefined ? locker.name : `${locker.name}. ${locker.caveat}` };
}

/** Where windows would appear. */
export function displayCheck(): Check {
  const name = 'display';
  if (process.platform !== 'linux') return { name, state: 'ok', found: process.platform };
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (WAYLAND_DISPLAY !== undefined) return { name, state: 'ok', found: `Wayland ${WAYLAND_DISPLAY}` };
  if (DISPLAY !== undefined) return { name, state: 'ok', found: `X11 ${DISPLAY}` };
  return {
    name,
    state: 'limited',
    found: 'none: windows need a virtual display',
    mend: 'npm start brings its own, or: xvfb-run -a npm start',
  };
}

import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseLocker } from '../session/lock-command.ts';
import { readLockingReport } from '../session/locking-report.ts';
import { connectLogind, type LogindConnection, systemBusAddress } from '../session/logind.ts';
import { findProgram } from '../session/os-locker.ts';
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

/**
 * Where the app keeps everything when it is started without `--profile`: Electron's folder for it, found without Electron. An installed app's is named after
 * the product, a built one's after the package.
 */
export function profileDirs(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>, home: string): readonly string[] {
  return ['Facelatch', 'facelatch'].map((name) => {
    if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), name);
    if (platform === 'darwin') return join(home, 'Library', 'Application Support', name);
    return join(env.XDG_CONFIG_HOME ?? join(home, '.config'), name);
  });
}

/** The one of them in which the app has said how it locks. */
export function profileDirHere(): string {
  const folders = profileDirs(process.platform, process.env, homedir());
  return folders.find((folder) => readLockingReport(folder) !== undefined) ?? folders[0] ?? homedir();
}

/**
 * What locks this desktop when the cover fails: the owner's own command where the app has one, else the system's locker. It is the security boundary,
 * Facelatch's window is a cover.
 */
export function lockerCheck(profileDir: string): Check {
  const name = 'system locker';
  const own = readLockingReport(profileDir)?.lockCommand;
  const { locker, fault } = chooseLocker(own, { platform: process.platform, env: process.env, findProgram });
  if (fault !== undefined) {
    const instead = locker.kind === 'available' ? `${locker.name} stands in` : 'nothing stands in';
    return { name, state: 'limited', found: `${fault} ${instead}`, mend: 'choose another lock command in the settings' };
  }
  if (locker.kind === 'missing') return { name, state: 'limited', found: locker.sentence, mend: locker.mend };
  const whose = own === undefined ? '' : ' (your own command)';
  return { name, state: 'ok', found: locker.caveat === undefined ? `${locker.name}${whose}` : `${locker.name}. ${locker.caveat}` };
}

/** Which mode is on, as the app last said, and whether the other could be: session mode needs a logind that answers. */
export async function modeCheck(profileDir: string): Promise<Check> {
  const name = 'lock mode';
  const offered = await sessionModeOffered();
  const report = readLockingReport(profileDir);
  if (report === undefined) return { name, state: 'ok', found: `nothing is locked yet; ${offered}` };
  if (report.mode === report.chosen) return { name, state: 'ok', found: `${report.mode} mode; ${offered}` };
  const found = `${report.mode} mode instead of ${report.chosen} mode. ${report.sentence ?? ''} Now: ${offered}`;
  return { name, state: 'limited', found, mend: 'open Facelatch, Settings, How it locks' };
}

async function sessionModeOffered(): Promise<string> {
  if (process.platform !== 'linux') return 'session mode needs logind, which only Linux has';
  const connection: LogindConnection = await connectLogind({
    busAddress: systemBusAddress(process.env),
    sessionId: process.env.XDG_SESSION_ID,
    uid: process.getuid?.() ?? -1,
    onEvent: () => undefined,
  });
  if (connection.kind === 'refused') return `session mode is not offered: ${connection.sentence}`;
  const { sessionId } = connection.logind;
  await connection.logind.close();
  return `logind answers for session ${sessionId}, so session mode can be chosen`;
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

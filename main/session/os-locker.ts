import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program with its arguments: what is run is never put together from text. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** What can lock this desktop for real. `caveat`: when it might not, as a sentence. */
export type OsLocker =
  | { readonly kind: 'available'; readonly name: string; readonly command: Command; readonly caveat?: string }
  | { readonly kind: 'missing'; readonly sentence: string; readonly mend: string };

/** What the choice depends on; given from outside, so that every system can be tried on every system. */
export interface LockerSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Full path of a program on the search path, or undefined. A full path is looked at as it is. */
  readonly findProgram: (name: string) => string | undefined;
}

/** The operating system's own locker: the one boundary that holds when Facelatch's processes do not. */
export function findOsLocker(surroundings: LockerSurroundings): OsLocker {
  const { platform, findProgram } = surroundings;
  if (platform === 'win32') return windowsLocker(surroundings);
  if (platform === 'darwin') return macLocker(findProgram);
  return linuxLocker(surroundings);
}

function windowsLocker({ env, findProgram }: LockerSurroundings): OsLocker {
  const file = findProgram(`${env.SystemRoot ?? 'C:\\Windows'}\\System32\\rundll32.exe`);
  if (file === undefined) return { kind: 'missing', sentence: 'rundll32.exe is not there.', mend: 'Repair Windows: sfc /scannow' };
  return {
    kind: 'available',
    name: 'LockWorkStation',
    command: { file, args: ['user32.dll,LockWorkStation'] },
    caveat: 'Windows tells no program whether it has locked; it does not where a policy forbids locking.',
  };
}

const userMenu = '/System/Library/CoreServices/Menu Extras/User.menu/Contents/Resources/CGSession';

function macLocker(findProgram: LockerSurroundings['findProgram']): OsLocker {
  // Removed in macOS 11; where it exists it locks at once.
  const session = findProgram(userMenu);
  if (session !== undefined) return { kind: 'available', name: 'CGSession', command: { file: session, args: ['-suspend'] } };
  const pmset = findProgram('/usr/bin/pmset');
  if (pmset === undefined) return { kind: 'missing', sentence: 'pmset is not there.', mend: 'Repair macOS from its recovery system.' };
  return {
    kind: 'available',
    name: 'pmset',
    command: { file: pmset, args: ['displaysleepnow'] },
    caveat: 'Locks only where System Settings, Lock Screen requires the password immediately after the display turns off.',
  };
}

/** Lockers that need nobody listening, tried when there is no logind session: each blanks and locks by itself, and returns at once with these arguments. */
const standAlone: readonly (readonly [name: string, needs: 'WAYLAND_DISPLAY' | 'DISPLAY', args: readonly string[]])[] = [
  ['swaylock', 'WAYLAND_DISPLAY', ['-f']],
  ['i3lock', 'DISPLAY', []],
  ['xdg-screensaver', 'DISPLAY', ['lock']],
];

function linuxLocker({ env, findProgram }: LockerSurroundings): OsLocker {
  const session = env.XDG_SESSION_ID;
  const loginctl = findProgram('loginctl');
  if (loginctl !== undefined && session !== undefined && session !== '') {
    return {
      kind: 'available',
      name: 'loginctl',
      command: { file: loginctl, args: ['lock-session', session] },
      caveat: 'Locks only where the desktop has a screen locker that listens to logind, as GNOME, KDE, Cinnamon, MATE and Xfce have.',
    };
  }
  for (const [name, needs, args] of standAlone) {
    const file = env[needs] === undefined ? undefined : findProgram(name);
    if (file !== undefined) return { kind: 'available', name, command: { file, args } };
  }
  return {
    kind: 'missing',
    sentence: 'Nothing on this system can lock the session: there is no logind session and no screen locker.',
    mend: 'Install a screen locker, e.g.: sudo apt install i3lock (X11) or swaylock (Wayland)',
  };
}

/** Looks for a program as the shell would. */
export function findProgram(name: string): string | undefined {
  const isPath = name.includes('/') || name.includes('\\');
  const candidates = isPath ? [name] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export type LockOutcome = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly sentence: string };

/** Runs the locker. `done` when it ended with 0 within `limitMs`; a locker that goes on running is locking, and counts as done too. */
export function lockOs(command: Command, limitMs = 5_000): Promise<LockOutcome> {
  return new Promise((resolve) => {
    const process_ = spawn(command.file, [...command.args], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve({ kind: 'done' }), limitMs);
    const end = (outcome: LockOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    process_.on('error', () => end({ kind: 'refused', sentence: `${command.file} could not be started.` }));
    process_.on('exit', (code) => {
      end(code === 0 ? { kind: 'done' } : { kind: 'refused', sentence: `${command.file} refused to lock.` });
    });
    process_.unref();
  });
}

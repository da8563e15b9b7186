import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { app } from 'electron';
import { secretVariable } from '../session/guardian.ts';
import { type GuardianEvent, GuardianKeeper } from '../session/guardian-keeper.ts';
import { type Guardian, guardianLink, overSocket, overStandardStreams } from '../session/guardian-link.ts';
import type { Command } from '../session/os-locker.ts';
import { guardianArguments, type WindowStart, wasLockedSwitch } from './arguments.ts';
import type { Log } from './log.ts';

export interface GuardianWishes {
  /** Every display is covered right now. */
  readonly isCovering: () => boolean;
  readonly onEvent: (event: GuardianEvent) => void;
  /** The command that locks for real now; the owner may choose another at any time. */
  readonly locker: () => Command | undefined;
}

/** Starts the guardian. Undefined where none runs: switched off, or started only to take a picture. */
export function startGuardian(start: WindowStart, builtDir: string, wishes: GuardianWishes, log: Log): GuardianKeeper | undefined {
  if (!start.guardian || start.exitWhenReady) return undefined;
  return new GuardianKeeper({
    start: () => startProcess(builtDir),
    get locker() {
      return wishes.locker();
    },
    relaunch: relaunchCommand(start),
    isCovering: wishes.isCovering,
    onEvent: (event) => {
      log(describeGuardianEvent(event));
      wishes.onEvent(event);
    },
  });
}

interface GuardianProgram extends Command {
  readonly env: NodeJS.ProcessEnv;
}

/** Detached, so that it outlives this process: on Windows that also keeps it out of the job whose processes end with their parent. */
function startProcess(builtDir: string): Guardian {
  if (guardianLink(process.platform, app.isPackaged) === 'standard streams') {
    const { file, args, env } = guardianProgram(builtDir);
    return overStandardStreams(spawn(file, [...args], { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env }));
  }
  return overSocket(({ address, secret }) => {
    const { file, args, env } = guardianProgram(builtDir, address);
    return spawn(file, [...args], { stdio: 'ignore', detached: true, env: { ...env, [secretVariable]: secret } });
  });
}

/** A bare Node while developing. A packaged binary refuses to be one (a fuse), and is the guardian by switches instead. */
function guardianProgram(builtDir: string, address?: string): GuardianProgram {
  if (!app.isPackaged) {
    return { file: process.execPath, args: [join(builtDir, 'guardian.js')], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } };
  }
  return { file: process.execPath, args: [...guardianArguments(process.platform, address), ...sandboxSwitch()], env: process.env };
}

/** The app as it was started, without the switches of one occasion, and told why. */
function relaunchCommand({ profileDir }: WindowStart): Command {
  // Inside an AppImage the binary lies in a mount that ends with the app.
  const file = process.env.APPIMAGE ?? process.execPath;
  const appDir = app.isPackaged ? [] : [app.getAppPath()];
  return { file, args: [...appDir, wasLockedSwitch, ...(profileDir === undefined ? [] : [`--profile=${profileDir}`]), ...sandboxSwitch()] };
}

/** Where Chromium's sandbox had to be off for this process, it has to be for the ones it starts. */
function sandboxSwitch(): readonly string[] {
  return app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : [];
}

function describeGuardianEvent(event: GuardianEvent): string {
  switch (event.kind) {
    case 'lost':
      return `guardian lost${event.whileLocked ? ' while locked' : ''}`;
    case 'system-locked':
      return `guardian ${event.succeeded ? 'had the system locked' : 'could not have the system locked'}: ${event.because}`;
    case 'given-up':
      return event.sentence;
  }
}

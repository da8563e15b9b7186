import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProgram } from '../../main/session/os-locker.ts';
import { vaultFile } from '../../main/vault/files.ts';
import { calls, isRunning, type PipedProcess } from '../unit/session/processes.ts';
import type { ProcessFault, Run } from './plan.ts';
import { randomFrom } from './seed.ts';
import { pause, until } from './ways.ts';
import { Windowless } from './windowless.ts';

export type ProcessRun = Extract<Run, { where: 'own processes' }>;

export interface ProcessEnding {
  /** Whether the system was asked to lock while the run went on. */
  readonly systemLocked: boolean;
  readonly nextStart: 'passcode' | 'refused, system locked';
}

interface Scene {
  readonly folder: string;
  readonly app: PipedProcess;
  readonly lines: readonly string[];
  readonly guardianPid: () => number;
}

const signal = (pid: number, name: NodeJS.Signals): void => {
  if (pid > 0 && isRunning(pid)) process.kill(pid, name);
};
const order = ({ app }: Scene, what: string): void => void app.stdin.write(`${what}\n`);

/** Stops and continues a process over and over, for `ms`. */
async function slowDown(pid: number, ms: number): Promise<void> {
  for (const endMs = performance.now() + ms; performance.now() < endMs; ) {
    signal(pid, 'SIGSTOP');
    await pause(300);
    signal(pid, 'SIGCONT');
    await pause(50);
  }
}

/** `locks`: while locked the system must be asked to lock. */
const faults: Readonly<Record<ProcessFault, { readonly locks: boolean; readonly inject: (scene: Scene) => void | Promise<void> }>> = {
  'main killed': { locks: true, inject: ({ app }) => void app.kill('SIGKILL') },
  'guardian killed': { locks: true, inject: ({ guardianPid }) => signal(guardianPid(), 'SIGKILL') },
  'main killed, then guardian': {
    locks: true,
    inject: async ({ app, guardianPid }) => {
      app.kill('SIGKILL');
      await pause(5);
      signal(guardianPid(), 'SIGKILL');
    },
  },
  'guardian killed, then main': {
    locks: true,
    inject: async ({ app, guardianPid }) => {
      signal(guardianPid(), 'SIGKILL');
      await pause(5);
      app.kill('SIGKILL');
    },
  },
  'main and guardian killed at once': {
    locks: true,
    inject: ({ app, guardianPid }) => {
      const pid = guardianPid();
      app.kill('SIGKILL');
      signal(pid, 'SIGKILL');
    },
  },
  'main asked to end': { locks: true, inject: ({ app }) => void app.kill('SIGTERM') },
  'main stopped': { locks: true, inject: ({ app }) => void app.kill('SIGSTOP') },
  'guardian stopped': { locks: true, inject: ({ guardianPid }) => signal(guardianPid(), 'SIGSTOP') },
  'main throws': { locks: false, inject: (scene) => order(scene, 'throw') },
  'main slow': { locks: false, inject: (scene) => order(scene, 'slow') },
  'main blocked': { locks: true, inject: (scene) => order(scene, 'block') },
  'guardian throws': { locks: true, inject: ({ guardianPid }) => signal(guardianPid(), 'SIGUSR2') },
  'guardian slow': { locks: false, inject: ({ guardianPid }) => slowDown(guardianPid(), 1_200) },
  'cover lost': { locks: true, inject: (scene) => order(scene, 'lose-cover') },
  'cover throws': { locks: false, inject: (scene) => order(scene, 'throw') },
  'disk quota used up': { locks: false, inject: useUpQuota },
  'clock set back': { locks: false, inject: (scene) => order(scene, 'clock-back') },
  'clock set forward': { locks: false, inject: (scene) => order(scene, 'clock-forward') },
};

/** No file of the app's process may grow beyond what the database's log has now (RLIMIT_FSIZE). Where that cannot be set, its vault refuses to write. */
function useUpQuota(scene: Scene): void {
  const { folder, app } = scene;
  const prlimit = findProgram('prlimit');
  if (prlimit === undefined) {
    order(scene, 'refuse-writes');
    return;
  }
  const { size } = statSync(`${vaultFile(join(folder, 'vault'))}-wal`);
  execFileSync(prlimit, ['--pid', String(app.pid), `--fsize=${size}`]);
}

/** Makes one run. Throws where something opened, the system was not locked or the next start is open. */
export async function processRun(
  { number, fault, standing }: ProcessRun,
  where: { readonly enrolled: string; readonly folder: string; readonly secret: Buffer; readonly seed: number },
): Promise<ProcessEnding> {
  const random = randomFrom(where.seed ^ Math.imul(number + 1, 2_654_435_761));
  const folder = join(where.folder, `run-${number}`, 'profile');
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  cpSync(where.enrolled, folder, { recursive: true });
  const app: PipedProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'own-processes.ts'), folder, where.secret.toString('hex'), standing, String(Math.floor(random() * 2 ** 31))],
    { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' } },
  );
  app.stdin.on('error', () => undefined);
  const lines: string[] = [];
  createInterface({ input: app.stdout }).on('line', (line) => lines.push(line));
  const guardians = (): number[] => lines.filter((line) => line.startsWith('guardian ')).map((line) => Number(line.split(' ')[1]));
  const scene: Scene = { folder, app, lines, guardianPid: () => guardians().at(-1) ?? 0 };
  try {
    await until('the app at its standing', () => lines.includes('there'), 120_000);
    await pause(200 * random());
    await playOut(scene, fault, standing === 'unlocked');
    const systemLocked = calls(folder, 'locked') > 0;
    await killed(app);
    damage(folder, random);
    return { systemLocked, nextStart: await nextStart(folder, where.secret) };
  } finally {
    await killed(app);
    for (const pid of guardians()) signal(pid, 'SIGKILL');
    rmSync(dirname(folder), { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The fault, what has to follow from it, and for an app that was open its closing. */
async function playOut(scene: Scene, fault: ProcessFault, isOpen: boolean): Promise<void> {
  const { folder, app, lines } = scene;
  const { locks, inject } = faults[fault];
  const before = calls(folder, 'locked');
  await inject(scene);
  if (isOpen) {
    // Nothing is locked yet; what lives on is asked to close.
    await pause(50);
    app.kill('SIGCONT');
    order(scene, 'close');
    if (!isGone(app)) await until('closed, or gone', () => lines.includes('closed') || isGone(app), 30_000);
    await pause(400);
  } else if (locks) {
    await until('the system asked to lock', () => calls(folder, 'locked') > before, 30_000);
    // Back from a stop or a block, it must still be closed.
    app.kill('SIGCONT');
    await pause(300);
  } else {
    await pause(700);
  }
  const breach = lines.find((line) => line.startsWith('breach '));
  if (breach !== undefined) throw new Error(breach);
  const closedAt = lines.indexOf('closed');
  const opened = lines.slice(closedAt).find((line) => line === 'uncover' || line === 'shows home' || line === 'shows locked opening');
  if (closedAt >= 0 && opened !== undefined) throw new Error(`after it was closed: ${opened}`);
}

const isGone = (app: PipedProcess): boolean => app.exitCode !== null || app.signalCode !== null;

async function killed(app: PipedProcess): Promise<void> {
  if (isGone(app)) return;
  app.kill('SIGKILL');
  await once(app, 'exit');
}

/** What a disk does to the database between an end and the next start, one time in three. */
function damage(folder: string, random: () => number): void {
  const file = vaultFile(join(folder, 'vault'));
  const bytes = readFileSync(file);
  const chance = random();
  if (chance < 0.15) {
    const place = Math.floor(random() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(place) ^ 0x55, place);
    writeFileSync(file, bytes);
  } else if (chance < 0.3) writeFileSync(file, bytes.subarray(0, 8_192));
}

/** Only an orderly end while open may start open again, and none of these is one: the next start asks for the passcode or has the system lock. */
async function nextStart(folder: string, secret: Buffer): Promise<ProcessEnding['nextStart']> {
  if (!existsSync(vaultFile(join(folder, 'vault')))) throw new Error('the vault is gone');
  const app = new Windowless({ folder, secret, seed: 1, vision: false });
  try {
    app.nothingMayOpen();
    if (app.breaches.length > 0) throw new Error(`next start: ${app.breaches.join('; ')}`);
    if (app.facelatch.latch === undefined) return 'refused, system locked';
    const view = app.facelatch.view();
    if (view.kind !== 'locked' || view.phase !== 'passcode-required') throw new Error('the next start did not ask for the passcode');
    return 'passcode';
  } finally {
    await app.end();
  }
}

import { closeSync, cpSync, fstatSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SQLite from 'better-sqlite3';
import type { InnerFault, Run } from './plan.ts';
import { connectionTo, soundWorld } from './sabotage.ts';
import { randomFrom } from './seed.ts';
import { mountSmallDisk, unmountBelow } from './tmpfs.ts';
import { cameraFaults, threadFaults } from './vision-control.ts';
import { bringTo, close, pause, somethingHostile } from './ways.ts';
import { Windowless } from './windowless.ts';

/** Where a run came to its end, and what the next start on its files does. `gone`: no file is left, so that it would be a first start. */
export interface Ending {
  readonly at: 'locked' | 'passcode';
  readonly nextStart: 'passcode' | 'refused, system locked' | 'gone';
}

export type InnerRun = Extract<Run, { where: 'shared process' }>;

interface Surroundings {
  /** A profile in which the owner is enrolled; copied for each run. */
  readonly enrolled: string;
  /** Where each run has its own folder. */
  readonly folder: string;
  readonly secret: Buffer;
  readonly seed: number;
}

/** Makes one run. Throws where something opened or did not end closed. */
export async function innerRun({ number, fault, standing }: InnerRun, { enrolled, folder, secret, seed }: Surroundings): Promise<Ending> {
  const random = randomFrom(seed ^ Math.imul(number + 1, 2_654_435_761));
  const profile = join(folder, `run-${number}`, 'profile');
  mkdirSync(dirname(profile), { recursive: true, mode: 0o700 });
  const hasSmallDisk = fault === 'disk full' && mountSmallDisk(profile);
  cpSync(enrolled, profile, { recursive: true });
  const runSeed = Math.floor(random() * 2 ** 31);
  let app = new Windowless({ folder: profile, secret, seed: runSeed });
  try {
    await bringTo(standing, app);
    await pause(60 * random());
    inject(fault, app, profile, hasSmallDisk, random);
    await hostility(app, random, standing === 'unlocked', fault);
    if (fault === 'database locked at the next start') {
      await app.end();
      app = await startWhileHeld(app, profile, secret, runSeed);
    }
    failOn(app);
    app.sabotage.vault = 'sound';
    const at = endOf(app);
    await app.end();
    return { at, nextStart: await nextStart(fault, profile, secret, runSeed) };
  } finally {
    await app.end().catch(() => undefined);
    unmountBelow(dirname(profile));
    rmSync(dirname(profile), { recursive: true, force: true });
  }
}

function failOn(app: Windowless): void {
  if (app.breaches.length > 0) throw new Error([...new Set(app.breaches)].slice(0, 5).join('; '));
}

function endOf(app: Windowless): Ending['at'] {
  const view = app.facelatch.view();
  if (view.kind !== 'locked' || view.phase === 'opening') throw new Error(`it ended showing ${view.kind}`);
  return view.phase === 'passcode-required' ? 'passcode' : 'locked';
}

/** A while among everybody but the owner, with the fault on; an open app is asked to close soon after the fault came. */
async function hostility(app: Windowless, random: () => number, isOpen: boolean, fault: InnerFault): Promise<void> {
  if (isOpen) {
    await pause(150 * random());
    ignoring(() => close(app, random));
  }
  app.control.visitor = 'hostile';
  // A silent camera is given up after two seconds.
  const acts = fault === 'camera stalls' && random() < 0.5 ? 90 : 30;
  for (let act = 0; act < acts; act += 1) {
    ignoring(() => somethingHostile(app, random));
    await pause(10 + 30 * random());
    app.check(`after ${act + 1} acts`);
  }
}

/** An exception is part of the fault: the app's process goes on after one. A promise that fails is seen by the process. */
function ignoring(act: () => unknown): void {
  try {
    const outcome = act();
    if (outcome instanceof Promise) outcome.catch(() => undefined);
  } catch {
    // What came of it is looked at afterwards.
  }
}

function inject(fault: InnerFault, app: Windowless, profile: string, hasSmallDisk: boolean, random: () => number): void {
  const thread = threadFaults.find((each) => fault === `worker ${each}`);
  const camera = cameraFaults.find((each) => fault === `camera ${each}`);
  app.control.lasts = random() < 0.5;
  if (thread !== undefined) app.control.thread = thread;
  else if (camera !== undefined) app.control.camera = camera;
  else injectInMain(fault, app, profile, hasSmallDisk, random);
}

function injectInMain(fault: InnerFault, app: Windowless, profile: string, hasSmallDisk: boolean, random: () => number): void {
  const { sabotage } = app;
  switch (fault) {
    case 'database throws':
      sabotage.vault = 'throws';
      break;
    case 'database refuses':
      sabotage.vault = 'refuses';
      break;
    case 'database slow':
      sabotage.vault = 'slow';
      break;
    case 'disk slow':
      sabotage.vault = 'slow to write';
      break;
    case 'database read-only':
      connectionTo(app.file).pragma('query_only = ON');
      break;
    case 'database pages broken':
      breakPages(app.file, random);
      connectionTo(app.file).pragma('shrink_memory');
      break;
    case 'disk full':
      if (hasSmallDisk) fill(profile);
      else sabotage.vault = 'refuses';
      break;
    case 'disk gone':
      rmSync(join(profile, 'vault'), { recursive: true });
      break;
    case 'key store throws':
      sabotage.keystore = 'throws';
      break;
    case 'windows throw':
      sabotage.windows = 'throw';
      break;
    case 'requests to the worker throw':
      sabotage.requests = 'throw';
      break;
    case 'timers throw':
      sabotage.timers = 'throw';
      break;
    case 'clock set back':
      sabotage.wallOffsetMs = -(1 + 400 * random()) * 3_600_000;
      break;
    case 'clock set forward':
      sabotage.wallOffsetMs = (1 + 400 * random()) * 3_600_000;
      break;
    default:
      // Comes at the next start.
      break;
  }
}

/** Writes noise over about half of the pages of the database and over the write-ahead log, past their headers. */
function breakPages(file: string, random: () => number): void {
  for (const [name, from] of [
    [file, 4_096],
    [`${file}-wal`, 32],
  ] as const) {
    const handle = openSync(name, 'r+');
    const { size } = fstatSync(handle);
    for (let at = from; at < size; at += 4_096) {
      if (random() < 0.5) continue;
      const noise = Buffer.from(Array.from({ length: Math.min(4_096, size - at) }, () => Math.floor(256 * random())));
      writeSync(handle, noise, 0, noise.length, at);
    }
    closeSync(handle);
  }
}

function fill(folder: string): void {
  const handle = openSync(join(folder, 'filler'), 'w');
  try {
    for (const size of [65_536, 4_096, 1]) {
      try {
        for (;;) writeSync(handle, Buffer.alloc(size));
      } catch {
        // Full, for pieces of this size.
      }
    }
  } finally {
    closeSync(handle);
  }
}

/** The app starts while another program holds the database: the system has to lock. It lets go, and the app is tried again. */
async function startWhileHeld(before: Windowless, profile: string, secret: Buffer, seed: number): Promise<Windowless> {
  failOn(before);
  const holder = new SQLite(before.file);
  holder.exec('BEGIN EXCLUSIVE');
  const app = new Windowless({ folder: profile, secret, seed });
  app.nothingMayOpen();
  if (app.facelatch.latch !== undefined) throw new Error('it started on a database that another program holds');
  holder.exec('COMMIT');
  holder.close();
  await app.handlers['try-again']({}, 1);
  return app;
}

/** The app starts anew on what is left: it asks for the passcode, or cannot open its vault and has the system lock. */
async function nextStart(fault: InnerFault, profile: string, secret: Buffer, seed: number): Promise<Ending['nextStart']> {
  if (fault === 'disk gone') return 'gone';
  const sabotage = soundWorld();
  if (fault === 'key store throws') sabotage.keystore = 'throws';
  if (fault === 'database throws') sabotage.vault = 'throws';
  if (fault === 'windows throw') sabotage.windows = 'throw';
  const app = new Windowless({ folder: profile, secret, seed, vision: false, sabotage });
  try {
    app.nothingMayOpen();
    failOn(app);
    if (app.facelatch.latch === undefined) return 'refused, system locked';
    const at = endOf(app);
    if (at !== 'passcode') throw new Error('the next start did not ask for the passcode');
    return 'passcode';
  } finally {
    await app.end();
  }
}

/** The owner's face, in an app without a fault: it must open, or that nothing opens would mean nothing. */
export async function ownerGetsIn(where: Surroundings): Promise<void> {
  const profile = join(where.folder, 'owner');
  cpSync(where.enrolled, profile, { recursive: true });
  const app = new Windowless({ folder: profile, secret: where.secret, seed: where.seed });
  try {
    await bringTo('locked-scanning', app);
    app.control.visitor = 'owner';
    for (let waited = 0; waited < 200 && !app.breaches.includes('uncovered'); waited += 1) {
      await pause(50);
      app.check('with the owner in front');
    }
    for (const seen of ['uncovered', 'showed locked opening'])
      if (!app.breaches.includes(seen)) throw new Error(`the owner was not let in, or nobody saw it: ${app.breaches.join('; ')}`);
  } finally {
    await app.end();
    rmSync(profile, { recursive: true, force: true });
  }
}

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GuardianKeeper } from '../../main/session/guardian-keeper.ts';
import { type Guardian, overStandardStreams } from '../../main/session/guardian-link.ts';
import { fakeLocker } from '../unit/session/processes.ts';
import { standings } from './plan.ts';
import { busyFor } from './sabotage.ts';
import { randomFrom } from './seed.ts';
import { bringTo, pause, somethingHostile } from './ways.ts';
import { Windowless } from './windowless.ts';

/*
 * The app without its windows in a process of its own, with a real guardian beside it. It goes to one standing and says so, then lives on among everybody but
 * the owner. Standard input brings faults from within; standard output tells what happens, FOLDER/journal too, which outlives it.
 *   own-processes.ts FOLDER SECRET STANDING SEED
 */
const [folder = '', secret = '', target = '', seed = '0'] = process.argv.slice(2);
const standing = standings.find((each) => each === target) ?? 'unlocked';
const random = randomFrom(Number(seed));
const tell = (line: string): void => {
  appendFileSync(`${folder}/journal`, `${line}\n`);
  process.stdout.write(`${line}\n`);
};
process.on('uncaughtException', (error) => process.stdout.write(`uncaught ${error.message}\n`));
process.on('unhandledRejection', () => undefined);
process.stdout.on('error', () => undefined);

function startGuardian(): Guardian {
  const guardian = spawn(process.execPath, [join(import.meta.dirname, 'guardian-that-breaks.ts')], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
  });
  tell(`guardian ${guardian.pid}`);
  return overStandardStreams(guardian);
}

let keeper: GuardianKeeper | undefined;
const app = new Windowless({
  folder,
  secret: Buffer.from(secret, 'hex'),
  seed: Number(seed),
  tell,
  guardian: (isCovering, latch) => {
    keeper = new GuardianKeeper({
      start: startGuardian,
      locker: fakeLocker(folder, 'locked'),
      relaunch: fakeLocker(folder, 'relaunched'),
      isCovering,
      onEvent: ({ kind }) => {
        if (kind === 'lost') latch()?.onGuardianLost();
        if (kind === 'given-up') latch()?.onGuardianGivenUp();
      },
    });
    return keeper;
  },
});
// As the app itself ends on these: armed while locked, so that the guardian takes it for a death.
process.on('SIGTERM', () => {
  if (!app.facelatch.isLocked) keeper?.disarm();
  keeper?.stop();
  process.exit(0);
});

/** Asks an open app to close; `closed` is told once nothing may open any more. */
function closeNow(): void {
  try {
    app.facelatch.latch?.lock('request');
  } finally {
    app.nothingMayOpen();
    tell('closed');
  }
}

const orders: Readonly<Record<string, () => void>> = {
  close: closeNow,
  throw: () => {
    app.sabotage.windows = 'throw';
    app.sabotage.timers = 'throw';
    setTimeout(() => {
      throw new Error('injected: a bug in main');
    });
  },
  block: () => busyFor(4_500),
  slow: () => void setInterval(() => busyFor(400 + 400 * random()), 900),
  'refuse-writes': () => {
    app.sabotage.vault = 'refuses';
  },
  'lose-cover': () => {
    app.coverLost = true;
  },
  'clock-back': () => {
    app.sabotage.wallOffsetMs = -72 * 3_600_000;
  },
  'clock-forward': () => {
    app.sabotage.wallOffsetMs = 400 * 3_600_000;
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  try {
    orders[line]?.();
  } catch (error) {
    process.stdout.write(`threw ${String(error)}\n`);
  }
});

await bringTo(standing, app);
if (standing !== 'unlocked') {
  tell('closed');
  while (keeper?.isWatching !== true) await pause(20);
}
// Some faults meet a passcode that is being checked.
if (standing !== 'unlocked' && random() < 0.25) void app.handlers['unlock-with-passcode']({ passcode: 'not the passcode' }, 1);
tell('there');
app.control.visitor = 'hostile';
let breaches = 0;
for (;;) {
  await pause(30 + 30 * random());
  try {
    const outcome = somethingHostile(app, random);
    if (outcome instanceof Promise) outcome.catch(() => undefined);
  } catch {
    // Part of the fault.
  }
  app.check('among strangers');
  for (const breach of app.breaches.slice(breaches)) tell(`breach ${breach}`);
  breaches = app.breaches.length;
}

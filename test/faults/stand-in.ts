import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { LockKeeper } from '../../main/app/wiring/lock-keeper.ts';
import { monotonicNowMs } from '../../main/contract/monotonic.ts';
import type { LockEvent } from '../../main/lock/lock.ts';
import { openLock } from '../../main/lock/open.ts';
import { GuardianKeeper } from '../../main/session/guardian-keeper.ts';
import { openVault } from '../../main/vault/vault.ts';
import { fakeLocker, startGuardian } from '../unit/session/processes.ts';
import { systemKeystore } from '../unit/vault/data.ts';
import { pick, randomFrom } from './seed.ts';

/*
 * Stands for the app without its windows: the real vault, lock and guardian, with nobody but strangers in front of the camera. It goes into one state of the
 * lock and says so, then lives on among stale matches, strangers and wrong passcodes. Standard input brings faults from within. It writes what a person would
 * see, covered or not, into FOLDER/journal.
 *   stand-in.ts FOLDER SECRET STATE SEED
 */
const [folder = '', secret = '', target = 'locked', seed = '0'] = process.argv.slice(2);
const random = randomFrom(Number(seed));
let wallOffsetMs = 0;
let covering = false;
let coverLost = false;
let failing = false;

const clocks = () => ({ monotonicMs: monotonicNowMs(), wallMs: Date.now() + wallOffsetMs });
const journal = (line: string): void => appendFileSync(`${folder}/journal`, `${line}\n`);
process.on('uncaughtException', (error) => journal(`uncaught ${error.message}`));
process.on('unhandledRejection', (reason) => journal(`unhandled ${String(reason)}`));

const opening = openVault(`${folder}/vault`, systemKeystore(Buffer.from(secret, 'hex')));
if (opening.kind === 'refused') throw new Error(opening.sentence);
const { vault } = opening;
const start = openLock(
  {
    mode: 'cover',
    enrolled: true,
    stored: vault.readCounters(),
    bootId: 'boot',
    unsealed: vault.unsealWithKeystore().kind === 'unsealed',
    sessionLocked: false,
  },
  clocks(),
);

const guardian = new GuardianKeeper({
  start: () => {
    const child = startGuardian();
    process.stdout.write(`guardian ${child.pid}\n`);
    return child;
  },
  locker: fakeLocker(folder, 'locked'),
  relaunch: fakeLocker(folder, 'relaunched'),
  isCovering: () => covering && !coverLost,
  onEvent: ({ kind }) => {
    if (kind === 'given-up') keeper.happen({ kind: 'require-passcode', reason: 'lock-now' });
  },
});

function fail(): void {
  if (failing) throw new Error('injected');
}

const orders = {
  cover: () => {
    guardian.arm();
    covering = true;
    journal('cover');
    fail();
  },
  uncover: () => {
    journal('uncover');
    guardian.disarm();
    covering = false;
  },
  startLook: fail,
  stopLook: fail,
};
const keeper = new LockKeeper(start.lock, vault, clocks, orders, journal);
keeper.begin(start.effects);

const happen = (event: LockEvent): void => {
  try {
    keeper.happen(event);
  } catch (error) {
    journal(`threw ${error instanceof Error ? error.message : String(error)}`);
  }
};
const stranger: LockEvent = { kind: 'decision', decision: { kind: 'refuse', reason: 'not-recognised', distance: 1.2 } };
const match = (capturedAtMs: number): LockEvent => ({
  kind: 'decision',
  decision: { kind: 'match', personId: 'p', distance: 0.1, capturedAtMs },
});
const bornMs = monotonicNowMs();

/** Nothing here is an owner: no fresh match, no right passcode. */
const hostile: readonly (() => LockEvent)[] = [
  () => ({ kind: 'look-started' }),
  () => stranger,
  () => match(bornMs - 1_000 * random()),
  () => match(Number.NaN),
  () => match(monotonicNowMs() + 60_000),
  () => ({ kind: 'look-ended' }),
  () => ({ kind: 'passcode-right', attempt: Math.floor(10 * random()) + 1_000 }),
  () => ({ kind: 'session-opened' }),
  () => ({ kind: 'enrolled' }),
  () => ({ kind: 'nobody-enrolled' }),
  () => ({ kind: 'lock', cause: 'idle' }),
  () => ({ kind: 'tick' }),
];

function tryWrongPasscode(): void {
  void keeper.tryPasscode(async () => ((await vault.unsealWithPasscode('not the passcode')).kind === 'unsealed' ? 'right' : 'wrong'));
}

const ways: Readonly<Record<string, readonly LockEvent[]>> = {
  locked: [],
  scanning: [{ kind: 'look-started' }],
  'cooling-down': [{ kind: 'look-started' }, stranger],
  'passcode-required': [{ kind: 'require-passcode', reason: 'panic' }],
  checking: [],
};
happen({ kind: 'lock', cause: 'request' });
for (const event of ways[target] ?? []) happen(event);
if (target === 'checking') tryWrongPasscode();

const faults: Readonly<Record<string, () => void>> = {
  throw: () => {
    failing = true;
    setTimeout(() => {
      throw new Error('injected');
    });
  },
  block: () => {
    const end = Date.now() + 4_500;
    while (Date.now() < end);
  },
  uncover: () => {
    coverLost = true;
  },
  'clock-back': () => {
    wallOffsetMs = -72 * 3_600_000;
  },
  'clock-forward': () => {
    wallOffsetMs = 400 * 3_600_000;
  },
};
createInterface({ input: process.stdin }).on('line', (line) => faults[line]?.());

const waiting = setInterval(() => {
  if (!guardian.isWatching) return;
  clearInterval(waiting);
  process.stdout.write(`in ${keeper.state.kind}\n`);
  setInterval(() => {
    happen(pick(random, hostile)());
    process.stdout.write(`alive ${keeper.state.kind}\n`);
  }, 40);
}, 20);

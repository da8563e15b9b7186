import { expect, test } from 'vitest';
import { LockKeeper } from '../../main/app/wiring/lock-keeper.ts';
import { lockCauses } from '../../main/contract/audit.ts';
import type { Decision } from '../../main/contract/decision.ts';
import type { LockCounters } from '../../main/contract/lock-counters.ts';
import { passcodeReasons } from '../../main/contract/lock-state.ts';
import type { Clocks, LockEvent } from '../../main/lock/lock.ts';
import { openLock } from '../../main/lock/open.ts';
import type { Vault } from '../../main/vault/api.ts';
import { type Done, done, type Refusal, refuse } from '../../main/vault/results.ts';
import { pick, randomFrom, runs, seed } from './seed.ts';

type Random = () => number;

/** How a thing behaves this time: it throws, refuses, or does what it should. `rate`: how often it does not. */
function failing<Result>(random: Random, rate: number, result: () => Result, refusal: () => Result): Result {
  const die = random();
  if (die < rate / 3) throw new Error('injected');
  return die < rate ? refusal() : result();
}

const outOfReach = (): never => {
  throw new Error('not asked for by the keeper');
};

/** A vault on a disk that is full, refuses or breaks, as it comes; the passcode is never right. */
function brokenVault(random: Random, rate: number): Vault {
  const write = (): Done | Refusal =>
    failing<Done | Refusal>(
      random,
      rate,
      () => done,
      () => refuse('The disk is full: nothing was changed.'),
    );
  return {
    writeCounters: (_: LockCounters) => write(),
    record: () => write(),
    seal: () => undefined,
    people: outOfReach,
    enrolPerson: outOfReach,
    unsealWithPasscode: outOfReach,
    unsealWithKeystore: outOfReach,
    galleries: outOfReach,
    gallery: outOfReach,
    replaceTemplates: outOfReach,
    adaptation: outOfReach,
    writeAdaptation: outOfReach,
    learning: outOfReach,
    writeLearning: outOfReach,
    changePasscode: outOfReach,
    rotateKey: outOfReach,
    deletePerson: outOfReach,
    readCounters: outOfReach,
    readSettings: outOfReach,
    writeSettings: outOfReach,
    readLog: outOfReach,
    exportBackup: outOfReach,
    protection: outOfReach,
    close: outOfReach,
  };
}

/** Decisions of a camera that shows strangers, stalls, or replays. None is a match on a fresh frame. */
function hostileDecision(random: Random, nowMs: number): Decision {
  const capturedAtMs = pick(random, [Number.NaN, -1, 0, nowMs + 1_000, nowMs - 600_000, Number.POSITIVE_INFINITY]);
  if (random() < 0.4) return { kind: 'match', personId: pick(random, ['p', '']), distance: 0.1, capturedAtMs };
  return {
    kind: 'refuse',
    reason: pick(random, ['not-recognised', 'not-live', 'no-face', 'stale-frame', 'too-dark'] as const),
    distance: 1,
  };
}

function hostileEvent(random: Random, nowMs: number): LockEvent {
  if (random() < 0.02)
    return pick(random, [{ kind: 'require-passcode', reason: pick(random, passcodeReasons) }, { kind: 'store-failed' }] as const);
  return pick<() => LockEvent>(random, [
    () => ({ kind: 'lock', cause: pick(random, lockCauses) }),
    () => ({ kind: 'look-started' }),
    () => ({ kind: 'look-started' }),
    () => ({ kind: 'decision', decision: hostileDecision(random, nowMs) }),
    () => ({ kind: 'decision', decision: hostileDecision(random, nowMs) }),
    () => ({ kind: 'look-ended' }),
    () => ({ kind: 'decision', decision: hostileDecision(random, nowMs) }),
    () => ({ kind: 'passcode-right', attempt: 1_000 + Math.floor(5 * random()) }),
    () => ({ kind: 'passcode-unchecked', attempt: Math.floor(5 * random()) }),
    () => ({ kind: 'session-opened' }),
    () => ({ kind: 'enrolled' }),
    () => ({ kind: 'nobody-enrolled' }),
    () => ({ kind: 'tick' }),
  ])();
}

const total = runs(26) * 200;

test(`${total} histories from seed ${seed} of broken disks, windows and clocks: nothing opens`, async () => {
  const reached = new Map<string, number>();
  let threw = 0;
  for (let run = 0; run < total; run += 1) {
    const random = randomFrom(seed ^ Math.imul(run, 2_654_435_761));
    const clocks: { -readonly [Name in keyof Clocks]: number } = { monotonicMs: 1_000_000, wallMs: 1_780_000_000_000 };
    // From sound to rotten, so that histories come into every state.
    const rate = pick(random, [0, 0, 0.02, 0.1, 0.5]);
    let uncovered = 0;
    const order = (): void =>
      failing(
        random,
        rate,
        () => undefined,
        () => undefined,
      );
    const orders = {
      cover: order,
      uncover: () => {
        uncovered += 1;
      },
      startLook: order,
      stopLook: order,
    };
    const start = openLock(
      {
        mode: 'cover',
        enrolled: true,
        stored: {
          kind: 'counters',
          counters: {
            failedLooks: Math.floor(3 * random()),
            wrongPasscodes: Math.floor(8 * random()),
            lastPasscodeWallMs: clocks.wallMs,
            lastUnlockWallMs: clocks.wallMs,
            highestWallMs: clocks.wallMs,
            locked: false,
            bootId: 'boot',
          },
        },
        bootId: 'boot',
        unsealed: true,
        sessionLocked: false,
      },
      { ...clocks },
    );
    const keeper = new LockKeeper(
      start.lock,
      brokenVault(random, rate),
      () => ({ ...clocks }),
      orders,
      () => undefined,
    );
    const attempt = async (work: () => unknown): Promise<void> => {
      try {
        await work();
      } catch {
        threw += 1;
      }
    };
    // Whatever breaks in the disk or the window: asked once, it closes.
    await attempt(() => keeper.happen({ kind: 'lock', cause: 'request' }));
    expect(keeper.isOpen, `run ${run}`).toBe(false);
    for (let count = 0; count < 40; count += 1) {
      clocks.monotonicMs += Math.floor(4_000 * random());
      clocks.wallMs += random() < 0.05 ? (random() - 0.5) * 1e9 : 1_000;
      if (random() < 0.1) {
        await attempt(() =>
          keeper.tryPasscode(async () =>
            failing(
              random,
              rate,
              () => 'wrong' as const,
              () => 'unchecked' as const,
            ),
          ),
        );
      } else {
        await attempt(() => keeper.happen(hostileEvent(random, clocks.monotonicMs)));
      }
      reached.set(keeper.state.kind, (reached.get(keeper.state.kind) ?? 0) + 1);
      expect(keeper.isOpen, `run ${run}, event ${count}`).toBe(false);
    }
    expect(uncovered, `run ${run}`).toBe(0);
  }
  for (const kind of ['locked', 'scanning', 'cooling-down', 'passcode-required'])
    expect(reached.get(kind), kind).toBeGreaterThan(total / 60);
  expect(threw).toBeGreaterThan(total / 60);
  console.log(
    `${total} histories, 0 unlocks, ${threw} exceptions; states met: ${[...reached].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
  );
});

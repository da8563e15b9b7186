import type { LockCounters } from '../../contract/lock-counters.ts';
import type { LockState, PasscodeReason } from '../../contract/lock-state.ts';
import type { Clocks, Lock, LockEffect, LockEvent } from '../../lock/lock.ts';
import { passcodeEntry, step } from '../../lock/step.ts';
import type { Vault } from '../../vault/api.ts';
import { describeError, type Log } from '../log.ts';

/** What the keeper has others do; it keeps counters, log and keys in the vault itself. */
export interface LockOrders {
  cover(): void;
  uncover(): void;
  startLook(): void;
  stopLook(): void;
}

/** What asking for a passcode came to. `waiting`: it was not looked at. */
export type PasscodeOutcome = 'right' | 'wrong' | 'unchecked' | 'waiting';

/** Holds the one lock there is: passes events to the pure rules and carries out, in order, what they ask for. */
export class LockKeeper {
  readonly #vault: Vault;
  readonly #clocks: () => Clocks;
  readonly #orders: LockOrders;
  readonly #log: Log;
  #lock: Lock;

  constructor(lock: Lock, vault: Vault, clocks: () => Clocks, orders: LockOrders, log: Log) {
    this.#vault = vault;
    this.#clocks = clocks;
    this.#orders = orders;
    this.#log = log;
    this.#lock = lock;
  }

  /** Carries out what opening the lock asked for. To be called once, first. */
  begin(effects: readonly LockEffect[]): void {
    const stored = this.#storeAll(effects);
    this.#carryOut(effects);
    if (!stored) this.#take({ kind: 'store-failed' });
  }

  get state(): LockState {
    return this.#lock.state;
  }

  /** Whether there is anybody to lock for. The lock knows by itself: a vault that cannot be read must not leave a screen open. */
  get isEnrolled(): boolean {
    return this.#lock.enrolled;
  }

  get isOpen(): boolean {
    return this.#lock.state.kind === 'unlocked';
  }

  /** Why only the passcode counts, also while the screen is open: from the next closing on. */
  get hold(): PasscodeReason | undefined {
    return this.#lock.hold;
  }

  /** How long until a passcode is taken again; 0 when it is taken now. */
  passcodeWaitMs(): number {
    const nowMs = this.#clocks().monotonicMs;
    const entry = passcodeEntry(this.#lock, nowMs);
    return entry.kind === 'waiting' ? Math.max(0, entry.untilMs - nowMs) : 0;
  }

  happen(event: LockEvent): void {
    this.#take(event);
  }

  /** To be called once, last. Only an end while open may be followed by an open start; a kill is followed by the passcode. */
  end(): void {
    if (this.isOpen && this.isEnrolled) this.#store(this.#lock.counters);
  }

  /** Has a passcode checked, counted before it is looked at. `check` says whether it is right. */
  async tryPasscode(check: () => Promise<Exclude<PasscodeOutcome, 'waiting'>>): Promise<PasscodeOutcome> {
    const asked = this.#take({ kind: 'passcode-offered' }).find((effect) => effect.kind === 'check-passcode');
    if (asked === undefined) return 'waiting';
    const { attempt } = asked;
    const outcome = await check().catch((error: unknown) => {
      this.#take({ kind: 'passcode-unchecked', attempt });
      throw error;
    });
    this.#take({ kind: `passcode-${outcome}`, attempt });
    // The lock was closed anew while the passcode was checked: what the check unsealed is sealed again.
    if (this.state.kind === 'passcode-required') this.#vault.seal();
    return outcome;
  }

  #take(event: LockEvent): readonly LockEffect[] {
    const before = this.#lock;
    const after = step(before, event, this.#clocks());
    const stored = this.#storeAll(after.effects);
    if (!stored && event.kind === 'decision') {
      // A face never opens what cannot be written down.
      return this.#take({ kind: 'store-failed' });
    }
    this.#lock = after.lock;
    try {
      this.#carryOut(after.effects);
    } finally {
      if (!stored && event.kind !== 'store-failed') this.#take({ kind: 'store-failed' });
    }
    return after.effects;
  }

  #storeAll(effects: readonly LockEffect[]): boolean {
    // As locked until an orderly end says otherwise: a closing that a full disk keeps from being written must not start open again.
    return effects.every((effect) => effect.kind !== 'store' || this.#store({ ...effect.counters, locked: true }));
  }

  /** A vault that breaks keeps no lock open: what it throws counts as not written. */
  #store(counters: LockCounters): boolean {
    try {
      const written = this.#vault.writeCounters(counters);
      if (written.kind === 'refused') this.#log(`lock counters could not be written: ${written.sentence}`);
      return written.kind === 'done';
    } catch (error) {
      this.#log(`lock counters could not be written: ${describeError(error)}`);
      return false;
    }
  }

  /** Each effect is tried, whatever becomes of the one before it: a broken record must not keep a key in memory or the cover away. */
  #carryOut(effects: readonly LockEffect[]): void {
    const failures: unknown[] = [];
    for (const effect of effects) {
      try {
        this.#carryOutOne(effect);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #carryOutOne(effect: LockEffect): void {
    switch (effect.kind) {
      case 'cover':
        this.#orders.cover();
        break;
      case 'uncover':
        this.#orders.uncover();
        break;
      case 'start-look':
        this.#orders.startLook();
        break;
      case 'stop-look':
        this.#orders.stopLook();
        break;
      case 'wipe':
        this.#vault.seal();
        break;
      case 'record': {
        const recorded = this.#vault.record(effect.event);
        if (recorded.kind === 'refused') this.#log(`not recorded (${effect.event.kind}): ${recorded.sentence}`);
        break;
      }
      case 'store':
      case 'check-passcode':
        break;
    }
  }
}

import type { LockCause } from '../contract/audit.ts';
import type { Decision, RefusalReason } from '../contract/decision.ts';
import { type LockMode, type LockState, lockModes, type PasscodeEntry, type PasscodeReason } from '../contract/lock-state.ts';
import { usableClocks } from './clocks.ts';
import type { Clocks, Lock, LockEffect, LockEvent, Step } from './lock.ts';
import {
  coolDownMs,
  countsAsFailedLook,
  failedLooksLimit,
  frameAgeLimitMs,
  isWorthRecording,
  lookLimitMs,
  passcodeDelayMs,
  requiredPasscode,
  storeClockEveryMs,
} from './policy.ts';

/**
 * One event happens to the lock. Pure: clocks come in, effects go out, to be carried out in order. Only three events open it: a match
 * while scanning, the right passcode for the attempt being checked, and in session mode the system's own locker opening.
 * An event that does not fit, or is not one, changes nothing but the time.
 */
export function step(before: Lock, event: LockEvent, given: Clocks): Step {
  const clocks = usableClocks(given, before.nowMs);
  const timed = passTime(before, clocks);
  const after = isTagged(event) ? apply(timed.lock, event, clocks) : same(timed.lock);
  return withStore(before, after.lock, [...timed.effects, ...after.effects]);
}

/** What a window shows of the lock. */
export function passcodeEntry(lock: Lock, nowMs: number): PasscodeEntry {
  if (lock.desk.kind === 'checking') return { kind: 'checking' };
  return lock.desk.kind === 'waiting' && nowMs < lock.desk.untilMs ? lock.desk : { kind: 'open' };
}

/** Types are no promise at run time: what has no `kind` is not looked into. */
function isTagged(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

function same(lock: Lock): Step {
  return { lock, effects: [] };
}

function apply(lock: Lock, event: LockEvent, clocks: Clocks): Step {
  switch (event.kind) {
    case 'lock':
      return close(lock, event.cause);
    case 'require-passcode':
      return requirePasscode(lock, event.reason);
    case 'look-started':
      return startLook(lock);
    case 'look-ended':
      return lock.state.kind === 'scanning' ? endLook(lock) : same(lock);
    case 'decision':
      return decide(lock, event.decision, clocks);
    case 'passcode-offered':
      return offerPasscode(lock);
    case 'passcode-right':
      return isAttempt(lock, event.attempt) ? acceptPasscode(lock, clocks) : same(lock);
    case 'passcode-wrong':
      return isAttempt(lock, event.attempt) ? refusePasscode(lock, true) : same(lock);
    case 'passcode-unchecked':
      return isAttempt(lock, event.attempt) ? refusePasscode(lock, false) : same(lock);
    case 'session-opened':
      return openedBySystem(lock);
    case 'mode-changed':
      return changeMode(lock, event.mode);
    case 'enrolled':
      return enrolled(lock, clocks);
    case 'nobody-enrolled':
      return lock.state.kind === 'unlocked' ? same({ ...lock, enrolled: false, hold: undefined }) : same(lock);
    case 'store-failed':
      return requirePasscode(lock, 'counters-lost');
    case 'tick':
      return same(lock);
    default:
      return same(lock);
  }
}

/** Lets both clocks run on, then applies what time alone brings: limits reached, a look too long, a cool-down over. */
function passTime(lock: Lock, clocks: Clocks): Step {
  const ages = {
    sinceUnlockMs: Math.max(clocks.monotonicMs - lock.lastUnlockMs, clocks.wallMs - lock.counters.lastUnlockWallMs),
    sincePasscodeMs: Math.max(clocks.monotonicMs - lock.lastPasscodeMs, clocks.wallMs - lock.counters.lastPasscodeWallMs),
  };
  const reason = lock.enrolled ? requiredPasscode(lock.counters, ages, clocks.wallMs) : undefined;
  const later: Lock = {
    ...lock,
    nowMs: clocks.monotonicMs,
    counters: { ...lock.counters, highestWallMs: Math.max(lock.counters.highestWallMs, clocks.wallMs) },
  };
  if (reason !== undefined && lock.hold === undefined) return requirePasscode(later, reason);
  const { state } = later;
  if (state.kind === 'scanning' && later.nowMs - state.sinceMs > lookLimitMs) return endLook(later);
  if (state.kind === 'cooling-down' && later.nowMs >= state.untilMs) return same({ ...later, state: lockedState(later) });
  return same(later);
}

function lockedState(lock: Lock): LockState {
  return lock.hold === undefined
    ? { kind: 'locked', failedLooks: lock.counters.failedLooks }
    : { kind: 'passcode-required', reason: lock.hold };
}

/** The desk with nobody's passcode on it: a result still to come is then nobody's. */
function clearedDesk(lock: Lock): Lock['desk'] {
  if (lock.desk.kind !== 'checking') return lock.desk;
  return waitAfter(lock);
}

function waitAfter(lock: Lock): Lock['desk'] {
  const delayMs = passcodeDelayMs(lock.counters.wrongPasscodes);
  return delayMs === 0 ? { kind: 'open' } : { kind: 'waiting', untilMs: lock.nowMs + delayMs };
}

function close(lock: Lock, cause: LockCause): Step {
  if (!lock.enrolled) return same(lock);
  const closed: Lock = {
    ...lock,
    desk: clearedDesk(lock),
    counters: { ...lock.counters, locked: true },
  };
  if (lock.state.kind === 'unlocked') {
    const state = lockedState(closed);
    const effects: LockEffect[] = [{ kind: 'cover' }, { kind: 'record', event: { kind: 'locked', cause } }];
    return { lock: { ...closed, state }, effects: [...effects, ...onPasscodeRequired(state)] };
  }
  // Closed already: a look under way is over, and the cover is asked for again, since asking twice harms nothing.
  const ended = lock.state.kind === 'scanning' ? endLook(closed) : same(closed);
  return { lock: ended.lock, effects: [...ended.effects, { kind: 'cover' }] };
}

function onPasscodeRequired(state: LockState): readonly LockEffect[] {
  if (state.kind !== 'passcode-required') return [];
  return [{ kind: 'wipe' }, { kind: 'record', event: { kind: 'passcode-required', reason: state.reason } }];
}

function requirePasscode(lock: Lock, reason: PasscodeReason): Step {
  if (!lock.enrolled) return same(lock);
  const held: Lock = { ...lock, hold: lock.hold ?? reason };
  if (lock.state.kind === 'unlocked') {
    return reason === 'lock-now' || reason === 'panic' ? close(held, reason) : same(held);
  }
  if (lock.state.kind === 'passcode-required') return same(held);
  const state: LockState = { kind: 'passcode-required', reason: held.hold ?? reason };
  const stop: LockEffect[] = lock.state.kind === 'scanning' ? [{ kind: 'stop-look' }] : [];
  return { lock: { ...held, state }, effects: [...stop, ...onPasscodeRequired(state)] };
}

function startLook(lock: Lock): Step {
  if (lock.state.kind !== 'locked' || lock.hold !== undefined) return same(lock);
  const state: LockState = { kind: 'scanning', sinceMs: lock.nowMs, failedLooks: lock.counters.failedLooks };
  return { lock: { ...lock, state }, effects: [{ kind: 'start-look' }] };
}

function endLook(lock: Lock): Step {
  return { lock: { ...lock, state: lockedState(lock) }, effects: [{ kind: 'stop-look' }] };
}

function decide(lock: Lock, decision: Decision, clocks: Clocks): Step {
  if (lock.state.kind !== 'scanning' || lock.hold !== undefined) return same(lock);
  if (!isTagged(decision)) return endLook(lock);
  if (decision.kind === 'match') {
    return isFresh(decision, lock.state.sinceMs, clocks) ? openByFace(lock, clocks) : endLook(lock);
  }
  return decision.kind === 'refuse' ? refuseLook(lock, decision.reason) : endLook(lock);
}

/** A match counts for a frame taken after the look began, not in the future and not long ago. */
function isFresh(match: Extract<Decision, { kind: 'match' }>, sinceMs: number, clocks: Clocks): boolean {
  const { capturedAtMs, personId } = match;
  return (
    typeof personId === 'string' &&
    personId !== '' &&
    Number.isFinite(capturedAtMs) &&
    capturedAtMs > sinceMs &&
    capturedAtMs <= clocks.monotonicMs &&
    clocks.monotonicMs - capturedAtMs <= frameAgeLimitMs
  );
}

function refuseLook(lock: Lock, reason: RefusalReason): Step {
  const record: LockEffect[] = isWorthRecording(reason) ? [{ kind: 'record', event: { kind: 'look-refused', reason } }] : [];
  if (!countsAsFailedLook(reason)) {
    const ended = endLook(lock);
    return { lock: ended.lock, effects: [...ended.effects, ...record] };
  }
  const failedLooks = lock.counters.failedLooks + 1;
  const counted: Lock = { ...lock, counters: { ...lock.counters, failedLooks } };
  if (failedLooks >= failedLooksLimit) {
    const required = requirePasscode(counted, 'failed-looks');
    return { lock: required.lock, effects: [...record, ...required.effects] };
  }
  const state: LockState = { kind: 'cooling-down', untilMs: lock.nowMs + coolDownMs(failedLooks), failedLooks };
  return { lock: { ...counted, state }, effects: [{ kind: 'stop-look' }, ...record] };
}

function offerPasscode(lock: Lock): Step {
  if (!lock.enrolled || passcodeEntry(lock, lock.nowMs).kind !== 'open') return same(lock);
  const attempt = lock.lastAttempt + 1;
  const counters = { ...lock.counters, wrongPasscodes: lock.counters.wrongPasscodes + 1 };
  return {
    lock: { ...lock, counters, lastAttempt: attempt, desk: { kind: 'checking', attempt } },
    effects: [{ kind: 'check-passcode', attempt }],
  };
}

function isAttempt(lock: Lock, attempt: number): boolean {
  return lock.desk.kind === 'checking' && lock.desk.attempt === attempt;
}

function refusePasscode(lock: Lock, wrong: boolean): Step {
  const effects: LockEffect[] = wrong ? [{ kind: 'record', event: { kind: 'passcode-wrong' } }] : [];
  return { lock: { ...lock, desk: waitAfter(lock) }, effects };
}

/** The lock as any unlock leaves it. */
function opened(lock: Lock, clocks: Clocks): Lock {
  return {
    ...lock,
    state: lock.state.kind === 'unlocked' ? lock.state : { kind: 'unlocked', sinceMs: lock.nowMs },
    counters: { ...lock.counters, locked: false, lastUnlockWallMs: clocks.wallMs },
    lastUnlockMs: lock.nowMs,
  };
}

function openByFace(lock: Lock, clocks: Clocks): Step {
  const open = opened(lock, clocks);
  return {
    lock: { ...open, counters: { ...open.counters, failedLooks: 0 } },
    effects: [{ kind: 'stop-look' }, { kind: 'record', event: { kind: 'unlocked', by: 'face' } }, { kind: 'uncover' }],
  };
}

function acceptPasscode(lock: Lock, clocks: Clocks): Step {
  const open = passcodeUsed(opened(lock, clocks), clocks);
  if (lock.state.kind === 'unlocked') return same(open);
  const stop: LockEffect[] = lock.state.kind === 'scanning' ? [{ kind: 'stop-look' }] : [];
  return {
    lock: open,
    effects: [...stop, { kind: 'record', event: { kind: 'unlocked', by: 'passcode' } }, { kind: 'uncover' }],
  };
}

/** The passcode proves the owner: failures are forgotten, the face works again, and the clock is believed as it is. */
function passcodeUsed(lock: Lock, clocks: Clocks): Lock {
  const { passcodeOwed: _, ...counters } = lock.counters;
  return {
    ...lock,
    hold: undefined,
    desk: { kind: 'open' },
    counters: {
      ...counters,
      failedLooks: 0,
      wrongPasscodes: 0,
      lastPasscodeWallMs: clocks.wallMs,
      highestWallMs: clocks.wallMs,
    },
    lastPasscodeMs: lock.nowMs,
  };
}

/**
 * The account's password opened the screen. It is not Facelatch's passcode, and whoever knows it need not be enrolled: it counts as no unlock (the 48 h and
 * 156 h run on), takes no failed look or wrong passcode back, and what only the passcode may open stays so for the next time.
 */
function openedBySystem(lock: Lock): Step {
  if (lock.mode !== 'session' || lock.state.kind === 'unlocked') return same(lock);
  const stop: LockEffect[] = lock.state.kind === 'scanning' ? [{ kind: 'stop-look' }] : [];
  const owed = lock.hold === undefined ? {} : { passcodeOwed: true as const };
  return {
    lock: {
      ...lock,
      state: { kind: 'unlocked', sinceMs: lock.nowMs },
      desk: clearedDesk(lock),
      counters: { ...lock.counters, locked: false, ...owed },
    },
    effects: [...stop, { kind: 'record', event: { kind: 'unlocked', by: 'system' } }],
  };
}

/** A closed screen is closed in the new way too before anything else happens; an open one stays open. */
function changeMode(lock: Lock, mode: LockMode): Step {
  if (mode === lock.mode || !lockModes.includes(mode)) return same(lock);
  const changed: Lock = { ...lock, mode };
  return { lock: changed, effects: lock.state.kind === 'unlocked' ? [] : [{ kind: 'cover' }] };
}

function enrolled(lock: Lock, clocks: Clocks): Step {
  if (lock.enrolled || lock.state.kind !== 'unlocked') return same(lock);
  return same({ ...passcodeUsed(opened(lock, clocks), clocks), enrolled: true });
}

/** Puts `store` first when anything but the running clock changed, or the clock ran far since it was last stored. */
function withStore(before: Lock, lock: Lock, effects: readonly LockEffect[]): Step {
  const was = before.counters;
  const is = lock.counters;
  const changed =
    was.failedLooks !== is.failedLooks ||
    was.wrongPasscodes !== is.wrongPasscodes ||
    was.lastPasscodeWallMs !== is.lastPasscodeWallMs ||
    was.lastUnlockWallMs !== is.lastUnlockWallMs ||
    was.locked !== is.locked ||
    was.passcodeOwed !== is.passcodeOwed ||
    is.highestWallMs < was.highestWallMs;
  if (!lock.enrolled || !(changed || is.highestWallMs - lock.storedWallMs >= storeClockEveryMs)) return { lock, effects };
  return {
    lock: { ...lock, storedWallMs: is.highestWallMs },
    effects: [{ kind: 'store', counters: is }, ...effects],
  };
}

import * as v from 'valibot';
import { parseJson } from '../contract/json.ts';
import { monotonicNowMs } from '../contract/monotonic.ts';
import type { Alarm, FromGuardian, ToGuardian } from './guardian.ts';
import { type Guardian, startLimitMs } from './guardian-link.ts';
import { type Command, lockOs } from './os-locker.ts';

export type GuardianEvent =
  /** The guardian died or hung. While locked the operating system was asked to lock at once. A new one is being started. */
  | { readonly kind: 'lost'; readonly whileLocked: boolean }
  /** The guardian had the system lock. */
  | { readonly kind: 'system-locked'; readonly because: Alarm; readonly succeeded: boolean }
  /** No guardian stays alive: ask for the passcode. Starting one is tried further, every few seconds. */
  | { readonly kind: 'given-up'; readonly sentence: string };

export interface GuardianSurroundings {
  readonly start: () => Guardian;
  /** The operating system's locker, absent where it has none. */
  readonly locker: Command | undefined;
  /** Starts Facelatch again. */
  readonly relaunch: Command | undefined;
  /** Every display is covered right now. Asked four times a second while locked. */
  readonly isCovering: () => boolean;
  readonly onEvent: (event: GuardianEvent) => void;
}

const beatEveryMs = 250;
/** No beat for so long is a hang, on either side. Longer than any pause of a healthy main process, shorter than a person at the keyboard needs. */
export const silenceMs = 3_000;
const restartsBeforeGivingUp = 5;
const restartPauseMs = 5_000;
/** A guardian that lived so long was a good one: earlier losses no longer count. */
const goodLifeMs = 60_000;

/** The app's half of the heartbeat. Keep one for the life of the app; arm it before the cover shows and disarm it after an unlock. */
export class GuardianKeeper {
  readonly #surroundings: GuardianSurroundings;
  #guardian: Guardian | undefined;
  #armed = false;
  #stopped = false;
  #losses = 0;
  #startedMs = 0;
  #answeredMs = 0;
  #beatMs = 0;
  #hasStarted = false;
  #hasAnswered = false;
  #beat: NodeJS.Timeout | undefined;

  constructor(surroundings: GuardianSurroundings) {
    this.#surroundings = surroundings;
    this.#start();
  }

  /** True while locked once the guardian has taken its orders and answers. */
  get isWatching(): boolean {
    return this.#armed && this.#hasAnswered;
  }

  /** Arming an armed one changes nothing: it must not forget how long the guardian has been silent. */
  arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#answeredMs = monotonicNowMs();
    this.#beatMs = this.#answeredMs;
    this.#sendArm();
    this.#beat ??= setInterval(() => this.#everyBeat(), beatEveryMs);
    this.#everyBeat();
  }

  disarm(): void {
    this.#armed = false;
    clearInterval(this.#beat);
    this.#beat = undefined;
    this.#send({ kind: 'disarm' });
  }

  /** Lets the guardian go. While armed it is left alone instead: it then locks when this process ends. */
  stop(): void {
    if (this.#armed) return;
    this.#stopped = true;
    this.#guardian?.release();
  }

  #start(): void {
    if (this.#stopped) return;
    const guardian = this.#surroundings.start();
    this.#guardian = guardian;
    this.#hasStarted = false;
    this.#startedMs = monotonicNowMs();
    this.#answeredMs = this.#startedMs;
    guardian.onGone(() => this.#lost(guardian));
    guardian.onLine((line) => this.#receive(line));
    if (this.#armed) this.#sendArm();
  }

  #sendArm(): void {
    this.#hasAnswered = false;
    const { locker, relaunch } = this.#surroundings;
    this.#send({ kind: 'arm', silenceMs, ...(locker && { locker }), ...(relaunch && { relaunch }) });
  }

  #send(message: ToGuardian): void {
    this.#guardian?.tell(JSON.stringify(message));
  }

  #everyBeat(): void {
    const now = monotonicNowMs();
    // This process itself was stopped, or the machine slept: the guardian's answers are still to be read.
    if (now - this.#beatMs > silenceMs) this.#answeredMs = now;
    this.#beatMs = now;
    this.#send({ kind: 'beat', covering: this.#isCovering() });
    if (now - this.#answeredMs > (this.#hasStarted ? silenceMs : startLimitMs)) this.#guardian?.kill();
  }

  #isCovering(): boolean {
    try {
      return this.#surroundings.isCovering();
    } catch {
      // Whoever cannot tell does not cover.
      return false;
    }
  }

  #receive(line: string): void {
    const message: FromGuardian | undefined = parseJson(line, fromGuardian);
    if (message === undefined) return;
    this.#answeredMs = monotonicNowMs();
    this.#hasStarted = true;
    if (message.kind === 'beat') this.#hasAnswered = true;
    if (message.kind === 'locked') {
      this.#surroundings.onEvent({ kind: 'system-locked', because: message.because, succeeded: message.code === 0 });
    }
  }

  #lost(guardian: Guardian): void {
    if (this.#guardian !== guardian) return;
    this.#guardian = undefined;
    this.#hasAnswered = false;
    if (this.#stopped) return;
    const { locker, onEvent } = this.#surroundings;
    if (this.#armed && locker !== undefined) void lockOs(locker);
    this.#losses = monotonicNowMs() - this.#startedMs > goodLifeMs ? 1 : this.#losses + 1;
    onEvent({ kind: 'lost', whileLocked: this.#armed });
    if (this.#losses < restartsBeforeGivingUp) {
      this.#start();
      return;
    }
    if (this.#losses === restartsBeforeGivingUp) onEvent({ kind: 'given-up', sentence: 'The guardian process does not stay alive.' });
    setTimeout(() => this.#start(), restartPauseMs);
  }
}

const fromGuardian = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('beat') }),
  v.object({ kind: v.literal('locked'), because: v.picklist(['death', 'silence', 'uncovered']), code: v.nullable(v.number()) }),
]);

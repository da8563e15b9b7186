import type { ModeView } from '../../contract/ipc.ts';
import type { LockMode } from '../../contract/lock-state.ts';
import type { Logind } from '../../session/logind.ts';

/** The desktop's own locker, as far as logind speaks for it. */
export type SystemLocker =
  | { readonly kind: 'absent'; readonly sentence: string }
  | { readonly kind: 'answers'; readonly logind: Pick<Logind, 'lock' | 'unlock'> }
  /** It was asked to lock and did not. Chosen anew it is tried again. */
  | { readonly kind: 'unfit'; readonly logind: Pick<Logind, 'lock' | 'unlock'>; readonly sentence: string };

/** Our covers. */
export interface Covers {
  cover(): void;
  uncover(): void;
}

export interface ModeNews {
  /** The mode that is on changed: the lock has to know, and closes a closed screen anew. */
  readonly modeChanged: (mode: LockMode) => void;
  /** The system's locker stayed closed though asked to open after a match or the passcode. */
  readonly openingRefused: (sentence: string) => void;
  /** What there is to say of the mode changed. */
  readonly changed: () => void;
}

/**
 * Closes and opens the screen in the mode that is on. In session mode our covers are a curtain only: up at once, and down when the system's locker says that it
 * is closed. A locker that does not say so leaves the covers where they are, and the mode is cover mode from then on.
 */
export class ModeDesk {
  readonly #covers: Covers;
  readonly #news: ModeNews;
  #chosen: LockMode;
  #system: SystemLocker;
  /** What logind last told of the desktop's locker. */
  #systemLocked: boolean;
  #refusal: string | undefined;
  /** Counts what the system's locker was asked for: an answer to anything but the last asking is late. */
  #asking = 0;
  #pending: 'none' | 'closing' | 'opening' = 'none';

  constructor(chosen: LockMode, system: SystemLocker, systemLocked: boolean, covers: Covers, news: ModeNews) {
    this.#chosen = chosen;
    this.#system = system;
    this.#systemLocked = systemLocked;
    this.#covers = covers;
    this.#news = news;
  }

  get on(): LockMode {
    return this.#chosen === 'session' && this.#system.kind === 'answers' ? 'session' : 'cover';
  }

  /** Whether the system's locker closes this screen now, without a curtain of ours. */
  get isSystemLocked(): boolean {
    return this.on === 'session' && this.#systemLocked && this.#pending === 'none';
  }

  view(): ModeView {
    return { on: this.on, chosen: this.#chosen, sessionOffered: this.#system.kind !== 'absent', sentence: this.#sentence() };
  }

  choose(mode: LockMode): void {
    const { logind } = this.#system.kind === 'absent' ? { logind: undefined } : this.#system;
    this.#change(mode, logind === undefined ? this.#system : { kind: 'answers', logind });
  }

  /** logind answers (again). `systemLocked`: whether the desktop's locker is closed now. */
  found(logind: Pick<Logind, 'lock' | 'unlock'>, systemLocked: boolean): void {
    this.#systemLocked = systemLocked;
    this.#change(this.#chosen, { kind: 'answers', logind });
  }

  /** logind no longer answers. A closed screen is covered by us from now on. */
  lost(sentence: string): void {
    this.#systemLocked = false;
    this.#change(this.#chosen, { kind: 'absent', sentence });
  }

  /** The desktop's locker closed or opened, for whatever reason. */
  systemLockChanged(locked: boolean): void {
    this.#systemLocked = locked;
  }

  /** Closes the screen. Asking for it twice harms nothing. */
  close(): void {
    if (this.on === 'cover' || this.#system.kind !== 'answers') {
      this.#forget();
      this.#covers.cover();
      return;
    }
    // Locking makes logind tell everybody to lock, us too: no second asking while the first runs, and none when it is closed.
    if (this.#pending === 'closing' || (this.#systemLocked && this.#pending === 'none')) return;
    if (!this.#systemLocked) this.#covers.cover();
    const { logind } = this.#system;
    this.#ask('closing', logind.lock(), (outcome) => {
      if (outcome.kind === 'done') {
        this.#systemLocked = true;
        this.#covers.uncover();
      } else {
        this.#covers.cover();
        this.#change(this.#chosen, { kind: 'unfit', logind, sentence: outcome.sentence });
      }
    });
  }

  /** Opens the screen: to be called after a match or the right passcode, and at no other time. */
  open(): void {
    if (this.on === 'cover' || this.#system.kind !== 'answers') {
      this.#forget();
      this.#covers.uncover();
      return;
    }
    this.#ask('opening', this.#system.logind.unlock(), (outcome) => {
      if (outcome.kind === 'done') {
        this.#systemLocked = false;
        this.#refusal = undefined;
        this.#covers.uncover();
      } else {
        this.#refusal = outcome.sentence;
        this.#news.openingRefused(outcome.sentence);
      }
    });
  }

  /** The system's locker was opened by its own means: nothing of ours stays in the way. */
  leave(): void {
    this.#forget();
    this.#covers.uncover();
  }

  #ask(
    what: 'closing' | 'opening',
    answer: ReturnType<Logind['lock']>,
    then: (outcome: Awaited<ReturnType<Logind['lock']>>) => void,
  ): void {
    this.#asking += 1;
    const asking = this.#asking;
    this.#pending = what;
    const take = (outcome: Awaited<ReturnType<Logind['lock']>>): void => {
      if (asking !== this.#asking) return;
      this.#pending = 'none';
      then(outcome);
      this.#news.changed();
    };
    answer.then(take, () => take({ kind: 'refused', sentence: 'logind could not be asked.' }));
  }

  /** Whatever the system's locker still answers is of no matter. */
  #forget(): void {
    this.#asking += 1;
    this.#pending = 'none';
  }

  #change(chosen: LockMode, system: SystemLocker): void {
    const before = this.on;
    this.#chosen = chosen;
    this.#system = system;
    this.#refusal = undefined;
    if (this.on !== before) {
      this.#forget();
      this.#news.modeChanged(this.on);
    }
    this.#news.changed();
  }

  #sentence(): string | undefined {
    if (this.#system.kind === 'absent') return this.#system.sentence;
    if (this.#system.kind === 'unfit') return this.#system.sentence;
    return this.#refusal;
  }
}

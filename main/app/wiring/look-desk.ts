import type { Decision, RefusalReason } from '../../contract/decision.ts';
import type { Observation } from '../../contract/observation.ts';
import { refusalSentences } from '../../contract/sentences.ts';
import { beginLook, type Look, type LookRules, observeLook } from '../../identity/look.ts';
import type { Gallery } from '../../identity/template.ts';

/** Frames in a row that must ask for the same thing before the person is told: a single blink is no advice. */
const steadyFrames = 4;

/** One look under way, and what the person is told meanwhile. */
export class LookDesk {
  readonly #rules: LookRules;
  #look: Look;
  #hint: RefusalReason | undefined;
  #hintFrames = 0;
  #sentence = 'Looking for you';

  /** `startedAtMs`: the moment of the look; frames taken before it never count. */
  constructor(startedAtMs: number, rules: LookRules) {
    this.#rules = rules;
    this.#look = beginLook(startedAtMs);
  }

  /** What the frames so far came to; for the owner's page, never for the lock screen. */
  get look(): Look {
    return this.#look;
  }

  get sentence(): string {
    return this.#sentence;
  }

  /** Takes in one observation; a decision ends the look. */
  observe(observation: Observation, galleries: readonly Gallery[], model: string, nowMs: number): Decision | undefined {
    const { look, verdict, hint } = observeLook(this.#look, observation, galleries, model, this.#rules, nowMs);
    this.#look = look;
    this.#hintFrames = hint === this.#hint ? this.#hintFrames + 1 : 1;
    this.#hint = hint;
    if (this.#hintFrames >= steadyFrames) this.#sentence = hint === undefined ? 'Looking for you' : refusalSentences[hint];
    return verdict;
  }
}

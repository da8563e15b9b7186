import type { RefusalReason } from '../../contract/decision.ts';
import type { Observation } from '../../contract/observation.ts';
import { afterFailedLook, afterMatch, withoutExpired } from '../../identity/adaptation.ts';
import { type Adaptation, templatesInService } from '../../identity/adaptation-record.ts';
import { type AdaptationRules, adaptationRulesOf } from '../../identity/adaptation-rules.ts';
import type { LearningOutcome, Situation } from '../../identity/learning.ts';
import { afterPasscode, type NearMiss, nearMissOf, noNearMiss, observeCapture } from '../../identity/near-miss.ts';
import { renewedObservation } from '../../identity/renewal.ts';
import type { Gallery } from '../../identity/template.ts';
import type { Clocks } from '../../lock/lock.ts';
import { countsAsFailedLook } from '../../lock/policy.ts';
import type { AdaptationCause, Vault } from '../../vault/api.ts';
import type { Log } from '../log.ts';

/** What the desk needs from around it. */
export interface LearningSurroundings {
  readonly vault: Vault;
  readonly clocks: () => Clocks;
  readonly newId: () => string;
  readonly later: (run: () => void, afterMs: number) => void;
  readonly log: Log;
}

/** A near miss whose passcode was typed right after: whose, and where its new capture stands. */
interface Capture {
  readonly personId: string;
  readonly nearMiss: NearMiss;
  /** On the monotonic clock. */
  readonly untilMs: number;
}

/**
 * Follows the faces of people as they change: hands what happens at the lock to the rules in identity/ and stores what they decide. Near misses
 * live here alone, in memory, and are forgotten by a new lock, a wrong passcode and learning switched off.
 */
export class LearningDesk {
  readonly #world: LearningSurroundings;
  readonly #nearMisses = new Map<string, NearMiss>();
  #capture: Capture | undefined;

  constructor(world: LearningSurroundings) {
    this.#world = world;
  }

  /** Whether frames are awaited for a new capture after a near miss and the passcode. */
  get isCapturing(): boolean {
    return this.#capture !== undefined;
  }

  /** What a look is compared with: everybody's templates without those whose service is over. */
  galleries(model: string): readonly Gallery[] {
    const { vault, clocks } = this.#world;
    const rules = adaptationRulesOf(model);
    if (rules === undefined) return vault.galleries();
    return vault.galleries().map((gallery) => {
      const adaptation = vault.adaptation(gallery.personId);
      if (adaptation === undefined) return gallery;
      return { ...gallery, templates: templatesInService(withoutExpired(adaptation, rules, clocks().wallMs)) };
    });
  }

  /**
   * A look matched this person and the lock is open. `observation` ended the look. Whatever fails here loses what could have been learned and
   * nothing else. Undefined where nothing is known of the person or the network.
   */
  onMatch(personId: string, observation: Observation, model: string): LearningOutcome | undefined {
    this.forgetNearMisses();
    const known = this.#known(personId, model);
    if (known === undefined) return undefined;
    const { adaptation, outcome } = afterMatch(known.adaptation, known.renewed(observation), known.situation);
    this.#store(personId, adaptation, outcome.kind === 'learned' ? 'learned' : 'counted');
    return outcome;
  }

  /**
   * A look failed; `observation` ended it. It counts for everybody who is unsealed: nobody knows whom it was meant for. Call before the lock
   * decides, which may seal everything.
   */
  onRefusal(reason: RefusalReason, observation: Observation, model: string): void {
    if (!countsAsFailedLook(reason)) return;
    this.forgetNearMisses();
    for (const { personId } of this.#world.vault.galleries()) {
      const known = this.#known(personId, model);
      if (known === undefined) continue;
      const failed = afterFailedLook(known.adaptation, known.situation.rules, known.situation.wallMs);
      // A picture is no near miss, however near.
      const counts = reason === 'not-recognised' && known.situation.learning === 'on';
      const nearMiss = counts ? nearMissOf(failed, known.renewed(observation), known.situation) : noNearMiss;
      if (nearMiss.kind !== 'none') this.#keep(personId, nearMiss, known.situation.rules.passcodeWithinMs);
      this.#store(personId, failed, 'counted');
    }
  }

  /** This person's right passcode opened the lock. True where a new capture is awaited now. */
  onPasscode(personId: string, model: string | undefined): boolean {
    const nearMiss = this.#nearMisses.get(personId) ?? noNearMiss;
    this.#nearMisses.delete(personId);
    this.forgetNearMisses();
    const known = model === undefined ? undefined : this.#known(personId, model);
    if (known === undefined) {
      wipeNearMiss(nearMiss);
      return false;
    }
    const { rules, nowMs, wallMs } = known.situation;
    const step = afterPasscode(known.adaptation, known.situation.learning === 'on' ? nearMiss : noNearMiss, rules, nowMs, wallMs);
    this.#store(personId, step.adaptation, 'counted');
    if (step.nearMiss.kind === 'confirmed') this.#capture = { personId, nearMiss: step.nearMiss, untilMs: nowMs + rules.captureWithinMs };
    else wipeNearMiss(nearMiss);
    return this.isCapturing;
  }

  /** One frame of the new capture. Undefined while more are awaited; otherwise whose it was, and what became of it. */
  observeCapture(observation: Observation, model: string): Captured | undefined {
    if (this.#capture === undefined) return undefined;
    const { personId, nearMiss, untilMs } = this.#capture;
    const known = this.#known(personId, model);
    if (known === undefined) {
      this.forgetNearMisses();
      return { personId, outcome: { kind: 'not-learned', reason: 'no-near-miss' } };
    }
    const step = observeCapture(known.adaptation, nearMiss, known.renewed(observation), known.situation);
    if (step.nearMiss.kind === 'confirmed') {
      this.#capture = { personId, nearMiss: step.nearMiss, untilMs };
      return undefined;
    }
    // A direction that was refused has taken the day's update: that is kept as well.
    if (step.adaptation !== known.adaptation)
      this.#store(personId, step.adaptation, step.outcome.kind === 'learned' ? 'learned' : 'counted');
    this.forgetNearMisses();
    return { personId, outcome: step.outcome };
  }

  /** The new capture has had its time, also where the camera delivered nothing. */
  isCaptureOver(): boolean {
    return this.#capture !== undefined && this.#world.clocks().monotonicMs > this.#capture.untilMs;
  }

  /** The lock closed anew, a passcode was wrong, or learning was switched off: what was nearly a match is nobody's. */
  forgetNearMisses(): void {
    for (const nearMiss of this.#nearMisses.values()) wipeNearMiss(nearMiss);
    this.#nearMisses.clear();
    if (this.#capture !== undefined) wipeNearMiss(this.#capture.nearMiss);
    this.#capture = undefined;
  }

  /** Keeps a near miss for as long as the passcode may confirm it. */
  #keep(personId: string, nearMiss: NearMiss, forMs: number): void {
    this.#nearMisses.set(personId, nearMiss);
    this.#world.later(() => {
      if (this.#nearMisses.get(personId) !== nearMiss) return;
      this.#nearMisses.delete(personId);
      wipeNearMiss(nearMiss);
    }, forMs);
  }

  /** All that the rules need of an unsealed person; undefined where vectors of this network are not learned from. */
  #known(personId: string, model: string): Known | undefined {
    const { vault, clocks, newId } = this.#world;
    const rules = adaptationRulesOf(model);
    const adaptation = vault.adaptation(personId);
    const renewal = vault.gallery(personId)?.renewal;
    if (rules === undefined || adaptation === undefined || renewal === undefined) return undefined;
    const { monotonicMs, wallMs } = clocks();
    return {
      adaptation,
      situation: { model, rules, learning: vault.learning(personId) ?? 'off', nowMs: monotonicMs, wallMs, newId: newId() },
      renewed: (observation) => renewedObservation(observation, renewal),
    };
  }

  /** Last of all: it overwrites the vectors that `adaptation` came from. */
  #store(personId: string, adaptation: Adaptation, cause: AdaptationCause): void {
    const written = this.#world.vault.writeAdaptation(personId, adaptation, cause);
    if (written.kind === 'refused') this.#world.log(`what adaptation counts was not written: ${written.sentence}`);
  }
}

/** What became of a new capture. */
export interface Captured {
  readonly personId: string;
  readonly outcome: LearningOutcome;
}

interface Known {
  readonly adaptation: Adaptation;
  readonly situation: Situation & { readonly rules: AdaptationRules };
  /** An observation under the person's renewal. */
  readonly renewed: (observation: Observation) => Observation;
}

function wipeNearMiss(nearMiss: NearMiss): void {
  if (nearMiss.kind !== 'none') nearMiss.vector.fill(0);
}

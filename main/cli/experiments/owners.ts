import { beginAdaptation, templatesInService } from '../../identity/adaptation-record.ts';
import type { AdaptationRules } from '../../identity/adaptation-rules.ts';
import { compareWithTemplates } from '../../identity/comparison.ts';
import { coreTemplates, lookAt } from './defences.ts';
import type { Random } from './random.ts';
import { changed, enrol, everyday, lastingChange, look, newOccasion, randomFace } from './synthetic-faces.ts';

/** How an owner's face changes: not, slowly over the whole time (beard, age), or at once after a quarter of it (glasses). */
export const changeKinds = ['none', 'slow', 'sudden'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What an owner met with in the last quarter of the time, and what was learned in all of it. */
export interface OwnerTrial {
  readonly looks: number;
  readonly unlocked: number;
  /** The same looks compared with the enrolment alone. */
  readonly unlockedByCore: number;
  readonly learnedBySuccess: number;
  readonly learnedByNearMiss: number;
  readonly refusedForDirection: number;
}

const looksPerDay = 4;
/** Squared length of a lasting change at its end; a person's own share is 0.57. */
const changeSize = 0.6;

/** An owner who looks several times a day, in the light of the day, and types the passcode when not recognised. One frame a look. */
export function liveWith(random: Random, kind: ChangeKind, rules: AdaptationRules, days: number): OwnerTrial {
  const owner = randomFace(random);
  const change = lastingChange(random, changeSize);
  let adaptation = beginAdaptation(coreTemplates(enrol(random, newOccasion(random, owner, everyday))));
  const counts = { looks: 0, unlocked: 0, unlockedByCore: 0, learnedBySuccess: 0, learnedByNearMiss: 0, refusedForDirection: 0 };
  for (let day = 1; day <= days; day++) {
    const part = { none: 0, slow: day / days, sudden: day > days / 4 ? 1 : 0 }[kind];
    const occasion = changed(newOccasion(random, owner, everyday), change, part);
    for (let turn = 0; turn < looksPerDay; turn++) {
      const probe = look(random, occasion);
      const comparison = compareWithTemplates(probe, 'sface', templatesInService(adaptation), rules);
      if (day > (days * 3) / 4) {
        counts.looks++;
        if (comparison?.accepted === true) counts.unlocked++;
        if ((comparison?.coreDistance ?? Infinity) <= rules.unlock) counts.unlockedByCore++;
      }
      const { adaptation: next, outcome } = lookAt(adaptation, probe, day + turn / 10, rules, 'passcode');
      adaptation = next;
      if (outcome?.kind === 'learned') counts[outcome.origin === 'learned-success' ? 'learnedBySuccess' : 'learnedByNearMiss']++;
      if (outcome?.kind === 'not-learned' && outcome.reason === 'steady-drift') counts.refusedForDirection++;
    }
  }
  return counts;
}

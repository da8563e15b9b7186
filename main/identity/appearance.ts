import { type Adaptation, beginAdaptation } from './adaptation-record.ts';
import { forgetLearned } from './adaptation-undo.ts';
import type { Template } from './template.ts';

/** Vectors of the second enrolment, in which the person looks otherwise; none where there was none. */
export function alternateOf({ core }: Adaptation): readonly Template[] {
  return core.filter(({ origin }) => origin === 'enrolled-alternate');
}

/**
 * Adds a second appearance to the core, in the place of one there was: a look is compared with both. `templates` are under the person's renewal. `undefined` where
 * no first appearance is enrolled.
 */
export function withAlternate(adaptation: Adaptation, templates: readonly Template[]): Adaptation | undefined {
  const usual = usualOf(adaptation);
  if (usual.length === 0) return undefined;
  const alternate = templates.map((template): Template => ({ ...template, origin: 'enrolled-alternate' }));
  return { ...adaptation, core: [...usual, ...alternate] };
}

/** Takes the second appearance away, and all that was learned with it: nobody can tell which of the two it was learned from. */
export function withoutAlternate(adaptation: Adaptation): Adaptation {
  const { record } = forgetLearned(adaptation);
  return { ...beginAdaptation(usualOf(adaptation)), record };
}

function usualOf({ core }: Adaptation): readonly Template[] {
  return core.filter(({ origin }) => origin === 'enrolled');
}

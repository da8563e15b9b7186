import type { AdaptationRules } from './adaptation-rules.ts';
import { nearestTemplate } from './matcher.ts';
import type { Template } from './template.ts';

/** The distances a comparison goes by. A network without learned vectors needs `unlock` alone. */
export type ComparisonRules = Pick<AdaptationRules, 'unlock'> & Partial<Pick<AdaptationRules, 'reach' | 'unlockByLearned'>>;

/** What comparing a probe with one person's templates gave. */
export interface Comparison {
  readonly accepted: boolean;
  /** The template that decided: the nearest that may accept the probe, or else the nearest of the core. */
  readonly template: Template;
  readonly distance: number;
  readonly coreDistance: number;
}

/**
 * Compares a probe with a person's templates. The enrolled core decides by itself within `unlock`. A learned vector accepts only
 * what is near to it and also within `reach` of the core: what was learned widens the door by that much at most. `undefined` where the
 * person has no core of this network: learned vectors alone never open.
 */
export function compareWithTemplates(
  probe: Float32Array,
  model: string,
  templates: readonly Template[],
  rules: ComparisonRules,
): Comparison | undefined {
  const core = nearestTemplate(probe, model, templates.filter(isCore));
  if (core === undefined) return undefined;
  const byCore = { ...core, coreDistance: core.distance, accepted: core.distance <= rules.unlock };
  const { reach, unlockByLearned } = rules;
  if (reach === undefined || unlockByLearned === undefined || !(core.distance <= reach)) return byCore;
  const learned = nearestTemplate(
    probe,
    model,
    templates.filter((template) => !isCore(template)),
  );
  if (learned === undefined || !(learned.distance <= unlockByLearned)) return byCore;
  return byCore.accepted && core.distance <= learned.distance ? byCore : { ...learned, coreDistance: core.distance, accepted: true };
}

/** Part of the enrolled core: of the enrolment or of its alternate appearance. */
export function isCore(template: Template): boolean {
  return template.origin === 'enrolled' || template.origin === 'enrolled-alternate';
}

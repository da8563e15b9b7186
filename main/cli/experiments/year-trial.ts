import type { Observation } from '../../contract/observation.ts';
import { type Adaptation, beginAdaptation, templatesInService } from '../../identity/adaptation-record.ts';
import type { AdaptationRules } from '../../identity/adaptation-rules.ts';
import type { LookRules } from '../../identity/look.ts';
import type { Gallery } from '../../identity/template.ts';
import { enrolmentStop, type NotEnrolled } from '../evaluation/enrolment-stop.ts';
import { galleryOf, replayEnrolment, replayLook } from '../evaluation/replay.ts';
import type { ObservedPerson, ObservedSession } from './observed-people.ts';
import { liveLook } from './owner-days.ts';

/** One look to measure by: not recognised, recognised, or nothing to judge by (quality, liveness, attention), which recognition cannot be blamed for. */
export type ProbeOutcome = 'match' | 'non-match' | 'not-acquired';

/** One measured look of a month, with what was learned by then and with the enrolment alone. */
export interface YearProbe {
  readonly month: number;
  readonly withAdaptation: ProbeOutcome;
  readonly enrolmentAlone: ProbeOutcome;
  readonly reason: string;
}

/** A person's year. */
export interface PersonYear {
  readonly kind: 'lived';
  readonly name: string;
  readonly probes: readonly YearProbe[];
  /** After the last month. */
  readonly adapted: Gallery;
  readonly core: Gallery;
  readonly learnedBySuccess: number;
  readonly learnedByNearMiss: number;
  readonly refusedForDirection: number;
  readonly learnedInService: number;
  /** The measured looks of the last month, to be shown to other people's locks. */
  readonly lastProbes: readonly (readonly Observation[])[];
}

const daysInMonth = 30;
/** Day of a month on which its looks are measured. */
const measuringDay = 15;
const attentive: LookRules = { attention: true };

interface MonthLook {
  readonly month: number;
  readonly use: 'life' | 'probe';
  readonly observations: readonly Observation[];
}

/**
 * A year of one person: a look at their own lock every day, each of a month's life recordings in turn, learned from by the rules; on one day of every month the
 * probe recordings are measured, which nothing is ever learned from. Says why when the recordings do not complete an enrolment.
 */
export function livePersonYear(person: ObservedPerson, model: string, rules: AdaptationRules): PersonYear | NotEnrolled {
  const circle = person.enrol.flatMap(({ observations }) => observations);
  const enrolment = replayEnrolment(circle, model);
  if (enrolment.phase !== 'complete') return { kind: 'not-enrolled', person: person.name, why: enrolmentStop(enrolment, circle) };
  const core = galleryOf(person.name, enrolment);
  let adaptation = beginAdaptation(core.templates);
  const looks = person.probe.flatMap(monthLook);
  const months = Math.max(...looks.map(({ month }) => month)) + 1;
  const counts = { learnedBySuccess: 0, learnedByNearMiss: 0, refusedForDirection: 0 };
  const probes: YearProbe[] = [];
  for (let month = 0; month < months; month++) {
    const of = (use: MonthLook['use']): MonthLook[] => looks.filter((look) => look.month === month && look.use === use);
    const life = of('life');
    for (let day = 0; day < daysInMonth; day++) {
      // In the first month before anything was learned: that is day one.
      if (day === (month === 0 ? 0 : measuringDay)) probes.push(...of('probe').map((look) => measured(look, adaptation, core, model)));
      const recording = life[day % Math.max(1, life.length)];
      if (recording === undefined) continue;
      const step = liveLook(adaptation, recording.observations, month * daysInMonth + day + 1, model, rules);
      adaptation = step.adaptation;
      const { outcome } = step;
      if (outcome?.kind === 'learned') counts[outcome.origin === 'learned-success' ? 'learnedBySuccess' : 'learnedByNearMiss']++;
      else if (outcome?.reason === 'steady-drift') counts.refusedForDirection++;
    }
  }
  return {
    kind: 'lived',
    name: person.name,
    probes,
    adapted: { personId: person.name, templates: templatesInService(adaptation) },
    core,
    ...counts,
    learnedInService: adaptation.learned.length,
    lastProbes: looks.filter(({ month, use }) => month === months - 1 && use === 'probe').map(({ observations }) => observations),
  };
}

/** What a look at somebody's lock comes to. */
export function probeOutcome(
  observations: readonly Observation[],
  gallery: Gallery,
  model: string,
): { outcome: ProbeOutcome; reason: string } {
  const { decision, reason } = replayLook(observations, gallery, model, attentive);
  if (decision === 'unlock') return { outcome: 'match', reason };
  return { outcome: reason === 'not-recognised' ? 'non-match' : 'not-acquired', reason };
}

function measured(look: MonthLook, adaptation: Adaptation, core: Gallery, model: string): YearProbe {
  const adapted = probeOutcome(look.observations, { personId: core.personId, templates: templatesInService(adaptation) }, model);
  const alone = probeOutcome(look.observations, core, model);
  return { month: look.month, withAdaptation: adapted.outcome, enrolmentAlone: alone.outcome, reason: adapted.reason };
}

function monthLook({ name, observations }: ObservedSession): MonthLook[] {
  const [, month, use] = /^month-(\d+)-(life|probe)-/.exec(name) ?? [];
  return month === undefined ? [] : [{ month: Number(month), use: use === 'life' ? 'life' : 'probe', observations }];
}

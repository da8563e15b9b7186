import type { Observation } from '../../contract/observation.ts';
import { type Enrolment, offerOf } from '../../identity/enrolment.ts';
import { turnWords } from '../../identity/enrolment-hints.ts';
import { countsOf, mostFrequentFirst } from './counts.ts';

/** Somebody whose recordings do not complete an enrolment, and why, in one line. */
export interface NotEnrolled {
  readonly kind: 'not-enrolled';
  readonly person: string;
  readonly why: string;
}

/** Which rule an enrolment stopped at: how far it came, which directions no look filled, and which looks were refused for what. */
export function enrolmentStop(enrolment: Enrolment, observations: readonly Observation[]): string {
  if (observations.length === 0) return 'nothing was recorded';
  const refusals = countsOf(
    observations.flatMap((observation) => {
      const offer = offerOf(enrolment, observation);
      return offer.kind === 'refused' ? [offer.sentence] : [];
    }),
  );
  const counted = mostFrequentFirst(refusals).map(([sentence, n]) => `${n} "${sentence}"`);
  const looks = `of ${observations.length} looks ${counted.length === 0 ? 'none was refused' : `refused: ${counted.join(', ')}`}`;
  return `${openPart(enrolment)}; ${looks}`;
}

function openPart({ phase, bins, forward }: Enrolment): string {
  if (phase === 'face-forward') return `no three steady looks ahead, ${forward.length} at most`;
  const open = bins.filter((bin) => (phase === 'first-circle' ? !bin.filledFirst : !bin.filledSecond));
  const places = [...new Set(open.map(({ angleDeg }) => turnWords(angleDeg)))];
  return `${open.length} of ${bins.length} parts of the ${phase === 'first-circle' ? 'first' : 'second'} circle stayed open (${places.join(', ')})`;
}

/** One line each, under a heading; nothing when everybody is enrolled. */
export function notEnrolledLines(notEnrolled: readonly NotEnrolled[]): string[] {
  if (notEnrolled.length === 0) return [];
  return [`not enrolled, left out: ${notEnrolled.length}`, ...notEnrolled.map(({ person, why }) => `  ${person}: ${why}`)];
}

import type { Appearance, EnrolView, RingBin } from '../../contract/ipc.ts';
import type { Observation } from '../../contract/observation.ts';
import type { Preview } from '../../contract/worker-messages.ts';
import { beginEnrolment, type Enrolment, enrolledVectors, enrolObservation } from '../../identity/enrolment.ts';
import { ringPlace } from '../../identity/pose-ring.ts';
import type { Template } from '../../identity/template.ts';

/** Whose face is being enrolled, and how far it is. */
export interface EnrolDesk {
  readonly personId: string;
  readonly personName: string;
  readonly appearance: Appearance;
  readonly progress:
    | { readonly kind: 'waiting'; readonly hint: string }
    | {
        readonly kind: 'under-way';
        readonly enrolment: Enrolment;
        readonly facing: number | undefined;
        readonly preview: Preview | undefined;
      }
    | { readonly kind: 'complete'; readonly enrolment: Enrolment }
    | { readonly kind: 'stopped'; readonly sentence: string };
  /** When a bin was last filled, on the monotonic clock. */
  readonly movedOnAtMs: number;
}

/** An enrolment nobody goes on with for this long is left, so that an open screen can lock itself again. */
export const abandonedAfterMs = 180_000;
const abandonedSentence = 'Setting up the face stopped after three minutes without progress. Nothing of it was saved.';

export function waitForCamera(personId: string, personName: string, appearance: Appearance, nowMs: number): EnrolDesk {
  return { personId, personName, appearance, progress: { kind: 'waiting', hint: 'Getting the camera ready' }, movedOnAtMs: nowMs };
}

export function startEnrolling(desk: EnrolDesk, model: string, nowMs: number): EnrolDesk {
  const progress = { kind: 'under-way', enrolment: beginEnrolment(model), facing: undefined, preview: undefined } as const;
  return { ...desk, progress, movedOnAtMs: nowMs };
}

export function stopEnrolling(desk: EnrolDesk, sentence: string): EnrolDesk {
  return { ...desk, progress: { kind: 'stopped', sentence } };
}

/** Takes in one observation and its picture. */
export function observeEnrolment(desk: EnrolDesk, observation: Observation, preview: Preview | undefined, nowMs: number): EnrolDesk {
  if (desk.progress.kind !== 'under-way') return desk;
  const enrolment = enrolObservation(desk.progress.enrolment, observation);
  const movedOnAtMs = countFilled(enrolment) > countFilled(desk.progress.enrolment) ? nowMs : desk.movedOnAtMs;
  if (enrolment.phase === 'complete') return { ...desk, progress: { kind: 'complete', enrolment }, movedOnAtMs };
  return { ...desk, progress: { kind: 'under-way', enrolment, facing: facingBin(enrolment, observation), preview }, movedOnAtMs };
}

/** The templates of a complete enrolment; none otherwise. */
export function enrolledTemplates(desk: EnrolDesk, newId: () => string, wallMs: number): Template[] {
  if (desk.progress.kind !== 'complete') return [];
  const { enrolment } = desk.progress;
  return enrolledVectors(enrolment).map(({ vector, yawDeg, pitchDeg }) => ({
    id: newId(),
    origin: 'enrolled',
    model: enrolment.model,
    vector,
    yawDeg,
    pitchDeg,
    createdAtMs: wallMs,
  }));
}

/** Why it was left at `abandonedAfterMs`; nothing to say of one that was complete. */
export function abandonedBecause({ progress }: EnrolDesk): string | undefined {
  return progress.kind === 'complete' ? undefined : abandonedSentence;
}

/** What the window shows of it. */
export function enrolView(desk: EnrolDesk): Omit<EnrolView, 'seats'> {
  const { progress, personName, appearance } = desk;
  const common = { kind: 'enrol', personName, appearance, facing: undefined, preview: undefined } as const;
  switch (progress.kind) {
    case 'waiting':
      return { ...common, phase: 'face-forward', bins: [], hint: progress.hint };
    case 'under-way': {
      const { enrolment, facing, preview } = progress;
      return { ...common, phase: enrolment.phase, bins: ringBins(enrolment), hint: enrolment.hint, facing, preview };
    }
    case 'complete':
      return { ...common, phase: 'complete', bins: ringBins(progress.enrolment), hint: 'Facelatch knows your face now.' };
    case 'stopped':
      return { ...common, phase: 'stopped', bins: [], hint: progress.sentence };
  }
}

/** Identity measures angles in the camera's picture, from image right over down; the window draws a mirror, from up clockwise. */
function ringBins(enrolment: Enrolment): RingBin[] {
  return enrolment.bins.map(({ angleDeg, filledFirst, filledSecond }) => ({
    angleDeg: (270 - angleDeg + 360) % 360,
    filledFirst,
    filledSecond,
  }));
}

function facingBin(enrolment: Enrolment, observation: Observation): number | undefined {
  if (enrolment.rest === undefined || observation.kind !== 'face') return undefined;
  const place = ringPlace(observation.pose, enrolment.rest);
  return place.kind === 'bin' ? place.bin : undefined;
}

function countFilled(enrolment: Enrolment): number {
  return enrolment.forward.length + enrolment.bins.reduce((sum, bin) => sum + Number(bin.filledFirst) + Number(bin.filledSecond), 0);
}

import { FrameRegistrar } from '../../capture/registered-frames.ts';
import type { Observation } from '../../contract/observation.ts';
import type { IdentityNetwork } from '../../vision/embed.ts';
import type { FaceFinders } from '../../vision/recognise.ts';
import { Progress } from '../console.ts';
import { observeFrames } from './observe.ts';
import type { Sample, Taken } from './samples.ts';
import type { SessionSet } from './sessions.ts';
import { takeFace } from './take-face.ts';

export type RecordingSamples =
  | { readonly kind: 'embedded'; readonly samples: readonly Sample[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Recognition alone: every frame of everybody, near or far, dark or flat, as each network sees the face in it. Reads each frame once. */
export async function framesAlone(
  finders: FaceFinders,
  identities: readonly IdentityNetwork[],
  set: SessionSet,
): Promise<RecordingSamples> {
  const samples: Sample[] = [];
  const registrar = new FrameRegistrar();
  const progress = new Progress('embedding', sessionCount(set));
  for (const { name, use, session } of sessionsOf(set)) {
    let frame = 0;
    for await (const read of session.frames()) {
      if (read.kind === 'failed') return read;
      const { calibration, color, depthMm } = registrar.register(read.frame);
      const picture = { width: calibration.color.width, height: calibration.color.height, rgba: color };
      const taken = await takeFace(finders, identities, picture, () => depthMm);
      samples.push({ name, use, source: `${session.path} ${++frame}`, taken });
    }
    progress.step();
  }
  return { kind: 'embedded', samples };
}

/** Every frame of everybody as the lock sees it: one that is poor, flat or shows nobody has no vector. A pass over the frames for each network. */
export async function framesThroughGates(
  finders: FaceFinders,
  identities: readonly IdentityNetwork[],
  set: SessionSet,
): Promise<RecordingSamples> {
  const samples: Sample[] = [];
  const progress = new Progress('looking', sessionCount(set));
  for (const { name, use, session } of sessionsOf(set)) {
    const columns: Taken[][] = [];
    for (const identity of identities) {
      const seen = await observeFrames({ ...finders, identity }, session.frames(), use === 'enrol' ? 'enrol' : 'unlock');
      if (seen.kind === 'failed') return seen;
      columns.push(seen.observations.map(throughGates));
    }
    for (const frame of (columns[0] ?? []).keys()) {
      const taken = columns.map((column) => column[frame] as Taken);
      samples.push({ name, use, source: `${session.path} ${frame + 1}`, taken });
    }
    progress.step();
  }
  return { kind: 'embedded', samples };
}

function throughGates(observation: Observation): Taken {
  if (observation.kind === 'no-face') return { kind: 'none', reason: 'no-face' };
  const { quality, liveness, embedding } = observation;
  if (quality.kind === 'poor') return { kind: 'none', reason: quality.fault };
  if (liveness.kind !== 'live') return { kind: 'none', reason: 'not-live' };
  return embedding === undefined ? { kind: 'none', reason: 'unreadable' } : { kind: 'vector', vector: embedding };
}

function sessionsOf({ people }: SessionSet) {
  return people.flatMap(({ name, enrol, probe }) => [
    ...enrol.map((session) => ({ name, use: 'enrol' as const, session })),
    ...probe.map((session) => ({ name, use: 'probe' as const, session })),
  ]);
}

function sessionCount({ people }: SessionSet): number {
  return people.reduce((sum, { enrol, probe }) => sum + enrol.length + probe.length, 0);
}

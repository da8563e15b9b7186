import type { ReadFrame } from '../../capture/recording/reader.ts';
import type { CapturePurpose } from '../../contract/camera.ts';
import type { Observation } from '../../contract/observation.ts';
import { judgeCues } from '../../vision/liveness.ts';
import { livenessCueNames } from '../../vision/liveness-cues.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';
import type { ObservationFile } from './observation-file.ts';
import { type Observed, observeFrames } from './observe.ts';

/** What the file knows of a recording, judged by the scorecard of today; or the recording through vision, which the file then knows. */
export async function observeOnce(
  key: string,
  frames: AsyncIterable<ReadFrame>,
  networks: FaceNetworks,
  file: ObservationFile,
  purpose: CapturePurpose,
): Promise<Observed> {
  const known = file.known.get(key);
  if (known !== undefined) return { kind: 'observed', observations: known.map(judgedAnew) };
  const seen = await observeFrames(networks, frames, purpose);
  if (seen.kind === 'observed') await file.add(key, seen.observations);
  return seen;
}

/** Cues do not change when weights do. JSON has no NaN: what could not be measured comes back as null. */
function judgedAnew(observation: Observation): Observation {
  if (observation.kind === 'no-face' || observation.liveness.kind === 'unknown') return observation;
  const values: ReadonlyMap<string, number | null> = new Map(observation.liveness.cues.map(({ name, value }) => [name, value]));
  const cues = Object.fromEntries(livenessCueNames.map((name) => [name, values.get(name) ?? Number.NaN]));
  return { ...observation, liveness: judgeCues(cues as Parameters<typeof judgeCues>[0]) };
}

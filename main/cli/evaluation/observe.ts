import type { ReadFrame } from '../../capture/recording/reader.ts';
import type { CapturePurpose } from '../../contract/camera.ts';
import type { Observation } from '../../contract/observation.ts';
import { AnyLight, type LightTracking } from '../../vision/any-light.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';

export type Observed =
  | { readonly kind: 'observed'; readonly observations: readonly Observation[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Frames one after another through the whole of vision, as a look of this purpose sees them. Ends at the first frame that cannot be read. */
export async function observeFrames(networks: FaceNetworks, frames: AsyncIterable<ReadFrame>, purpose: CapturePurpose): Promise<Observed> {
  const observations: Observation[] = [];
  const light = new AnyLight(networks);
  let tracking: LightTracking | undefined;
  for await (const read of frames) {
    if (read.kind === 'failed') return read;
    const result = await light.observe(read.frame, purpose, tracking);
    tracking = result.tracking;
    observations.push(result.observation);
  }
  return { kind: 'observed', observations };
}

/** Milliseconds between the frames of a replayed look; what the camera's own clock would show hardly matters to a decision. */
const framePeriodMs = 100;

/** The same observations as if they came once more, `round` rounds later: a camera that goes on seeing the same thing. */
export function inRound(observations: readonly Observation[], round: number): Observation[] {
  return observations.map((observation, index) => {
    const sequence = round * observations.length + index;
    return { ...observation, stamp: { sequence, capturedAtMs: (sequence + 1) * framePeriodMs } };
  });
}

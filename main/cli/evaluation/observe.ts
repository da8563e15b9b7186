import { openRecording, type Recording, readFrameAt } from '../../capture/recording/reader.ts';
import { FrameRegistrar } from '../../capture/registered-frames.ts';
import type { Observation } from '../../contract/observation.ts';
import { observeFrame, type Tracking, untimed } from '../../vision/pipeline.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';

export type Observed =
  | { readonly kind: 'observed'; readonly observations: readonly Observation[] }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Every frame of a recording through the whole of vision, in order. Ends at the first frame that cannot be read. */
export async function observeRecording(networks: FaceNetworks, recording: Recording): Promise<Observed> {
  const observations: Observation[] = [];
  const registrar = new FrameRegistrar();
  let tracking: Tracking | undefined;
  for (let index = 0; index < recording.pairs.length; index++) {
    const read = await readFrameAt(recording, index);
    if (read.kind === 'failed') return read;
    const result = await observeFrame(networks, registrar.register(read.frame), tracking, untimed);
    tracking = result.tracking;
    observations.push(result.observation);
  }
  return { kind: 'observed', observations };
}

/** Opens a folder and observes it. */
export async function observeFolder(networks: FaceNetworks, folder: string): Promise<Observed> {
  const opened = await openRecording(folder);
  return opened.kind === 'failed' ? opened : observeRecording(networks, opened.recording);
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

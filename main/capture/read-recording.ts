import { type CaptureOptions, openniOf } from './open-camera.ts';
import { readOni } from './openni2/oni-recording.ts';
import { type ReadFrame, readRecording } from './recording/reader.ts';

/**
 * All frames of a recording, one after another and as fast as they are asked for: of a TUM RGB-D folder, or of an `.oni` file through
 * OpenNI. Ends after the first failure, which is a sentence that names the file.
 */
export async function* readAnyRecording(path: string, options: CaptureOptions): AsyncGenerator<ReadFrame> {
  if (!path.endsWith('.oni')) {
    yield* readRecording(path);
    return;
  }
  const openni = await openniOf(options);
  if (openni.kind === 'absent') {
    yield { kind: 'failed', sentence: `${path} needs OpenNI 2 to play. ${openni.sentence}` };
    return;
  }
  yield* readOni(openni.addon, path);
}

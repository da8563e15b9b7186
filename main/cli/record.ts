import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { DepthCamera } from '../capture/depth-camera.ts';
import { openCamera } from '../capture/open-camera.ts';
import { createRecording, type RecordingWriter } from '../capture/recording/writer.ts';
import { monotonicNowMs } from '../contract/monotonic.ts';
import { exitCode, printLine, refuse } from './console.ts';
import { findModelsDir } from './models-dir.ts';

const usage = 'usage: facelatch record --camera ID --out DIR --seconds N';
const longestSeconds = 3600;

/** Writes what a camera sees as a TUM RGB-D recording with its calibration. Exits with 0 when done, 2 for bad input or a camera that failed. */
export async function record(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { camera: { type: 'string' }, out: { type: 'string' }, seconds: { type: 'string' } } });
  const { camera: id, out } = values;
  const seconds = Number(values.seconds);
  if (id === undefined || out === undefined || values.seconds === undefined) return refuse(usage);
  if (!(seconds > 0 && seconds <= longestSeconds)) return refuse(`--seconds is a number from just above 0 to ${longestSeconds}.`);
  const opened = await openCamera(id, { modelsDir: findModelsDir() });
  if (opened.kind === 'failed') return refuse(opened.sentence);
  const { camera } = opened;
  if (camera.calibration.kind === 'absent') return refuse(camera.calibration.sentence);
  const created = await createRecording(out, camera.calibration.calibration);
  if (created.kind === 'failed') return refuse(created.sentence);
  const failure = await writeFrames(camera, created.writer, seconds * 1000);
  if (failure !== undefined) return refuse(failure);
  printLine(`${created.writer.frames} frames in ${out}`);
  return created.writer.frames > 0 ? exitCode.positive : exitCode.negative;
}

/**
 * Writes the newest frame whenever there is one, for so long; gives a sentence when the camera or the disk failed. Frames that come while one
 * is written are dropped.
 */
async function writeFrames(camera: DepthCamera, writer: RecordingWriter, durationMs: number): Promise<string | undefined> {
  let failure: string | undefined;
  let writing: Promise<void> | undefined;
  const untilMs = monotonicNowMs() + durationMs;
  const writeNewest = async (): Promise<void> => {
    for (let frame = camera.takeFrame(); frame !== undefined && monotonicNowMs() < untilMs; frame = camera.takeFrame()) {
      const written = await writer.write(frame);
      if (written.kind === 'written') continue;
      failure = written.sentence;
      return;
    }
  };
  const started = await camera.start(
    { purpose: 'enrol' },
    {
      onFrame: () => {
        writing ??= writeNewest().finally(() => {
          writing = undefined;
        });
      },
      onState: (state) => {
        if (state.kind === 'lost' || state.kind === 'absent') failure = state.sentence;
      },
    },
  );
  if (started.kind === 'failed') return started.sentence;
  while (failure === undefined && monotonicNowMs() < untilMs) await sleep(20);
  await camera.stop();
  await writing;
  return failure;
}

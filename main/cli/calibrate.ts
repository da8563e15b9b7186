import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { DepthCamera } from '../capture/depth-camera.ts';
import { openCamera } from '../capture/open-camera.ts';
import { readAnyRecording } from '../capture/read-recording.ts';
import type { ReadFrame } from '../capture/recording/reader.ts';
import { isRegistered } from '../contract/frame.ts';
import { monotonicNowMs } from '../contract/monotonic.ts';
import { type Correspondence, refineCalibration } from '../geometry/calibration-refinement.ts';
import { FaceCorrespondences } from '../vision/face-correspondences.ts';
import { loadFaceNetworks } from '../vision/load-networks.ts';
import { exitCode, printJson, printLine, refuse } from './console.ts';
import { findModelsDir } from './models-dir.ts';

const usage = 'usage: facelatch calibrate --camera ID|recording:PATH --out FILE.json [--seconds N] [--json]';
const longestSeconds = 120;
const recordingPrefix = 'recording:';

/**
 * Refines how a camera's depth lies on its colour picture, from one face that both its colour and its infrared show while it moves nearer and farther;
 * writes a `calibration.json`. A recording is read once to its end. Exits with 0 when done, 1 when the face did not tell, 2 for bad
 * input or a camera that has nothing to refine.
 */
export async function calibrate(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      camera: { type: 'string' },
      out: { type: 'string' },
      seconds: { type: 'string', default: '15' },
      json: { type: 'boolean', default: false },
    },
  });
  const { camera: id, out } = values;
  const seconds = Number(values.seconds);
  if (id === undefined || out === undefined) return refuse(usage);
  if (!(seconds > 0 && seconds <= longestSeconds)) return refuse(`--seconds is a number from just above 0 to ${longestSeconds}.`);
  const modelsDir = findModelsDir();
  const opened = await openCamera(id, { modelsDir });
  if (opened.kind === 'failed') return refuse(opened.sentence);
  const { camera } = opened;
  if (camera.calibration.kind === 'absent') return refuse(camera.calibration.sentence);
  const { calibration } = camera.calibration;
  if (isRegistered(calibration)) return refuse(`${camera.description.label} puts depth onto colour itself; there is nothing to calibrate.`);
  if (!camera.hasInfrared) return refuse(`${camera.description.label} gives no infrared, which lies on depth and shows the face there.`);
  const loading = await loadFaceNetworks(modelsDir, 2);
  if (loading.kind === 'refused') return refuse(loading.sentence);

  const frames = id.startsWith(recordingPrefix)
    ? readAnyRecording(id.slice(recordingPrefix.length), { modelsDir })
    : liveFrames(camera, seconds * 1000);
  const faces = new FaceCorrespondences(loading.networks);
  const points: Correspondence[] = [];
  let framesWithFace = 0;
  for await (const read of frames) {
    if (read.kind === 'failed') return refuse(read.sentence);
    const found = await faces.of(read.frame);
    if (found.length > 0) framesWithFace++;
    points.push(...found);
  }
  const result = refineCalibration(calibration, points);
  if (result.kind === 'failed') {
    if (values.json)
      printJson({ command: 'calibrate', result: 'failed', frames: framesWithFace, points: points.length, reason: result.sentence });
    else printLine(result.sentence);
    return exitCode.negative;
  }
  try {
    await writeFile(out, `${JSON.stringify(result.calibration, undefined, 2)}\n`);
  } catch (error) {
    return refuse(`${out} cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const { medianErrorBeforePx, medianErrorPx } = result;
  if (values.json) {
    printJson({
      command: 'calibrate',
      result: 'refined',
      frames: framesWithFace,
      points: points.length,
      medianErrorBeforePx,
      medianErrorPx,
      out,
    });
    return exitCode.positive;
  }
  printLine(`${points.length} points of the face in ${framesWithFace} frames`);
  printLine(`median reprojection error: ${medianErrorBeforePx.toFixed(2)} px before, ${medianErrorPx.toFixed(2)} px after`);
  printLine(`written to ${out}`);
  return exitCode.positive;
}

/** The newest frame whenever the reader is ready for one, for so long. Ends early, with a sentence, when the camera is lost. */
async function* liveFrames(camera: DepthCamera, durationMs: number): AsyncGenerator<ReadFrame> {
  const lost: string[] = [];
  const started = await camera.start(
    { purpose: 'enrol' },
    {
      onFrame: () => {},
      onState: (state) => {
        if (state.kind === 'lost' || state.kind === 'absent') lost.push(state.sentence);
      },
    },
  );
  if (started.kind === 'failed') {
    yield started;
    return;
  }
  try {
    for (const untilMs = monotonicNowMs() + durationMs; monotonicNowMs() < untilMs; ) {
      const [sentence] = lost;
      if (sentence !== undefined) {
        yield { kind: 'failed', sentence };
        return;
      }
      const frame = camera.takeFrame();
      if (frame === undefined) await sleep(10);
      else yield { kind: 'frame', frame };
    }
  } finally {
    await camera.stop();
  }
}

import { readFile } from 'node:fs/promises';
import type { Calibration } from '../../contract/frame.ts';
import { monotonicNowMs } from '../../contract/monotonic.ts';
import type { CameraCalibration } from '../depth-camera.ts';
import { FrameRing } from '../frame-ring.ts';
import { parseCalibration } from '../recording/calibration-file.ts';
import type { ReadFrame } from '../recording/reader.ts';
import type { OpenniAddon, OpenniInfo } from './addon.ts';
import { checkOniFile } from './oni-file.ts';
import { calibrationOf } from './openni2-camera.ts';

/** A readable recording gives its next frame sooner than this, on the slowest disk. */
const longestWaitMs = 5000;

export type OpenedOni =
  | { readonly kind: 'opened'; readonly info: OpenniInfo; readonly calibration: Calibration }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Looks into an `.oni` recording, and at the `NAME.calibration.json` beside it where there is one. Fails with a sentence that names the file. */
export async function inspectOni(addon: OpenniAddon, file: string): Promise<OpenedOni> {
  const whole = await checkOniFile(file);
  if (whole.kind === 'failed') return whole;
  const opened = await addon.open(file);
  if (opened.kind === 'failed') return { kind: 'failed', sentence: `${file} cannot be played: ${opened.reason}.` };
  await opened.session.stop();
  const calibration = await calibrationBeside(file, opened.info);
  if (calibration.kind === 'absent') return { kind: 'failed', sentence: `${file}: ${calibration.sentence}` };
  const mismatch = sizeMismatch(opened.info, calibration.calibration);
  if (mismatch !== undefined) return { kind: 'failed', sentence: `${file} ${mismatch}` };
  return { kind: 'opened', info: opened.info, calibration: calibration.calibration };
}

async function calibrationBeside(file: string, info: OpenniInfo): Promise<CameraCalibration> {
  const beside = file.replace(/\.oni$/, '.calibration.json');
  let text: string;
  try {
    text = await readFile(beside, 'utf8');
  } catch {
    return calibrationOf(info);
  }
  const parsed = parseCalibration(text, beside);
  if (parsed.kind === 'failed') return { kind: 'absent', sentence: parsed.sentence };
  return { kind: 'known', source: 'recorded', calibration: { ...parsed.calibration, depthScaleMm: 1 } };
}

/**
 * All frames of an `.oni` recording, each once, as fast as they are asked for, stamped with the recording's own time. Ends after the first
 * failure, with a sentence that names the file.
 */
export async function* readOni(addon: OpenniAddon, file: string): AsyncGenerator<ReadFrame> {
  const inspected = await inspectOni(addon, file);
  if (inspected.kind === 'failed') {
    yield inspected;
    return;
  }
  const opened = await addon.open(file);
  if (opened.kind === 'failed') {
    yield { kind: 'failed', sentence: `${file} cannot be played: ${opened.reason}.` };
    return;
  }
  const { session } = opened;
  const ring = new FrameRing([inspected.calibration]);
  const events: { event: 'frame' | 'lost' | 'ended'; reason: string }[] = [];
  let wake = (): void => {};
  try {
    session.start(ring, monotonicNowMs(), true, (event, reason) => {
      events.push({ event, reason });
      wake();
    });
    for (;;) {
      if (events.length === 0) await withTimeout(new Promise<void>((resolve) => (wake = resolve)), longestWaitMs);
      const next = events.shift();
      if (next === undefined) {
        yield { kind: 'failed', sentence: `${file} gives no more frames: it is damaged or truncated.` };
        return;
      }
      if (next.event === 'ended') return;
      if (next.event === 'lost') {
        yield { kind: 'failed', sentence: `${file} cannot be played: ${next.reason}.` };
        return;
      }
      const frame = ring.take();
      if (frame === undefined) continue;
      const { color, depthMm, infrared, ...rest } = frame;
      yield {
        kind: 'frame',
        frame: { ...rest, color: color.slice(), depthMm: depthMm.slice(), ...(infrared !== undefined && { infrared: infrared.slice() }) },
      };
      session.next();
    }
  } finally {
    await session.stop();
  }
}

/** What does not fit between a recording and the calibration given for it. */
function sizeMismatch({ color, depth }: OpenniInfo, calibration: Calibration): string | undefined {
  for (const [name, picture, expected] of [
    ['colour', color, calibration.color],
    ['depth', depth, calibration.depth],
  ] as const) {
    if (picture.width !== expected.width || picture.height !== expected.height) {
      return `has ${name} of ${picture.width}x${picture.height} pixels, but its calibration says ${expected.width}x${expected.height}.`;
    }
  }
  return undefined;
}

async function withTimeout(event: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([event, timeout]);
  clearTimeout(timer);
}

import { performance } from 'node:perf_hooks';
import { FrameRing } from '../capture/frame-ring.ts';
import { typicalKinect2Calibration } from '../capture/kinect2/kinect2-camera.ts';
import { DepthRegistration } from '../geometry/registration.ts';

/** Median and tail of a list of durations. */
export interface Timing {
  readonly n: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** `cpuMs`: median of this process's own processor time, which other programs' load does not lengthen. */
export interface CpuTiming extends Timing {
  readonly cpuMs: number;
}

export type CaptureStage = 'register' | 'copy-frame';

const warmUpFrames = 20;
const measuredFrames = 200;

/**
 * What a frame of a Kinect v2 costs before vision sees it: `register` maps 512x424 depth onto the 1920x1080 colour image, `copy-frame` copies the
 * RGBA picture (8.3 MB) into the frame ring and hands it over. On a made scene with a reading in every pixel, which is the dearest case.
 */
export function timeCapture(): Readonly<Record<CaptureStage, CpuTiming>> {
  const calibration = typicalKinect2Calibration;
  const registration = new DepthRegistration(calibration);
  const ring = new FrameRing([calibration]);
  const depthMm = headBeforeWall();
  const color = new Uint8Array(calibration.color.width * calibration.color.height * 4).fill(128);
  let sequence = 0;
  return {
    register: timeRounds(() => void registration.register(depthMm)),
    'copy-frame': timeRounds(() => {
      ring.writeSlot().color.set(color);
      ring.commit({ format: 0, sequence, capturedAtMs: sequence, hasInfrared: false });
      sequence += 1;
    }),
  };
}

/** Median and 95th percentile. */
export function timingOf(durationsMs: readonly number[]): Timing {
  return { n: durationsMs.length, p50Ms: percentile(durationsMs, 0.5), p95Ms: percentile(durationsMs, 0.95) };
}

/** A ball of a head's size 0.7 m away before a slanted wall, with 3 mm of ripple in place of noise. */
function headBeforeWall(): Uint16Array {
  const { width, height, fx, fy, cx, cy } = typicalKinect2Calibration.depth;
  return Uint16Array.from({ length: width * height }, (_, pixel) => {
    const column = pixel % width;
    const row = Math.floor(pixel / width);
    const offMm = 700 * Math.hypot((column - cx) / fx, (row - cy) / fy);
    const surfaceMm = offMm < 100 ? 800 - Math.sqrt(100 ** 2 - offMm ** 2) : 1500 + column;
    return surfaceMm + ((pixel * 7919) % 4);
  });
}

function timeRounds(work: () => void): CpuTiming {
  const wallMs: number[] = [];
  const cpuMs: number[] = [];
  for (let round = 0; round < warmUpFrames + measuredFrames; round++) {
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    work();
    const elapsedMs = performance.now() - started;
    const { user, system } = process.cpuUsage(cpuBefore);
    if (round < warmUpFrames) continue;
    wallMs.push(elapsedMs);
    cpuMs.push((user + system) / 1000);
  }
  return { ...timingOf(wallMs), cpuMs: percentile(cpuMs, 0.5) };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((p, q) => p - q);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

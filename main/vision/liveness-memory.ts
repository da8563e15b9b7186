import type { RegisteredDepth } from './face-depth.ts';
import type { FaceRelief } from './face-relief.ts';
import { type Landmarks, landmarkPoint } from './landmarks.ts';

/** Readings of the face in one frame, on a grid fixed to the picture: two frames of a sensor never read alike. */
export interface FaceReadings {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  readonly depthMm: Uint16Array;
}

/** What liveness remembers of a look: readings of the last frames, newest last, and the last frame's relief. */
export interface LivenessMemory {
  readonly readings: readonly FaceReadings[];
  readonly relief: FaceRelief;
}

/** Frames remembered, at about 8 kB each: a loop of injected frames that is shorter shows before it comes to three matches that are not its own. */
const rememberedFrames = 8;
/** Every so many pixels of the picture, in both directions; fixed to the picture, so that the same frame gives the same readings. */
const stepPx = 3;
/** With fewer shared readings two frames show the face in different places. */
const leastShared = 60;

/** The memory with one more frame in it. */
export function remember(memory: LivenessMemory | undefined, relief: FaceRelief, readings: FaceReadings): LivenessMemory {
  return { relief, readings: [...(memory?.readings ?? []), readings].slice(-rememberedFrames) };
}

/** Reads the face's box out of a frame. */
export function readFace(landmarks: Landmarks, { depthMm, intrinsics }: RegisteredDepth): FaceReadings {
  const box = surfaceBox(landmarks);
  const left = stepPx * Math.ceil(Math.max(0, box.left) / stepPx);
  const top = stepPx * Math.ceil(Math.max(0, box.top) / stepPx);
  const columns = Math.max(0, Math.floor((Math.min(intrinsics.width - 1, box.right) - left) / stepPx) + 1);
  const rows = Math.max(0, Math.floor((Math.min(intrinsics.height - 1, box.bottom) - top) / stepPx) + 1);
  const values = new Uint16Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      values[row * columns + column] = depthMm[(top + row * stepPx) * intrinsics.width + left + column * stepPx] as number;
  }
  return { left, top, columns, rows, depthMm: values };
}

/**
 * Largest share of this frame's readings that an earlier frame of the look has to the millimetre at the same pixel, 0 to 1. Noise makes it
 * far less than 1 for any sensor before anybody; 0 for the first frame.
 */
export function repeatedShare(memory: LivenessMemory | undefined, readings: FaceReadings): number {
  let largest = 0;
  for (const earlier of memory?.readings ?? []) largest = Math.max(largest, sharedReadings(earlier, readings));
  return largest;
}

function sharedReadings(p: FaceReadings, q: FaceReadings): number {
  const left = Math.max(p.left, q.left);
  const top = Math.max(p.top, q.top);
  const right = Math.min(p.left + p.columns * stepPx, q.left + q.columns * stepPx);
  const bottom = Math.min(p.top + p.rows * stepPx, q.top + q.rows * stepPx);
  let measured = 0;
  let same = 0;
  for (let y = top; y < bottom; y += stepPx) {
    const rowP = ((y - p.top) / stepPx) * p.columns - p.left / stepPx;
    const rowQ = ((y - q.top) / stepPx) * q.columns - q.left / stepPx;
    for (let x = left; x < right; x += stepPx) {
      const a = p.depthMm[rowP + x / stepPx] as number;
      if (a === 0) continue;
      measured++;
      if (a === q.depthMm[rowQ + x / stepPx]) same++;
    }
  }
  return measured < leastShared ? 0 : same / measured;
}

function surfaceBox(landmarks: Landmarks): { left: number; top: number; right: number; bottom: number } {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < landmarks.points.length / 3; i++) {
    const { x, y } = landmarkPoint(landmarks, i);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

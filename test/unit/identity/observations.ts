import { vectorLengths } from '../../../main/contract/identity-model.ts';
import type { HeadPose, Observation } from '../../../main/contract/observation.ts';

export type FaceObservation = Extract<Observation, { kind: 'face' }>;

/** A made-up unit vector for person `seed`, moved by up to `spread` in a direction that `variant` chooses. No vector of anybody. */
export function vectorOf(seed: number, variant = 0, spread = 0): Float32Array {
  const values = Float32Array.from(
    { length: vectorLengths.sface },
    (_, index) => noise(seed, index) + spread * noise(1000 + variant, index),
  );
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function noise(seed: number, index: number): number {
  const value = Math.sin(seed * 127.1 + index * 311.7) * 43758.5453;
  return (value - Math.floor(value)) * 2 - 1;
}

/** A good, living, attentive face; `changes` makes it anything else. */
export function faceObservation(capturedAtMs: number, changes: Partial<Omit<FaceObservation, 'kind' | 'stamp'>> = {}): FaceObservation {
  return {
    kind: 'face',
    stamp: { sequence: Math.round(capturedAtMs), capturedAtMs },
    box: { left: 200, top: 150, width: 160, height: 160 },
    faces: 1,
    pose: { yawDeg: 0, pitchDeg: 0, rollDeg: 0 },
    distanceMm: 600,
    quality: { kind: 'good' },
    liveness: { kind: 'live', score: 0.9, cues: [] },
    attention: { kind: 'attentive', leftBlink: 0, rightBlink: 0, gazeDeg: 3 },
    embedding: vectorOf(1),
    ...changes,
  };
}

export function pose(yawDeg: number, pitchDeg: number): HeadPose {
  return { yawDeg, pitchDeg, rollDeg: 0 };
}

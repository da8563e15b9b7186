import { describe, expect, test } from 'vitest';
import { galleryOfAll, measureLook } from '../../../main/cli/evaluation/replay.ts';
import type { Observation } from '../../../main/contract/observation.ts';
import { thresholdsOf } from '../../../main/identity/thresholds.ts';
import { faceObservation, pose, vectorOf } from '../identity/observations.ts';

const model = 'rgbd';
const nobody: Observation = { kind: 'no-face', stamp: { sequence: 0, capturedAtMs: 0 } };

/** A face that was seen too badly for a vector. */
function withoutVector(): Observation {
  const { embedding: _none, ...rest } = faceObservation(200);
  return rest;
}

describe('a network without thresholds', () => {
  const circle = [
    nobody,
    faceObservation(100, { embedding: vectorOf(1), pose: pose(20, 0) }),
    withoutVector(),
    faceObservation(300, { embedding: vectorOf(1, 1, 0.3), pose: pose(0, -10) }),
  ];

  test('keeps every vector of a registration, with the pose it was taken at', () => {
    expect(thresholdsOf(model)).toBeUndefined();
    const { personId, templates } = galleryOfAll('ada', circle, model);
    expect(personId).toBe('ada');
    expect(templates.map(({ yawDeg, pitchDeg }) => [yawDeg, pitchDeg])).toEqual([
      [20, 0],
      [0, -10],
    ]);
    expect(templates.map(({ vector }) => vector)).toEqual([vectorOf(1), vectorOf(1, 1, 0.3)]);
    expect(templates.every((template) => template.model === model)).toBe(true);
  });

  test('refuses everybody, the owner too, and says how near they came', () => {
    const gallery = galleryOfAll('ada', circle, model);
    const owner = measureLook([faceObservation(0, { embedding: vectorOf(1) })], gallery, model);
    expect(owner).toEqual({ decision: 'refuse', reason: 'no-threshold', distance: 0, liveness: 0.9, frames: 1 });
    const stranger = measureLook([faceObservation(0, { embedding: vectorOf(2) })], gallery, model);
    expect(stranger.decision).toBe('refuse');
    expect(stranger.distance).toBeGreaterThan(1);
    expect(measureLook([nobody], gallery, model)).toMatchObject({ decision: 'refuse', distance: null });
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headPoseFromAxes } from '../../../main/geometry/head-pose.ts';
import type { Point3 } from '../../../main/geometry/plane.ts';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The face's own directions, first rolled in the image, then pitched, then turned: the order that yaw, pitch and roll are read in. */
function turn(p: Point3, yawDeg: number, pitchDeg: number, rollDeg: number): Point3 {
  const roll = radians(rollDeg);
  const rolled = { x: Math.cos(roll) * p.x - Math.sin(roll) * p.y, y: Math.sin(roll) * p.x + Math.cos(roll) * p.y, z: p.z };
  const pitch = radians(pitchDeg);
  // Looking up: what points at the camera (-z) rises (-y).
  const pitched = {
    x: rolled.x,
    y: Math.cos(pitch) * rolled.y + Math.sin(pitch) * rolled.z,
    z: -Math.sin(pitch) * rolled.y + Math.cos(pitch) * rolled.z,
  };
  const yaw = radians(yawDeg);
  // Turning to image right: what points at the camera (-z) goes to +x.
  return {
    x: Math.cos(yaw) * pitched.x - Math.sin(yaw) * pitched.z,
    y: pitched.y,
    z: Math.sin(yaw) * pitched.x + Math.cos(yaw) * pitched.z,
  };
}

test('a face turned by yaw, pitch and roll reads as turned by them', () => {
  const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
  fc.assert(
    fc.property(angle(75), angle(60), angle(60), (yawDeg, pitchDeg, rollDeg) => {
      const across = turn({ x: 90, y: 0, z: 0 }, yawDeg, pitchDeg, rollDeg);
      const down = turn({ x: 0, y: 70, z: 0 }, yawDeg, pitchDeg, rollDeg);
      const pose = headPoseFromAxes(across, down);
      expect(pose?.yawDeg).toBeCloseTo(yawDeg, 6);
      expect(pose?.pitchDeg).toBeCloseTo(pitchDeg, 6);
      expect(pose?.rollDeg).toBeCloseTo(rollDeg, 6);
    }),
  );
});

test('the nose of a face with positive yaw points to image right, with positive pitch up', () => {
  const nose = turn({ x: 0, y: 0, z: -1 }, 30, 20, 0);
  expect(nose.x).toBeGreaterThan(0.3);
  expect(nose.y).toBeLessThan(-0.3);
});

test('a face without width or height has no pose', () => {
  expect(headPoseFromAxes({ x: 0, y: 0, z: 0 }, { x: 0, y: 1, z: 0 })).toBeUndefined();
  expect(headPoseFromAxes({ x: 1, y: 0, z: 0 }, { x: 2, y: 0, z: 0 })).toBeUndefined();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binAngleDeg, ringBinCount, ringPlace } from '../../../main/identity/pose-ring.ts';
import { pose } from './observations.ts';

const rest = pose(0, 0);

test('a slow circle of the head passes through every bin in order, whatever the resting pose', () => {
  fc.assert(
    fc.property(fc.double({ min: -15, max: 15, noNaN: true }), fc.double({ min: -15, max: 15, noNaN: true }), (yaw0, pitch0) => {
      const seen: number[] = [];
      for (let step = 0; step < 360; step += 2) {
        const angle = (step * Math.PI) / 180;
        const place = ringPlace(pose(yaw0 + 22 * Math.cos(angle), pitch0 - 16 * Math.sin(angle)), pose(yaw0, pitch0));
        if (place.kind !== 'bin') throw new Error(`no bin at ${step} degrees`);
        if (seen.at(-1) !== place.bin) seen.push(place.bin);
      }
      // The circle begins in the middle of bin 0 and ends in it again.
      expect(seen).toEqual([...Array.from({ length: ringBinCount }, (_, bin) => bin), 0]);
    }),
  );
});

test('every pose has exactly one place, and the bin points where the head does', () => {
  const degrees = fc.double({ min: -60, max: 60, noNaN: true });
  fc.assert(
    fc.property(degrees, degrees, (yawDeg, pitchDeg) => {
      const place = ringPlace(pose(yawDeg, pitchDeg), rest);
      if (place.kind !== 'bin') return;
      expect(place.bin).toBeGreaterThanOrEqual(0);
      expect(place.bin).toBeLessThan(ringBinCount);
      const angle = (binAngleDeg(place.bin) * Math.PI) / 180;
      expect(yawDeg * Math.cos(angle) - pitchDeg * Math.sin(angle)).toBeGreaterThan(0);
    }),
  );
});

test('looking ahead is the centre, a profile is outside, and a pose without numbers is no bin', () => {
  expect(ringPlace(pose(2, -3), rest).kind).toBe('centre');
  expect(ringPlace(pose(70, 0), rest).kind).toBe('outside');
  expect(ringPlace(pose(Number.NaN, 0), rest).kind).toBe('outside');
});

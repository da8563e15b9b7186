import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitDepthPlane, heightAbovePlaneMm } from '../../../main/geometry/plane.ts';

const slope = fc.double({ min: -1, max: 1, noNaN: true });

test('points of a tilted sheet lie on the plane fitted to them, and one pushed out stands out by as much', () => {
  fc.assert(
    fc.property(
      slope,
      slope,
      fc.double({ min: 400, max: 1200, noNaN: true }),
      fc.double({ min: 1, max: 40, noNaN: true }),
      (slopeX, slopeY, z0, outMm) => {
        const sheet = [-80, -40, 0, 40, 80].flatMap((x) => [-80, 0, 80].map((y) => ({ x, y, z: z0 + slopeX * x + slopeY * y })));
        const plane = fitDepthPlane(sheet);
        if (plane === undefined) throw new Error('a sheet has a plane');
        expect(plane.residualMm).toBeLessThan(1e-6);
        const length = Math.hypot(1, slopeX, slopeY);
        // Towards the camera, at right angles to the sheet.
        const tip = { x: (outMm * slopeX) / length, y: (outMm * slopeY) / length, z: z0 - outMm / length };
        expect(heightAbovePlaneMm(plane, tip)).toBeCloseTo(outMm, 6);
      },
    ),
  );
});

test('two points or a line have no plane', () => {
  expect(
    fitDepthPlane([
      { x: 0, y: 0, z: 500 },
      { x: 1, y: 1, z: 500 },
    ]),
  ).toBeUndefined();
  expect(fitDepthPlane([0, 10, 20, 30].map((t) => ({ x: t, y: 2 * t, z: 500 + t })))).toBeUndefined();
});

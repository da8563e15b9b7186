import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Calibration, Intrinsics } from '../../../main/contract/frame.ts';
import { registeredCalibration } from '../../../main/geometry/calibration.ts';
import type { Point3 } from '../../../main/geometry/plane.ts';
import { DepthRegistration } from '../../../main/geometry/registration.ts';

/** A Kinect v2 as it leaves the factory, slightly turned, as measured ones are. */
const kinectV2: Calibration = {
  color: { width: 1920, height: 1080, fx: 1081.37, fy: 1081.37, cx: 959.5, cy: 539.5 },
  depth: { width: 512, height: 424, fx: 365.5, fy: 365.5, cx: 257.3, cy: 208.1 },
  depthToColor: { rotation: rotation(0.004, -0.006, 0.003), translationMm: [52, -0.8, 1.2] },
  depthScaleMm: 1,
};

/** Rotation about x, then y, then z, row-major, from radians. */
function rotation(rx: number, ry: number, rz: number): readonly number[] {
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(rx), Math.sin(rx), Math.cos(ry), Math.sin(ry), Math.cos(rz), Math.sin(rz)];
  return [
    cz * cy,
    cz * sy * sx - sz * cx,
    cz * sy * cx + sz * sx,
    sz * cy,
    sz * sy * sx + cz * cx,
    sz * sy * cx - cz * sx,
    -sy,
    cy * sx,
    cy * cx,
  ];
}

/** A scene: how far along a ray (from `origin`, through `direction`, z of the direction 1) the first surface is; 0 for none. Colour-camera mm. */
type Scene = (origin: Point3, direction: Point3) => number;

function sphere(centre: Point3, radiusMm: number): Scene {
  return (origin, direction) => {
    const ox = origin.x - centre.x;
    const oy = origin.y - centre.y;
    const oz = origin.z - centre.z;
    const a = direction.x ** 2 + direction.y ** 2 + direction.z ** 2;
    const b = ox * direction.x + oy * direction.y + oz * direction.z;
    const root = b * b - a * (ox * ox + oy * oy + oz * oz - radiusMm * radiusMm);
    return root < 0 ? 0 : (-b - Math.sqrt(root)) / a;
  };
}

/** The plane z = offset + slopeX x + slopeY y. */
function plane(offsetMm: number, slopeX: number, slopeY: number): Scene {
  return (origin, direction) => {
    const along =
      (offsetMm + slopeX * origin.x + slopeY * origin.y - origin.z) / (direction.z - slopeX * direction.x - slopeY * direction.y);
    return along > 0 ? along : 0;
  };
}

function nearest(...scenes: readonly Scene[]): Scene {
  return (origin, direction) => {
    const distances = scenes.map((scene) => scene(origin, direction)).filter((distance) => distance > 0);
    return distances.length === 0 ? 0 : Math.min(...distances);
  };
}

function rayThrough(u: number, v: number, { fx, fy, cx, cy }: Intrinsics): Point3 {
  return { x: (u - cx) / fx, y: (v - cy) / fy, z: 1 };
}

/** What the depth camera measures, in whole mm along its own axis. */
function renderDepth(scene: Scene, { depth, depthToColor }: Calibration): Uint16Array {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = depthToColor.rotation;
  const [x = 0, y = 0, z = 0] = depthToColor.translationMm;
  const image = new Uint16Array(depth.width * depth.height);
  for (let v = 0; v < depth.height; v += 1) {
    for (let u = 0; u < depth.width; u += 1) {
      const ray = rayThrough(u, v, depth);
      const turned = { x: a * ray.x + b * ray.y + c, y: d * ray.x + e * ray.y + f, z: g * ray.x + h * ray.y + i };
      image[v * depth.width + u] = Math.round(scene({ x, y, z }, turned));
    }
  }
  return image;
}

/** The depth that colour pixel (u, v) shows. */
function trueDepth(scene: Scene, u: number, v: number, color: Intrinsics): number {
  return scene({ x: 0, y: 0, z: 0 }, rayThrough(u, v, color));
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

/** A head-sized ball at 700 mm before a slanted wall. */
const ball = sphere({ x: 40, y: -20, z: 790 }, 95);
const wall = plane(1600, 0.3, -0.1);
const room = nearest(ball, wall);

describe('depth registered on a Kinect v2 colour image', () => {
  const registered = new DepthRegistration(kinectV2).register(renderDepth(room, kinectV2));
  const { color } = kinectV2;
  const at = (u: number, v: number): number => registered[v * color.width + u] ?? 0;

  test('puts the edges of a head within 1.5 pixels of where colour shows them, median', () => {
    const errors: number[] = [];
    const isBall = (mm: number): boolean => mm > 0 && mm < 900;
    for (let v = 0; v < color.height; v += 1) {
      const truth = Array.from({ length: color.width }, (_, u) => isBall(trueDepth(ball, u, v, color)));
      const first = truth.indexOf(true);
      if (first === -1) continue;
      const row = Array.from({ length: color.width }, (_, u) => isBall(at(u, v)));
      if (!row.includes(true)) continue;
      errors.push(Math.abs(row.indexOf(true) - first), Math.abs(row.lastIndexOf(true) - truth.lastIndexOf(true)));
    }
    expect(errors.length).toBeGreaterThan(400);
    console.log(`registration: median silhouette error ${median(errors)} px, ${errors.length} edges`);
    expect(median(errors)).toBeLessThanOrEqual(1.5);
  });

  test('covers what the depth camera saw without cracks and with the right depth', () => {
    const errors: number[] = [];
    let holes = 0;
    // Inside the ball, three depth pixels from its edge.
    const inside = sphere({ x: 40, y: -20, z: 790 }, 85);
    for (let v = 0; v < color.height; v += 1) {
      for (let u = 0; u < color.width; u += 1) {
        if (trueDepth(inside, u, v, color) === 0) continue;
        if (at(u, v) === 0) holes += 1;
        else errors.push(Math.abs(at(u, v) - trueDepth(room, u, v, color)));
      }
    }
    expect(errors.length).toBeGreaterThan(40_000);
    expect(holes).toBe(0);
    expect(median(errors)).toBeLessThanOrEqual(1);
  });

  test('leaves empty what the depth camera could not see behind the head', () => {
    let shadow = 0;
    let invented = 0;
    const depthOrigin = kinectV2.depthToColor.translationMm;
    const origin = { x: depthOrigin[0] ?? 0, y: depthOrigin[1] ?? 0, z: depthOrigin[2] ?? 0 };
    // Slightly larger and smaller balls keep two depth pixels clear of the edges, where either answer is right.
    const larger = sphere({ x: 40, y: -20, z: 790 }, 100);
    const smaller = sphere({ x: 40, y: -20, z: 790 }, 90);
    for (let v = 300; v < 700; v += 1) {
      for (let u = 600; u < 1400; u += 1) {
        if (trueDepth(larger, u, v, color) > 0) continue;
        const far = trueDepth(wall, u, v, color);
        const point = { x: ((u - color.cx) * far) / color.fx, y: ((v - color.cy) * far) / color.fy, z: far };
        const towards = { x: point.x - origin.x, y: point.y - origin.y, z: point.z - origin.z };
        const hit = smaller(origin, towards);
        if (hit <= 0 || hit >= 1) continue;
        shadow += 1;
        if (at(u, v) !== 0) invented += 1;
      }
    }
    expect(shadow).toBeGreaterThan(4_000);
    expect(invented / shadow).toBeLessThan(0.02);
  });
});

describe('registration', () => {
  test('covers any plane before any camera, with its depth', () => {
    const setup = fc.record({
      turns: fc.tuple(
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
      ),
      shiftMm: fc.tuple(
        fc.double({ min: -60, max: 60, noNaN: true }),
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: -10, max: 10, noNaN: true }),
      ),
      scale: fc.double({ min: 0.8, max: 3.5, noNaN: true }),
      offsetMm: fc.double({ min: 500, max: 3000, noNaN: true }),
      slopes: fc.tuple(fc.double({ min: -0.7, max: 0.7, noNaN: true }), fc.double({ min: -0.7, max: 0.7, noNaN: true })),
    });
    fc.assert(
      fc.property(setup, ({ turns, shiftMm, scale, offsetMm, slopes }) => {
        const calibration: Calibration = {
          color: { width: 160, height: 120, fx: 100 * scale, fy: 100 * scale, cx: 79.5, cy: 59.5 },
          depth: { width: 240, height: 200, fx: 100, fy: 100, cx: 119.5, cy: 99.5 },
          depthToColor: { rotation: rotation(...turns), translationMm: shiftMm },
          depthScaleMm: 1,
        };
        const scene = plane(offsetMm, ...slopes);
        const registered = new DepthRegistration(calibration).register(renderDepth(scene, calibration));
        for (let v = 40; v < 80; v += 1) {
          for (let u = 50; u < 110; u += 1) {
            const truth = trueDepth(scene, u, v, calibration.color);
            const value = registered[v * 160 + u] ?? 0;
            // A depth pixel is truth / 100 mm wide; half of it along the slope, and the rounding of both pictures.
            const tolerance = 2 + 0.5 * (truth / 100) * (Math.abs(slopes[0]) + Math.abs(slopes[1]));
            if (Math.abs(value - truth) > tolerance) throw new Error(`pixel ${u}, ${v} has ${value} mm instead of ${truth}`);
          }
        }
      }),
      // Where readings meet on the very middle of a pixel: found by chance, one was left to neither.
      {
        numRuns: 60,
        examples: [
          [{ turns: [-6.772360450213455e-13, 0, 0], shiftMm: [0, 0, 0], scale: 3.4999999999999885, offsetMm: 500, slopes: [0, 0] }],
        ],
      },
    );
  });

  test('changes nothing where depth lies on the colour image already', () => {
    const size = { width: 24, height: 18, fx: 20, fy: 20, cx: 11.5, cy: 8.5 };
    const registration = new DepthRegistration(registeredCalibration({ ...kinectV2, color: size }));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 65534 }), { minLength: 24 * 18, maxLength: 24 * 18 }), (values) => {
        expect([...registration.register(Uint16Array.from(values))]).toEqual(values);
      }),
      { numRuns: 50 },
    );
  });

  test('keeps holes as holes', () => {
    const depth = renderDepth(plane(700, 0, 0), kinectV2);
    // A hole of 9 x 9 depth pixels is about 27 colour pixels wide.
    for (let v = 200; v < 209; v += 1) depth.fill(0, v * 512 + 250, v * 512 + 259);
    const registered = new DepthRegistration(kinectV2).register(depth);
    let empty = 0;
    // Rows and columns of the middle of the image, where the hole must be.
    for (let v = 400; v < 680; v += 1) for (let u = 860; u < 1200; u += 1) if (registered[v * 1920 + u] === 0) empty += 1;
    const area = (9 * (1081.37 / 365.5)) ** 2;
    expect(empty).toBeGreaterThan(area * 0.9);
    expect(empty).toBeLessThan(area * 1.1);
  });

  test('forgets the frame before', () => {
    const registration = new DepthRegistration(kinectV2);
    registration.register(renderDepth(plane(700, 0, 0), kinectV2));
    expect(registration.register(new Uint16Array(512 * 424)).every((value) => value === 0)).toBe(true);
  });

  test('refuses depth of another size', () => {
    expect(() => new DepthRegistration(kinectV2).register(new Uint16Array(10))).toThrow(RangeError);
  });
});

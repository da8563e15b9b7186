import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FaceShape, faceShapeFile, loadFaceShape, readFaceShape } from '../../../main/vision/face-shape.ts';
import { type Landmarks, landmarkCount } from '../../../main/vision/landmarks.ts';
import { depthOfFit, depthOfPhotograph, nominalDistanceMm } from '../../../main/vision/photograph-depth.ts';
import { type FaceFit, fitFaceShape, fittedVertices } from '../../../main/vision/shape-fit.ts';
import { modelsDir } from './frames.ts';

const loading = await loadFaceShape(modelsDir);
if (loading.kind === 'refused') throw new Error(loading.sentence);
const { shape } = loading;
const sizePx = 200;

/** Yaw turns the face to the picture's right, pitch lifts it, roll tilts it clockwise, as in `models/render/camera.py`. */
function faceFit(yawDeg: number, pitchDeg: number, rollDeg: number, change: Partial<FaceFit> = {}): FaceFit {
  const [y, p, r] = [yawDeg, pitchDeg, rollDeg].map((angle) => (angle * Math.PI) / 180) as [number, number, number];
  const turn = [Math.cos(y), 0, -Math.sin(y), 0, 1, 0, Math.sin(y), 0, Math.cos(y)];
  const nod = [1, 0, 0, 0, Math.cos(p), Math.sin(p), 0, -Math.sin(p), Math.cos(p)];
  const tilt = [Math.cos(r), -Math.sin(r), 0, Math.sin(r), Math.cos(r), 0, 0, 0, 1];
  const flip = [1, 0, 0, 0, -1, 0, 0, 0, -1];
  return {
    rotation: Float64Array.from([nod, tilt, flip].reduce(times, turn)),
    scalePxPerMm: 0.9,
    translation: { x: 98, y: 80 },
    identity: new Float64Array(shape.identityMm.length),
    expression: new Float64Array(shape.expressionMm.length),
    residualPx: 0,
    ...change,
  };
}

const times = (m: number[], n: number[]): number[] =>
  Array.from({ length: 9 }, (_, i) =>
    [0, 1, 2].reduce((sum, k) => sum + (m[3 * Math.floor(i / 3) + k] ?? 0) * (n[3 * k + (i % 3)] ?? 0), 0),
  );

/** Landmarks that lie exactly where the fit puts their vertices. */
function landmarksOf(fit: FaceFit, of: FaceShape = shape): Landmarks {
  const vertices = fittedVertices(fit, of);
  const points = new Float32Array(3 * landmarkCount);
  for (const { landmark, vertex } of of.landmarks) points.set(vertices.subarray(3 * vertex, 3 * vertex + 3), 3 * landmark);
  return { points, presence: 1 };
}

function depthOf(landmarks: Landmarks): Uint16Array {
  const depthMm = depthOfPhotograph(landmarks, shape, sizePx, sizePx);
  if (depthMm === undefined) throw new Error('no depth');
  return depthMm;
}

/** Root mean square difference where both have depth, after the median difference is taken away; and the share of `truth` that is covered. */
function compare(truth: Uint16Array, found: Uint16Array): { rmsMm: number; covered: number } {
  const off: number[] = [];
  let drawn = 0;
  for (let i = 0; i < truth.length; i++) {
    const z = truth[i] as number;
    if (z > 0) drawn++;
    if (z > 0 && (found[i] as number) > 0) off.push((found[i] as number) - z);
  }
  off.sort((p, q) => p - q);
  const middle = off[off.length >> 1] ?? Number.NaN;
  const rmsMm = Math.sqrt(off.reduce((sum, value) => sum + (value - middle) ** 2, 0) / off.length);
  return { rmsMm, covered: off.length / drawn };
}

const weight = fc.integer({ min: -150, max: 150 }).map((hundredths) => hundredths / 100);

describe('depth of a photograph', () => {
  test('comes back within 3 mm (root mean square) for any likely face, expression and pose', () => {
    const angle = (most: number): fc.Arbitrary<number> => fc.integer({ min: -most, max: most });
    const faces = fc.record({
      yawDeg: angle(40),
      pitchDeg: angle(20),
      rollDeg: angle(30),
      identity: fc.array(weight, { minLength: 24, maxLength: 24 }),
      jawOpen: fc.integer({ min: 0, max: 60 }),
      smile: fc.integer({ min: 0, max: 80 }),
    });
    fc.assert(
      fc.property(faces, ({ yawDeg, pitchDeg, rollDeg, identity, jawOpen, smile }) => {
        const expression = Float64Array.from(shape.expressionNames, (name) =>
          name === 'jawOpen' ? jawOpen / 100 : name === 'mouthSmile' ? smile / 100 : 0,
        );
        const fit = faceFit(yawDeg, pitchDeg, rollDeg, { identity: Float64Array.from(identity), expression });
        const { rmsMm, covered } = compare(depthOfFit(fit, shape, sizePx, sizePx), depthOf(landmarksOf(fit)));
        expect(rmsMm).toBeLessThan(3);
        expect(covered).toBeGreaterThan(0.97);
      }),
      { numRuns: 30, seed: 7 },
    );
  });

  test('has the nose nearest and the side of the face that is turned away farthest', () => {
    const at = (depthMm: Uint16Array, point: number, landmarks: Landmarks): number => {
      const [x, y] = landmarks.points.subarray(3 * point, 3 * point + 2);
      return depthMm[Math.round(y ?? 0) * sizePx + Math.round(x ?? 0)] as number;
    };
    const ahead = landmarksOf(faceFit(0, 0, 0));
    const straight = depthOf(ahead);
    const [noseTip, rightCheek, leftCheek, chin] = [1, 50, 280, 152];
    const nose = at(straight, noseTip, ahead);
    expect(nose).toBeLessThanOrEqual(Math.min(...straight.filter((z) => z > 0)) + 1);
    for (const point of [rightCheek, leftCheek, chin]) expect(at(straight, point, ahead)).toBeGreaterThan(nose + 15);
    expect(Math.abs(nose - nominalDistanceMm)).toBeLessThan(70);

    // Turned to the picture's right, the person's left cheek is on the far side.
    const aside = landmarksOf(faceFit(25, 0, 0));
    const turned = depthOf(aside);
    expect(at(turned, leftCheek, aside)).toBeGreaterThan(at(turned, rightCheek, aside) + 20);
  });

  test('covers the eyes and an open mouth, as a depth camera does', () => {
    const expression = Float64Array.from(shape.expressionNames, (name) => (name === 'jawOpen' ? 0.6 : 0));
    const landmarks = landmarksOf(faceFit(0, 0, 0, { expression }));
    const depthMm = depthOf(landmarks);
    for (const [upper, lower] of [
      [159, 145],
      [386, 374],
      [13, 14],
    ] as const) {
      const x = Math.round(((landmarks.points[3 * upper] ?? 0) + (landmarks.points[3 * lower] ?? 0)) / 2);
      const y = Math.round(((landmarks.points[3 * upper + 1] ?? 0) + (landmarks.points[3 * lower + 1] ?? 0)) / 2);
      expect(depthMm[y * sizePx + x]).toBeGreaterThan(600);
    }
  });

  test('does not depend on where, how large and how tilted the face is', () => {
    const fit = fitFaceShape(landmarksOf(faceFit(12, -8, 0)), shape);
    const moved = fitFaceShape(landmarksOf(faceFit(12, -8, 25, { scalePxPerMm: 6, translation: { x: 900, y: -40 } })), shape);
    expect(moved?.scalePxPerMm).toBeCloseTo(6 * ((fit?.scalePxPerMm ?? 0) / 0.9), 1);
    for (const [i, value] of (fit?.identity ?? []).entries()) expect(moved?.identity[i]).toBeCloseTo(value, 1);
  });

  test('is drawn inside the picture alone when a face hangs over its edge', () => {
    const landmarks = landmarksOf(faceFit(0, 0, 0, { translation: { x: 5, y: 190 } }));
    const depthMm = depthOf(landmarks);
    expect(depthMm).toHaveLength(sizePx * sizePx);
    expect(depthMm[5 + 185 * sizePx]).toBeGreaterThan(600);
  });
});

describe('landmarks that make no face', () => {
  const good = landmarksOf(faceFit(5, 5, 5));
  const changed = (change: (value: number, i: number) => number): Landmarks => ({ points: good.points.map(change), presence: 1 });

  test.each([
    ['all in one place', changed(() => 50)],
    ['on one line', changed((value, i) => (i % 3 === 1 ? 50 : value))],
    ['not numbers', changed((value, i) => (i === 300 ? Number.NaN : value))],
    ['infinite', changed((value, i) => (i === 3 ? Infinity : value))],
    ['mirrored top to bottom and left to right at random', changed((value, i) => ((i * 7919) % 11 < 5 ? 200 - value : value))],
    ['scattered', changed((_, i) => ((i * 7919) % 977) / 4)],
    ['too few', { points: good.points.subarray(0, 30), presence: 1 }],
    ['none', { points: new Float32Array(0), presence: 1 }],
  ])('%s: no depth rather than a wrong one', (_, landmarks) => {
    expect(depthOfPhotograph(landmarks, shape, sizePx, sizePx)).toBeUndefined();
  });

  test('whatever the points, a fit is finite or absent', () => {
    // A random shear, stretch and scatter of a face, up to all scatter.
    const numbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(numbers, ([spread = 0, ...matrix]) => {
        const points = good.points.map((_, i) => {
          const [point, axis] = [i - (i % 3), i % 3];
          const linear = [0, 1, 2].reduce((sum, k) => sum + (matrix[3 * axis + k] ?? 0) * (good.points[point + k] ?? 0), 0) / 500;
          return linear + ((spread / 10) * (((i * 7919) % 977) - 488)) / 488;
        });
        const fit = fitFaceShape({ points, presence: 1 }, shape);
        const found = fit === undefined ? [] : [...fit.rotation, fit.scalePxPerMm, ...fit.identity, ...fit.expression, fit.residualPx];
        expect(found.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 30, seed: 3, endOnFailure: true },
    );
  });
});

describe('the file of the shape', () => {
  test('that was swapped is refused by name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'facelatch-shape-'));
    await cp(join(modelsDir, 'manifest.json'), join(folder, 'manifest.json'));
    expect(await loadFaceShape(folder)).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/face-shape\.bin is missing/) });
    const bytes = await readFile(join(modelsDir, faceShapeFile));
    bytes[70000] = (bytes[70000] as number) ^ 1;
    await writeFile(join(folder, faceShapeFile), bytes);
    expect(await loadFaceShape(folder)).toMatchObject({ kind: 'refused', sentence: expect.stringMatching(/face-shape\.bin.*SHA-256/) });
  });

  test('that is broken gives one sentence', async () => {
    const bytes = await readFile(join(modelsDir, faceShapeFile));
    const withNumber = (at: number, value: number): Uint8Array => {
      const copy = Uint8Array.from(bytes);
      new DataView(copy.buffer).setUint32(at, value, true);
      return copy;
    };
    const broken = [
      new Uint8Array(0),
      bytes.subarray(0, 20),
      bytes.subarray(0, bytes.length - 1),
      Uint8Array.from([...'GARBAGE!'].map((letter) => letter.charCodeAt(0))),
      withNumber(8, 0xffffffff),
      withNumber(8, 6708),
      withNumber(28, 6709),
      withNumber(36, 0x7fc00000),
      withNumber(bytes.length - 4, 0x7fc00000),
    ];
    for (const content of broken) {
      expect(readFaceShape(content)).toMatchObject({
        kind: 'refused',
        sentence: expect.stringMatching(/^The model face-shape\.bin .+\.$/),
      });
    }
    expect(readFaceShape(bytes).kind).toBe('read');
  });
});

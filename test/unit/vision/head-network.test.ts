import { describe, expect, test } from 'vitest';
import { depthUnder } from '../../../main/vision/aligned-depth.ts';
import { headLogOdds, headReferenceMm, headSizePx, headToPicture } from '../../../main/vision/head-network.ts';
import { answersBesidePyTorch, listening } from './references.ts';

/** The aligned face lies in the picture as it is, 60 px in: the window of 192 px fits in from -40 on. */
const inPlace = { a: 1, b: 0, c: 0, d: 1, tx: 60, ty: 60 };
const side = 240;
const picture = { width: side, height: side, rgba: new Uint8Array(side * side * 4).fill(128) };

/** A ball of a head 600 mm away over a wall at 1500 mm, whose middle is that of the window. */
function ball(): Uint16Array {
  const depthMm = new Uint16Array(side * side).fill(1500);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const r = Math.hypot(x - 116, y - 110);
      if (r < 70) depthMm[y * side + x] = 600 + Math.round(r);
    }
  }
  return depthMm;
}

describe('the head network', () => {
  test('answers in ONNX Runtime what it answered in PyTorch', async () => {
    const shape = [4, headSizePx, headSizePx] as const;
    const pairs = await answersBesidePyTorch('head-liveness.onnx', 'liveness/references.json', ['head', 'logOdds'], shape);
    for (const { answered, expected } of pairs) expect(answered?.[0]).toBeCloseTo(expected[0] as number, 3);
  });

  test('sees colour from -1 to 1, and depth from the face on: nearer is more, the wall is cut off, no reading is 0', async () => {
    const network = listening('head', [1]);
    const depthMm = ball();
    depthMm.fill(0, 0, side * 30);
    expect(await headLogOdds(network, picture, depthMm, inPlace)).toBe(1);
    const [head] = network.seen as [Float32Array];
    const plane = headSizePx * headSizePx;
    const depthAt = (u: number, v: number): number => head[3 * plane + v * headSizePx + u] as number;
    expect(head[0]).toBeCloseTo(0.5 / 128, 5);
    expect(depthAt(64, 64)).toBeGreaterThan(0.1);
    expect(depthAt(64, 64)).toBeLessThan(0.4);
    expect(depthAt(2, 64)).toBe(-1);
    expect(depthAt(64, 2)).toBe(0);
  });

  test('windows of every size have one middle and one scale', () => {
    const at = (size: number, u: number): number => headToPicture(inPlace, size).a * u + headToPicture(inPlace, size).tx;
    expect(at(128, 63.5)).toBeCloseTo(at(144, 71.5), 9);
    expect(at(128, 64.5) - at(128, 63.5)).toBeCloseTo(1.5, 9);
  });

  test('has no answer without depth, with too little of it, with a map that is none or a network that answers nonsense', async () => {
    const few = ball().map((value, i) => (i % 3 === 0 ? value : 0));
    const nothing = {
      depth: undefined,
      few,
      zeros: new Uint16Array(side * side),
      other: new Uint16Array(16),
      nan: new Float32Array(side * side).fill(Number.NaN),
    };
    for (const depthMm of Object.values(nothing)) expect(await headLogOdds(listening('head', [5]), picture, depthMm, inPlace)).toBeNaN();
    expect(await headLogOdds(listening('head', [5]), picture, ball(), { ...inPlace, tx: Number.NaN })).toBeNaN();
    expect(await headLogOdds(listening('head', [Number.POSITIVE_INFINITY]), picture, ball(), inPlace)).toBeNaN();
    expect(headReferenceMm(depthUnder(picture, ball(), headToPicture(inPlace), headSizePx))).toBeGreaterThan(600);
  });
});

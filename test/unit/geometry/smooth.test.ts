import { expect, test } from 'vitest';
import { localMean } from '../../../main/geometry/smooth.ts';

const sizePx = 40;
const square = (value: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: sizePx * sizePx }, (_, at) => value(at % sizePx, Math.floor(at / sizePx)));

test('a constant stays what it is, at borders and round holes too', () => {
  const weights = square((x, y) => (Math.hypot(x - 12, y - 15) < 4 ? 0 : 1));
  const { mean } = localMean(
    square(() => 7),
    weights,
    sizePx,
    3,
  );
  for (const value of mean) expect(value).toBeCloseTo(7, 4);
});

test('what has no weight is not looked at', () => {
  const weights = square((x) => (x < 20 ? 1 : 0));
  const { mean, weight } = localMean(
    square((x) => (x < 20 ? 2 : Number.NaN)),
    weights,
    sizePx,
    3,
  );
  expect(mean[20 * sizePx + 22]).toBeCloseTo(2, 4);
  expect(weight[20 * sizePx + 10]).toBeCloseTo(1, 2);
  expect(weight[20 * sizePx + 39]).toBeLessThan(0.01);
});

test('a single point spreads about as far as by a Gaussian of that width, and evenly', () => {
  const sigmaPx = 4;
  const { mean } = localMean(
    square((x, y) => (x === 20 && y === 20 ? 1 : 0)),
    square(() => 1),
    sizePx,
    sigmaPx,
  );
  const moment = (power: number): number => mean.reduce((sum, value, at) => sum + value * ((at % sizePx) - 20) ** power, 0);
  expect(moment(0)).toBeCloseTo(1, 2);
  expect(moment(1)).toBeCloseTo(0, 2);
  expect(Math.abs(moment(2) - sigmaPx ** 2)).toBeLessThan(0.3 * sigmaPx ** 2);
});

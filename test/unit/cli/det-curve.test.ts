import { describe, expect, test } from 'vitest';
import { type DetCurve, detCurve, detCurveSvg } from '../../../main/cli/evaluation/det-curve.ts';
import { labelsSvg } from '../../../main/cli/evaluation/svg-labels.ts';

const spread = (from: number, to: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => from + ((to - from) * i) / n);
const good = detCurve('good', { genuine: spread(0.1, 0.7, 400), impostor: spread(0.6, 1.4, 4000) });
const worse = detCurve('worse', { genuine: spread(0.1, 0.9, 400), impostor: spread(0.5, 1.4, 4000) });

/** Corners of the lines drawn, one list for each curve. */
function linesOf(svg: string): [number, number][][] {
  return [...svg.matchAll(/<polyline[^>]*points="([^"]*)"/g)].map(([, points]) =>
    (points as string).split(' ').map((point) => point.split(',').map(Number) as [number, number]),
  );
}

describe('the picture of error rates', () => {
  const svg = detCurveSvg([good, worse], '20 people');

  test('a worse network lies further from the corner of no errors', () => {
    const [first, second] = linesOf(svg) as [[number, number][], [number, number][]];
    const nearest = (line: [number, number][]): number => Math.min(...line.map(([x, y]) => Math.hypot(x, 520 - y)));
    expect(nearest(second)).toBeGreaterThan(nearest(first) + 10);
  });

  test('every curve has its name beside it, and the title says whose they are', () => {
    for (const name of ['good', 'worse', '20 people']) expect(svg.split(`>${name}</text>`)).toHaveLength(2);
    for (const [index, name] of ['good', 'worse'].entries()) {
      const [, x, y] = new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${name}</text>`).exec(svg) ?? [];
      const away = Math.min(...(linesOf(svg)[index] ?? []).map(([px, py]) => Math.hypot(px - Number(x), py - Number(y))));
      expect(away).toBeLessThan(60);
    }
  });

  test('a name that is too long for the room between two curves stands in the corner, not beside another one or over the axis', () => {
    const along = (name: string, share: number): DetCurve => {
      const points = Array.from({ length: 60 }, (_, step): [number, number] => [0.0001 * 1.1 ** step, share * 0.9 ** step]);
      return { name, points, genuinePairs: 10, impostorPairs: 10 };
    };
    const curves = [along('a', 0.3), along('a network with quite a long name', 0.2), along('b', 0.13)];
    const picture = detCurveSvg(curves, 'nobody');
    const [, x, y] = /<text x="(-?[\d.]+)" y="([\d.]+)"[^>]*>a network/.exec(picture) ?? [];
    expect(Number(x)).toBeGreaterThan(200);
    expect(Number(y)).toBeLessThan(100);
    // Far from its curve, it shows which one is meant.
    const colours = [...picture.matchAll(/<polyline[^>]*stroke="([^"]*)"/g)].map(([, colour]) => colour);
    const [, endX, colour] =
      /<line x1="[\d.]+" y1="[\d.]+" x2="([\d.]+)" y2="[\d.]+" stroke="([^"]*)" stroke-width="2"/.exec(picture) ?? [];
    expect(colour).toBe(colours[1]);
    expect(Number(endX)).toBeLessThan(Number(x));
  });

  test('what is beyond the axes is left out, not drawn along them', () => {
    const hopeless: DetCurve = {
      name: 'hopeless',
      points: [
        [0.001, 0.9],
        [0.01, 0.7],
        [0.2, 0.4],
        [0.8, 0.1],
      ],
      genuinePairs: 10,
      impostorPairs: 10,
    };
    expect(linesOf(detCurveSvg([hopeless], 'nobody'))[0]).toHaveLength(1);
  });

  test('a network that never errs is named in the corner of no errors, one that always does in the other', () => {
    const perfect: DetCurve = { name: 'perfect', points: [], genuinePairs: 10, impostorPairs: 10 };
    const useless: DetCurve = { ...perfect, name: 'useless', points: [[0.7, 0.8]] };
    const picture = detCurveSvg([perfect, useless], 'nobody');
    const placeOf = (name: string): number[] =>
      (new RegExp(`<text x="([\\d.]+)" y="([\\d.]+)"[^>]*>${name}<`).exec(picture) ?? []).slice(1).map(Number);
    const [left, bottom] = placeOf('perfect') as [number, number];
    const [right, top] = placeOf('useless') as [number, number];
    expect(left).toBeLessThan(right);
    expect(bottom).toBeGreaterThan(top);
  });
});

test('names go where they cover neither lines nor other names', () => {
  const frame = { left: 0, top: 0, right: 400, bottom: 400 };
  const spots = [
    { x: 100, y: 100 },
    { x: 200, y: 200 },
    { x: 300, y: 300 },
  ];
  const label = (text: string) => ({ text, colour: '#000', spots });
  const svg = labelsSvg([label('one'), label('two')], [{ x: 105, y: 95 }], frame);
  expect(svg).toContain('x="200.0" y="200.0"');
  expect(svg).toContain('x="300.0" y="300.0"');
  expect(labelsSvg([{ text: 'nowhere', colour: '#000', spots: [] }], [], frame)).toBe('');
});

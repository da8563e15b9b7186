import type { Comparisons } from './rates.ts';
import { escapeXml, seriesColour, seriesInk } from './svg.ts';
import { isInside, labelFontPx, labelsSvg, labelWidthPx, type Spot } from './svg-labels.ts';

const sizePx = 520;
const marginPx = 64;
const [lowestRate, highestRate] = [0.0001, 0.5];
/** Length of the piece of line before a name that stands in a corner. */
const samplePx = 16;
const ticks = [lowestRate, 0.001, 0.01, 0.05, 0.2, highestRate];

/** One network's curve: pairs of false match and false non-match rate. */
export interface DetCurve {
  readonly name: string;
  readonly points: readonly (readonly [fmr: number, fnmr: number])[];
  readonly genuinePairs: number;
  readonly impostorPairs: number;
}

/** The curve of comparisons in ascending order. It ends where the number of pairs can no longer tell rates apart. */
export function detCurve(name: string, sorted: Comparisons): DetCurve {
  return { name, points: curvePoints(sorted), genuinePairs: sorted.genuine.length, impostorPairs: sorted.impostor.length };
}

/**
 * Detection error trade-off as an SVG picture: false match rate across, false non-match rate up, both on normal deviate axes (ISO/IEC 19795-1), a curve
 * for each network with its name beside it.
 */
export function detCurveSvg(curves: readonly DetCurve[], title: string): string {
  const grid = ticks.map((tick) => gridLines(tick)).join('');
  const diagonal = `<line x1="${place(lowestRate)}" y1="${sizePx - place(lowestRate)}" x2="${place(highestRate)}" y2="${sizePx - place(highestRate)}" stroke="#bbb" stroke-dasharray="4 4"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${sizePx} ${sizePx}" width="${sizePx}" height="${sizePx}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${sizePx / 2}" y="24" text-anchor="middle" font-size="14">${escapeXml(title)}</text>`,
    grid,
    diagonal,
    ...curves.map(polyline),
    ...(curves.length > 1 ? [names(curves)] : []),
    `<text x="${sizePx / 2}" y="${sizePx - 12}" text-anchor="middle">False match rate (${counts(curves.map(({ impostorPairs }) => impostorPairs))} impostor pairs)</text>`,
    `<text transform="translate(14 ${sizePx / 2}) rotate(-90)" text-anchor="middle">False non-match rate (${counts(curves.map(({ genuinePairs }) => genuinePairs))} genuine pairs)</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function polyline(curve: DetCurve, index: number): string {
  const places = placesOf(curve).map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return `<polyline fill="none" stroke="${seriesColour(index)}" stroke-width="2" points="${places.join(' ')}"/>`;
}

/** Where the curve runs, as far as the picture goes. */
function placesOf({ points }: DetCurve): Spot[] {
  const shown = (rate: number): boolean => rate >= lowestRate && rate <= highestRate;
  return points.filter((rates) => rates.every(shown)).map(([fmr, fnmr]) => ({ x: place(fmr), y: sizePx - place(fnmr) }));
}

/**
 * Every curve's name beside a piece of it where no other curve runs, and none is nearer. Where there is no such piece, or the picture shows nothing of the
 * curve, it stands in a corner behind a piece of its line: in that of no errors if the curve never leaves it.
 */
function names(curves: readonly DetCurve[]): string {
  const samples: string[] = [];
  const lines = curves.map((curve) => alongPx(placesOf(curve)));
  const frame = { left: place(lowestRate), top: marginPx, right: sizePx - 4, bottom: sizePx - marginPx };
  const labels = curves.map((curve, index) => {
    const widthPx = labelWidthPx(curve.name);
    const spots = placesOf(curve)
      .flatMap(({ x, y }) => [
        { x: x + 7, y: y - 5 },
        { x: x - widthPx - 7, y: y + 14 },
      ])
      .filter((spot) => isInside(curve.name, spot, frame))
      .filter(({ x, y }) => {
        const away = lines.map((line) =>
          Math.min(...line.map((mark) => Math.hypot(mark.x - x - widthPx / 2, mark.y - y + labelFontPx / 2))),
        );
        return away[index] === Math.min(...away);
      });
    if (spots.length > 0) return { text: curve.name, colour: seriesInk(index), spots };
    const line = (labelFontPx + 3) * samples.length;
    const corner = isFaultless(curve)
      ? { x: place(lowestRate) + samplePx + 6, y: sizePx - marginPx - 8 - line }
      : { x: sizePx - place(lowestRate) - widthPx, y: marginPx + 14 + line };
    const [endX, y] = [corner.x - 4, corner.y - labelFontPx / 3];
    samples.push(
      `<line x1="${(endX - samplePx).toFixed(1)}" y1="${y.toFixed(1)}" x2="${endX.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${seriesColour(index)}" stroke-width="2"/>`,
    );
    return { text: curve.name, colour: seriesInk(index), spots: [corner] };
  });
  return samples.join('') + labelsSvg(labels, lines.flat(), frame);
}

/** Whether the curve lies before the axes' near ends; one without a point never errs at all. */
function isFaultless({ points }: DetCurve): boolean {
  return points.every((rates) => Math.min(...rates) < lowestRate);
}

/** The line through these places as places a few pixels apart, so that what lies over it is seen to. */
function alongPx(places: readonly Spot[]): Spot[] {
  return places.slice(1).flatMap((to, index) => {
    const from = places[index] as Spot;
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 4));
    return Array.from({ length: steps }, (_, step) => ({
      x: from.x + ((to.x - from.x) * step) / steps,
      y: from.y + ((to.y - from.y) * step) / steps,
    }));
  });
}

/** The same number for all, or the least and the most. */
function counts(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

function curvePoints({ genuine, impostor }: Comparisons): [number, number][] {
  const steps = 400;
  const low = Math.min(genuine[0] ?? 0, impostor[0] ?? 0);
  const high = Math.max(genuine.at(-1) ?? 2, impostor.at(-1) ?? 2);
  const points: [number, number][] = [];
  let falseMatches = 0;
  let matches = 0;
  for (let step = 0; step <= steps; step++) {
    const threshold = low + ((high - low) * step) / steps;
    while (falseMatches < impostor.length && (impostor[falseMatches] as number) <= threshold) falseMatches++;
    while (matches < genuine.length && (genuine[matches] as number) <= threshold) matches++;
    if (falseMatches === 0 || matches === genuine.length) continue;
    points.push([falseMatches / impostor.length, 1 - matches / genuine.length]);
  }
  return points;
}

function gridLines(tick: number): string {
  const at = place(tick);
  const label = `${tick * 100}%`;
  return (
    `<line x1="${at}" y1="${sizePx - place(lowestRate)}" x2="${at}" y2="${sizePx - place(highestRate)}" stroke="#e4e4e4"/>` +
    `<line x1="${place(lowestRate)}" y1="${sizePx - at}" x2="${place(highestRate)}" y2="${sizePx - at}" stroke="#e4e4e4"/>` +
    `<text x="${at}" y="${sizePx - marginPx + 18}" text-anchor="middle" fill="#555">${label}</text>` +
    `<text x="${marginPx - 6}" y="${sizePx - at + 4}" text-anchor="end" fill="#555">${label}</text>`
  );
}

/** Pixels from the axis' beginning for a rate, on a normal deviate scale. */
function place(rate: number): number {
  const from = normalDeviate(lowestRate);
  const to = normalDeviate(highestRate);
  const inside = Math.min(highestRate, Math.max(lowestRate, rate));
  return marginPx + ((normalDeviate(inside) - from) / (to - from)) * (sizePx - 2 * marginPx);
}

/** Inverse of the normal distribution for 0 < p <= 0.5 (Abramowitz and Stegun 26.2.23, error under 4.5e-4). */
function normalDeviate(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  return -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3));
}

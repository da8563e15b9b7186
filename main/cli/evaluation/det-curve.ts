import type { Comparisons } from './rates.ts';
import { escapeXml, seriesColour } from './svg.ts';

const sizePx = 520;
const marginPx = 64;
const ticks = [0.0001, 0.001, 0.01, 0.05, 0.2, 0.5];

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
 * for each network.
 */
export function detCurveSvg(curves: readonly DetCurve[], title: string): string {
  const grid = ticks.map((tick) => gridLines(tick)).join('');
  const diagonal = `<line x1="${place(0.0001)}" y1="${sizePx - place(0.0001)}" x2="${place(0.5)}" y2="${sizePx - place(0.5)}" stroke="#bbb" stroke-dasharray="4 4"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${sizePx} ${sizePx}" width="${sizePx}" height="${sizePx}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${sizePx / 2}" y="24" text-anchor="middle" font-size="14">${escapeXml(title)}</text>`,
    grid,
    diagonal,
    ...curves.map(polyline),
    ...(curves.length > 1 ? legend(curves) : []),
    `<text x="${sizePx / 2}" y="${sizePx - 12}" text-anchor="middle">False match rate (${counts(curves.map(({ impostorPairs }) => impostorPairs))} impostor pairs)</text>`,
    `<text transform="translate(14 ${sizePx / 2}) rotate(-90)" text-anchor="middle">False non-match rate (${counts(curves.map(({ genuinePairs }) => genuinePairs))} genuine pairs)</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function polyline({ points }: DetCurve, index: number): string {
  const places = points.map(([fmr, fnmr]) => `${place(fmr).toFixed(1)},${(sizePx - place(fnmr)).toFixed(1)}`);
  return `<polyline fill="none" stroke="${seriesColour(index)}" stroke-width="2" points="${places.join(' ')}"/>`;
}

/** One row under the title, where no curve can lie. */
function legend(curves: readonly DetCurve[]): string[] {
  const [lineWidthPx, letterPx, gapPx] = [18, 6, 24];
  let left = marginPx / 2;
  return curves.map(({ name }, index) => {
    const at = left;
    left += lineWidthPx + name.length * letterPx + gapPx;
    return (
      `<line x1="${at}" y1="44" x2="${at + lineWidthPx}" y2="44" stroke="${seriesColour(index)}" stroke-width="3"/>` +
      `<text x="${at + lineWidthPx + 5}" y="48" font-size="11">${escapeXml(name)}</text>`
    );
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
    `<line x1="${at}" y1="${sizePx - place(0.0001)}" x2="${at}" y2="${sizePx - place(0.5)}" stroke="#e4e4e4"/>` +
    `<line x1="${place(0.0001)}" y1="${sizePx - at}" x2="${place(0.5)}" y2="${sizePx - at}" stroke="#e4e4e4"/>` +
    `<text x="${at}" y="${sizePx - marginPx + 18}" text-anchor="middle" fill="#555">${label}</text>` +
    `<text x="${marginPx - 6}" y="${sizePx - at + 4}" text-anchor="end" fill="#555">${label}</text>`
  );
}

/** Pixels from the axis' beginning for a rate, on a normal deviate scale. */
function place(rate: number): number {
  const from = normalDeviate(0.0001);
  const to = normalDeviate(0.5);
  const inside = Math.min(0.5, Math.max(0.0001, rate));
  return marginPx + ((normalDeviate(inside) - from) / (to - from)) * (sizePx - 2 * marginPx);
}

/** Inverse of the normal distribution for 0 < p <= 0.5 (Abramowitz and Stegun 26.2.23, error under 4.5e-4). */
function normalDeviate(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  return -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3));
}

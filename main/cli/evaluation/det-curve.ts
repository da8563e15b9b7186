import type { Comparisons } from './rates.ts';

const sizePx = 520;
const marginPx = 64;
const ticks = [0.0001, 0.001, 0.01, 0.05, 0.2, 0.5];

/**
 * Detection error trade-off as an SVG picture: false match rate across, false non-match rate up, both on normal deviate axes (ISO/IEC 19795-1).
 * `sorted` must be ascending. The curve ends where the number of pairs can no longer tell rates apart.
 */
export function detCurveSvg(sorted: Comparisons, title: string): string {
  const points = curvePoints(sorted).map(([fmr, fnmr]) => `${place(fmr).toFixed(1)},${(sizePx - place(fnmr)).toFixed(1)}`);
  const grid = ticks.map((tick) => gridLines(tick)).join('');
  const diagonal = `<line x1="${place(0.0001)}" y1="${sizePx - place(0.0001)}" x2="${place(0.5)}" y2="${sizePx - place(0.5)}" stroke="#bbb" stroke-dasharray="4 4"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${sizePx} ${sizePx}" width="${sizePx}" height="${sizePx}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${sizePx / 2}" y="24" text-anchor="middle" font-size="14">${escapeXml(title)}</text>`,
    grid,
    diagonal,
    `<polyline fill="none" stroke="#0a66d8" stroke-width="2" points="${points.join(' ')}"/>`,
    `<text x="${sizePx / 2}" y="${sizePx - 12}" text-anchor="middle">False match rate (${sorted.impostor.length} impostor pairs)</text>`,
    `<text transform="translate(14 ${sizePx / 2}) rotate(-90)" text-anchor="middle">False non-match rate (${sorted.genuine.length} genuine pairs)</text>`,
    '</svg>',
    '',
  ].join('\n');
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

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

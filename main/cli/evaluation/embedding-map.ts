import type { Contender } from './contenders.ts';
import { principalComponents } from './pca.ts';
import { comparableSamples, type Sample, vectorsBy } from './samples.ts';
import { escapeXml, seriesColour, seriesColours, seriesInk } from './svg.ts';
import { labelsSvg, labelWidthPx, type Spot } from './svg-labels.ts';
import { neighbourEmbedding } from './tsne.ts';

const panelPx = 400;
const gapPx = 24;
const insetPx = 16;
const headPx = 64;
const panelTitlePx = 26;
const widthPx = 2 * panelPx + 3 * gapPx;
/** People that can still be told apart and named: each has a colour and a shape. */
const mostPeople = 20;
const mostPoints = 400;
const longestName = 14;

type Point = readonly [x: number, y: number];

/** The people shown, and whose each point is: a place in `people`. */
interface Who {
  readonly people: readonly string[];
  readonly places: readonly number[];
}

/**
 * A picture of where face vectors lie: for each network its principal components and its t-SNE side by side, a mark for each frame, a colour and shape for
 * each person, whose name stands beside. All networks show the same frames: those of the first people by name, as many as can be told apart; what ours
 * makes of colour or depth alone is not drawn. `note`: what the reader should know of the people besides, e.g. that no network was trained on them.
 */
export function embeddingMapSvg(contenders: readonly Contender[], samples: readonly Sample[], note: string): string {
  const all = new Set(samples.map(({ name }) => name)).size;
  const shown = shownSamples(comparableSamples(samples));
  const people = [...new Set(shown.map(({ name }) => name))];
  const places = shown.map(({ name }) => people.indexOf(name));
  const whole = contenders.flatMap((contender, index) =>
    contender.modality === 'both' || contenders.length === 1 ? [{ contender, index }] : [],
  );
  const rowPx = panelTitlePx + panelPx + gapPx;
  const captionTop = headPx + whole.length * rowPx + 6;
  const captions = captionLines(shown.length, people.length, all, note);
  const heightPx = captionTop + captions.length * 18 + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${heightPx}" width="${widthPx}" height="${heightPx}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${gapPx}" y="38" font-size="18">Where the face vectors of ${people.length} people lie</text>`,
    ...whole.map(({ contender, index }, row) =>
      networkRow(
        contender,
        vectorsBy(index, shown).map(({ vector }) => vector),
        { places, people },
        headPx + row * rowPx,
      ),
    ),
    ...captions.map((line, index) => `<text x="${gapPx}" y="${captionTop + index * 18}" fill="#444">${escapeXml(line)}</text>`),
    '</svg>',
    '',
  ].join('\n');
}

/** The first people by name, and of each as many samples, evenly over all, as fit. */
function shownSamples(samples: readonly Sample[]): Sample[] {
  const byPerson = new Map<string, Sample[]>();
  for (const sample of samples) byPerson.set(sample.name, [...(byPerson.get(sample.name) ?? []), sample]);
  const people = [...byPerson.keys()].sort().slice(0, mostPeople);
  const each = Math.floor(mostPoints / Math.max(1, people.length));
  return people.flatMap((name) => {
    const theirs = byPerson.get(name) ?? [];
    const count = Math.min(each, theirs.length);
    return Array.from({ length: count }, (_, index) => theirs[Math.floor((index * theirs.length) / count)] as Sample);
  });
}

function networkRow({ name }: Contender, vectors: readonly Float32Array[], who: Who, top: number): string {
  const components = principalComponents(vectors);
  const neighbours = neighbourEmbedding(vectors);
  return (
    panel(`${name}: principal components (${Math.round(components.share * 100)} % of the variance)`, components.points, who, gapPx, top) +
    panel(`${name}: t-SNE (perplexity ${neighbours.perplexity})`, neighbours.points, who, 2 * gapPx + panelPx, top)
  );
}

function panel(title: string, points: readonly Point[], who: Who, left: number, top: number): string {
  const toPanel = fitted(points);
  const spots = points.map((point) => {
    const [x, y] = toPanel(point);
    return { x: left + x, y: top + panelTitlePx + y };
  });
  return (
    `<text x="${left}" y="${top + 16}" font-size="13">${escapeXml(title)}</text>` +
    `<rect x="${left}" y="${top + panelTitlePx}" width="${panelPx}" height="${panelPx}" fill="none" stroke="#ccc"/>` +
    spots.map(({ x, y }, index) => mark(who.places[index] as number, x, y)).join('') +
    names(spots, who, { left, top: top + panelTitlePx, right: left + panelPx, bottom: top + panelTitlePx + panelPx })
  );
}

/** The name of everybody beside one of their marks, where it covers the least. */
function names(spots: readonly Spot[], { places, people }: Who, frame: Parameters<typeof labelsSvg>[2]): string {
  const labels = people.map((name, person) => {
    const text = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
    const own = spots.filter((_, index) => places[index] === person);
    const beside = own.flatMap(({ x, y }) => [
      { x: x + 8, y: y + 4 },
      { x: x - labelWidthPx(text) - 8, y: y + 4 },
      { x: x - labelWidthPx(text) / 2, y: y - 8 },
      { x: x - labelWidthPx(text) / 2, y: y + 17 },
    ]);
    return { text, colour: seriesInk(person), spots: beside };
  });
  return labelsSvg(labels, spots, frame);
}

/** Both axes by the same scale, the middle of the points in the middle of the panel. */
function fitted(points: readonly Point[]): (point: Point) => Point {
  const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const [left, right] = range(points.map(([x]) => x));
  const [bottom, top] = range(points.map(([, y]) => y));
  const scale = (panelPx - 2 * insetPx) / Math.max(right - left, top - bottom, 1e-12);
  return ([x, y]) => [panelPx / 2 + (x - (left + right) / 2) * scale, panelPx / 2 - (y - (bottom + top) / 2) * scale];
}

/** The mark of a person: colours come again with another shape. */
function mark(person: number, x: number, y: number): string {
  const colour = seriesColour(person);
  const at = (dx: number, dy: number): string => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`;
  const shapes = [
    `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3.6" fill="${colour}"/>`,
    `<polygon points="${at(0, -4.8)} ${at(4.5, 3.4)} ${at(-4.5, 3.4)}" fill="${colour}"/>`,
    `<polygon points="${at(-3.4, -3.4)} ${at(3.4, -3.4)} ${at(3.4, 3.4)} ${at(-3.4, 3.4)}" fill="#fff" stroke="${colour}" stroke-width="1.8"/>`,
    `<path d="M${at(-3.6, -3.6)} L${at(3.6, 3.6)} M${at(3.6, -3.6)} L${at(-3.6, 3.6)}" stroke="${colour}" stroke-width="2.2"/>`,
  ];
  return shapes[Math.floor(person / seriesColours) % shapes.length] as string;
}

function captionLines(points: number, people: number, all: number, note: string): string[] {
  const whose = people === all ? `${people} people` : `the first ${people} by name of ${all} people`;
  return [
    `${points} frames of ${whose}. Colour and shape of a mark stand for a person.`,
    'Principal components flatten all but two directions of many. In t-SNE only who lies beside whom tells something, not how far',
    'groups lie apart or how wide they are. Error rates are in the table, not in a picture.',
    ...(note === '' ? [] : [note]),
  ];
}

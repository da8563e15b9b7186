import { escapeXml } from './svg.ts';

/** A place for a name: where its text begins. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A name to write, the places that would do, best first, and its colour. */
export interface Label {
  readonly text: string;
  readonly colour: string;
  readonly spots: readonly Spot[];
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export const labelFontPx = 11;
const letterPx = 6.2;

/** Roughly how wide a name is, in pixels. */
export function labelWidthPx(text: string): number {
  return text.length * letterPx;
}

/**
 * Names written beside what they name: each at the spot where it covers the fewest names before it and the fewest of `marks`, the first of equals. A
 * white rim keeps it legible over lines.
 */
export function labelsSvg(labels: readonly Label[], marks: readonly Spot[], frame: Box): string {
  const taken: Box[] = [];
  return labels
    .map(({ text, colour, spots }) => {
      const costs = spots.map((spot) => {
        const box = boxOf(text, spot);
        const names = taken.filter((other) => overlap(box, other)).length;
        return (isInside(text, spot, frame) ? 0 : 1000) + 100 * names + marks.filter((mark) => covers(box, mark)).length;
      });
      const spot = spots[costs.indexOf(Math.min(...costs))];
      if (spot === undefined) return '';
      taken.push(boxOf(text, spot));
      return `<text x="${spot.x.toFixed(1)}" y="${spot.y.toFixed(1)}" font-size="${labelFontPx}" fill="${colour}" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeXml(text)}</text>`;
    })
    .join('');
}

/** Whether a name that begins at this spot ends within the frame too. */
export function isInside(text: string, spot: Spot, frame: Box): boolean {
  const box = boxOf(text, spot);
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

function boxOf(text: string, { x, y }: Spot): Box {
  return { left: x, top: y - labelFontPx, right: x + labelWidthPx(text), bottom: y + 2 };
}

function overlap(p: Box, q: Box): boolean {
  return p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom;
}

function covers(box: Box, { x, y }: Spot): boolean {
  return x >= box.left - 2 && x <= box.right + 2 && y >= box.top - 2 && y <= box.bottom + 2;
}

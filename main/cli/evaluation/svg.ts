/** Colours that can be told apart on white, also with the common forms of colour blindness (Paul Tol's "bright" and "muted" schemes). */
const colours = ['#4477aa', '#cc6677', '#228833', '#aa3377', '#ddaa33', '#66ccee', '#882255', '#44aa99', '#999933', '#555555'] as const;

/** Colour of the series at this place; they come again after the last. */
export function seriesColour(index: number): string {
  return colours[index % colours.length] as string;
}

/** The same colour dark enough for letters on white. */
export function seriesInk(index: number): string {
  const channels = [1, 3, 5].map((at) => Math.round(0.62 * Number.parseInt(seriesColour(index).slice(at, at + 2), 16)));
  return `rgb(${channels.join(' ')})`;
}

/** How many series have a colour of their own. */
export const seriesColours = colours.length;

export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

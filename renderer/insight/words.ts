import type { CueMeasure, FaceMeasures, Range } from '../../main/contract/insight.ts';
import type { Attention } from '../../main/contract/observation.ts';

/** What a cue is called; one that came later is shown by its own name. */
const names: Readonly<Record<string, string>> = {
  reliefMm: 'Depth of the face',
  noseProtrusionMm: 'Height of the nose',
  pupilDistanceMm: 'Between the eyes',
  meshAgreement: 'Shape of this face',
  repeatedShare: 'Seen before, to the mm',
  bentResidualMm: 'Unlike a bent sheet',
  featureAgreement: 'Eyes, nose and mouth',
  meshScale: 'Strength of the relief',
  meshResidualMm: 'Unlike the picture',
  slopeMismatchDeg: 'Turn against the picture',
  orbitDepthMm: 'Depth of the eyes',
  chinHeightMm: 'Height of the chin',
  foreheadHeightMm: 'Height of the forehead',
  roughnessMm: 'Roughness',
  missingShare: 'Without infrared',
  outlineDropShare: 'Ends like a head',
  outlineStepMm: 'Step around the face',
  edgeContrast: 'Edges that meet',
  reliefChangeMm: 'Change between frames',
  headLogOdds: 'Head, hair and neck',
};

/** Of so many spreads around the median it is said that most living faces lie there: 95 of 100 where they are spread like a normal. */
const mostSpreads = 2;

/** The cue's name in words: `noseProtrusionMm` where nothing better is known becomes "Nose protrusion". */
export function cueName(name: string): string {
  const known = Object.hasOwn(names, name) ? names[name] : undefined;
  if (known !== undefined) return known;
  const words = withoutUnit(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Its value with the unit that its name ends with. */
export function cueValue({ name, value }: Pick<CueMeasure, 'name' | 'value'>): string {
  return Number.isFinite(value) ? withUnit(name, rounded(name, value)) : 'not measured';
}

/** Whether a cue lies outside a bound that refuses the frame by itself; one that was not measured does. */
export function breaksBound({ value, bound }: CueMeasure): boolean {
  return bound !== undefined && !(value >= bound.from && value <= bound.to);
}

/**
 * Where most living faces lie; `undefined` for a cue without a place in the score. Costs that begin away from the median begin at a percentile that nearly all
 * living faces lie beyond, as those of a lopsided cue must: the range ends there.
 */
export function livingRange({ name, living }: CueMeasure): Range | undefined {
  if (living === undefined) return undefined;
  const { begins, middle, spread } = living;
  const from = begins < middle ? begins : middle - mostSpreads * spread;
  const to = begins > middle ? begins : middle + mostSpreads * spread;
  return { from: isSize(name) ? Math.max(0, from) : from, to };
}

/** "16.3 to 22.8 mm". */
export function rangeText(name: string, { from, to }: Range): string {
  return withUnit(name, `${rounded(name, from)} to ${rounded(name, to)}`);
}

/** The bound in words. Shares and correlations end at 0 and 1 by themselves: there only the other end says something. */
export function boundText(name: string, { from, to }: Range): string {
  const hasUnit = withoutUnit(name) !== name;
  if (!hasUnit && to === 1) return `at least ${rounded(name, from)}`;
  if (!hasUnit && from === 0) return `at most ${rounded(name, to)}`;
  return rangeText(name, { from, to });
}

/** Residuals, shares and angles between two things are never below nothing. */
function isSize(name: string): boolean {
  return /(Residual|Mismatch|Share|Change|roughness|relief)/.test(name);
}

function withoutUnit(name: string): string {
  return name.replace(/(Mm|Deg|Px|Ms)$/, '');
}

function rounded(name: string, value: number): string {
  const text = value.toFixed(withoutUnit(name) === name ? 2 : 1);
  // No minus before nothing.
  return Number(text) === 0 ? text.replace('-', '') : text;
}

function withUnit(name: string, number: string): string {
  if (name.endsWith('Mm')) return `${number} mm`;
  return name.endsWith('Deg') ? `${number}°` : number;
}

const attentionWords: Readonly<Record<Attention['kind'], string>> = {
  attentive: 'Open and on the screen',
  'eyes-closed': 'Closed',
  'looking-away': 'Looking away',
  unknown: 'Not seen',
};

export function attentionText({ kind }: Attention): string {
  return attentionWords[kind];
}

/** Where the head was and how it was turned. */
export function headText({ yawDeg, pitchDeg, distanceMm }: FaceMeasures): string {
  const upDeg = Math.round(pitchDeg);
  return `${Math.abs(Math.round(yawDeg))}° aside, ${Math.abs(upDeg)}° ${upDeg < 0 ? 'down' : 'up'}, ${Math.round(distanceMm / 10)} cm away`;
}

/** "One frame", "8 frames". */
export function framesText(count: number): string {
  return count === 1 ? 'one frame' : `${count} frames`;
}

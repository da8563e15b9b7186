import type { FaceMeasures } from '../../main/contract/insight.ts';
import type { Attention, LivenessCue } from '../../main/contract/observation.ts';

/** What a cue is called and how its value reads; a cue that came later is shown by its own name. */
const names: Readonly<Record<string, string>> = {
  reliefMm: 'Depth of the face',
  noseProtrusionMm: 'Height of the nose',
  pupilDistanceMm: 'Between the eyes',
  meshAgreement: 'Shape of a face',
};

/** The cue's name in words: `noseProtrusionMm` where nothing better is known becomes "Nose protrusion". */
export function cueName(name: string): string {
  const known = Object.hasOwn(names, name) ? names[name] : undefined;
  if (known !== undefined) return known;
  const words = name
    .replace(/(Mm|Deg|Px|Ms)$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Its value with the unit that its name ends with. */
export function cueValue({ name, value }: LivenessCue): string {
  if (!Number.isFinite(value)) return 'not measured';
  if (name.endsWith('Mm')) return `${value.toFixed(1)} mm`;
  if (name.endsWith('Deg')) return `${value.toFixed(1)}°`;
  return value.toFixed(2);
}

const attentionWords: Readonly<Record<Attention['kind'], string>> = {
  attentive: 'open, on the screen',
  'eyes-closed': 'closed',
  'looking-away': 'looking away',
  unknown: 'not seen',
};

export function attentionText({ kind, gazeDeg }: Attention): string {
  return kind === 'unknown' || !Number.isFinite(gazeDeg) ? attentionWords[kind] : `${attentionWords[kind]}, ${Math.round(gazeDeg)}° off`;
}

/** Where the head was and how it was turned. */
export function headText({ yawDeg, pitchDeg, distanceMm }: FaceMeasures): string {
  const upDeg = Math.round(pitchDeg);
  return `${Math.abs(Math.round(yawDeg))}° aside, ${Math.abs(upDeg)}° ${upDeg < 0 ? 'down' : 'up'}, ${Math.round(distanceMm / 10)} cm away`;
}

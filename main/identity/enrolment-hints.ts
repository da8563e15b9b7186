import { livenessReasons } from '../contract/liveness-reasons.ts';
import type { Liveness } from '../contract/observation.ts';

/** With so few directions left open, going around once more is a detour. */
const fewGaps = 3;

/**
 * Where to turn the head when little of the ring is left open, by the first of the open directions (degrees, as `binAngleDeg` counts).
 * `undefined` when nothing or much is open.
 */
export function gapHint(openDeg: readonly number[]): string | undefined {
  const [first] = openDeg;
  return first === undefined || openDeg.length > fewGaps ? undefined : `Nearly round: turn your head ${turnWords(first)}`;
}

/** A direction around the ring in words, left and right being the person's own: image right is their left. */
export function turnWords(angleDeg: number): string {
  const angle = (angleDeg * Math.PI) / 180;
  const words = [part(Math.sin(angle), 'down', 'up'), part(Math.cos(angle), 'to your left', 'to your right')];
  return words.filter((word) => word !== undefined).join(' and ');
}

function part(share: number, positive: string, negative: string): string | undefined {
  if (Math.abs(share) < 0.3) return undefined;
  return share > 0 ? positive : negative;
}

/** Why depth does not show a living face: the first measure that speaks against one. Enrolling follows the passcode, so this is no news to somebody at a locked screen. */
export function pictureHint({ cues }: Liveness): string {
  const against = cues.find(({ passed }) => !passed)?.name;
  const reason = Object.entries(livenessReasons).find(([name]) => name === against)?.[1];
  if (reason === undefined) return 'A picture cannot be enrolled: show your own face';
  return `This is not seen as a living face: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}

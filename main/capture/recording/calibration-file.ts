import * as v from 'valibot';
import type { Calibration } from '../../contract/frame.ts';

/** Larger pictures than any depth camera makes are refused before memory is asked for. */
const largestSidePx = 8192;

const sidePx = v.pipe(v.number(), v.integer(), v.minValue(16), v.maxValue(largestSidePx));
const focalPx = v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(100_000));
const centrePx = v.pipe(v.number(), v.finite(), v.minValue(-largestSidePx), v.maxValue(2 * largestSidePx));
const intrinsics = v.object({ width: sidePx, height: sidePx, fx: focalPx, fy: focalPx, cx: centrePx, cy: centrePx });

const calibrationShape = v.object({
  color: intrinsics,
  depth: intrinsics,
  depthToColor: v.object({
    rotation: v.pipe(
      v.array(v.pipe(v.number(), v.finite())),
      v.length(9),
      v.check((rows) => isRotation(rows), 'is not a rotation'),
    ),
    translationMm: v.pipe(v.array(v.pipe(v.number(), v.minValue(-1000), v.maxValue(1000))), v.length(3)),
  }),
  depthScaleMm: v.pipe(v.number(), v.minValue(0.001), v.maxValue(100)),
});

export type CalibrationReading =
  | { readonly kind: 'calibration'; readonly calibration: Calibration }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Reads the text of a `calibration.json`. `file` is the name used in the sentence. */
export function parseCalibration(text: string, file: string): CalibrationReading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'failed', sentence: `${file} is not valid JSON.` };
  }
  const parsed = v.safeParse(calibrationShape, json);
  if (parsed.success) return { kind: 'calibration', calibration: parsed.output };
  const issue = parsed.issues[0];
  const path = v.getDotPath(issue);
  const what = issue.type === 'check' ? issue.message : 'is missing or out of range';
  return { kind: 'failed', sentence: `${file} is not a calibration: ${path ?? 'it'} ${what}.` };
}

/** Rows of unit length, at right angles, right-handed. */
function isRotation(m: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m;
  const dots = [
    a * a + b * b + c * c - 1,
    d * d + e * e + f * f - 1,
    g * g + h * h + i * i - 1,
    a * d + b * e + c * f,
    a * g + b * h + c * i,
    d * g + e * h + f * i,
  ];
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return dots.every((value) => Math.abs(value) < 1e-3) && determinant > 0;
}

import type { Calibration } from '../contract/frame.ts';

/** A face found in the colour picture of a frame, and the depth that was stored with it. */
export interface FaceOverDepth {
  /** Three numbers for each point of the face: x and y in pixels of the colour picture, and how far behind the others it lies, in any unit. */
  readonly points: Float32Array;
  /** As stored: `depth.width * depth.height` values in mm, 0 without a reading. */
  readonly depthMm: Uint16Array;
}

/** No part of a face lies farther than this before or behind its median depth; what does is background or hair. */
const faceHalfDepthMm = 130;
/** Where a face is looked for in depth hangs on its distance, and its distance on where it is looked for. */
const distanceRounds = 2;

/**
 * How well a face's points agree with the depth that the calibration puts under them, -1 to 1: the correlation of their depths with the readings, planes over
 * the picture taken out of both (a partial correlation), times the share of points with a reading on the face. 0 where nearly nothing was measured. A face of real
 * depth in its place has 0.6 to 0.95; `roughDistanceMm` is about where the face is. The calibration's rotation is taken for the identity.
 */
export function agreementWithDepth(face: FaceOverDepth, calibration: Calibration, roughDistanceMm: number): number {
  const readings = new Float64Array(face.points.length / 3);
  let distanceMm = roughDistanceMm;
  for (let round = 0; round < distanceRounds; round++) {
    readUnder(face, calibration, distanceMm, readings);
    const middle = medianReading(readings);
    if (middle === 0) return 0;
    distanceMm = middle;
  }
  readUnder(face, calibration, distanceMm, readings);
  return partialCorrelation(face.points, readings, distanceMm);
}

/** Median depth under a face's points as stored, in mm; 0 without any. */
export function roughDistanceMm(face: FaceOverDepth, calibration: Calibration): number {
  const readings = new Float64Array(face.points.length / 3);
  readUnder(face, calibration, 1, readings);
  return medianReading(readings);
}

/** Nearest reading under each point, were it at `distanceMm`; 0 without. */
function readUnder(
  { points, depthMm }: FaceOverDepth,
  { color, depth, depthToColor }: Calibration,
  distanceMm: number,
  into: Float64Array,
): void {
  const [shiftMm = 0, dropMm = 0] = depthToColor.translationMm;
  const scaleX = depth.fx / color.fx;
  const scaleY = depth.fy / color.fy;
  const left = depth.cx - color.cx * scaleX - (shiftMm * depth.fx) / distanceMm;
  const top = depth.cy - color.cy * scaleY - (dropMm * depth.fy) / distanceMm;
  for (let i = 0; i < into.length; i++) {
    const x = Math.round((points[3 * i] as number) * scaleX + left);
    const y = Math.round((points[3 * i + 1] as number) * scaleY + top);
    const inside = x >= 0 && y >= 0 && x < depth.width && y < depth.height;
    into[i] = inside ? (depthMm[y * depth.width + x] as number) : 0;
  }
}

function medianReading(readings: Float64Array): number {
  const found = readings.filter((reading) => reading > 0).sort();
  return found[found.length >> 1] ?? 0;
}

/** Of the points' own depth and the readings on the face, both freed from what a plane over x and y explains. */
function partialCorrelation(points: Float32Array, readings: Float64Array, distanceMm: number): number {
  // Sums of products of (x, y, expected, measured), each from its first value on, so that little is lost to rounding.
  const mean = [0, 0, 0, 0];
  const products = new Float64Array(16);
  const value = [0, 0, 0, 0];
  let count = 0;
  for (let i = 0; i < readings.length; i++) {
    const reading = readings[i] as number;
    if (reading === 0 || Math.abs(reading - distanceMm) > faceHalfDepthMm) continue;
    count++;
    value[0] = points[3 * i] as number;
    value[1] = points[3 * i + 1] as number;
    value[2] = points[3 * i + 2] as number;
    value[3] = reading;
    // Welford's update of means and centred products.
    const before = (count - 1) / count;
    for (let a = 0; a < 4; a++) {
      const offA = (value[a] as number) - (mean[a] as number);
      for (let b = 0; b <= a; b++)
        products[4 * a + b] = (products[4 * a + b] as number) + before * offA * ((value[b] as number) - (mean[b] as number));
    }
    for (let a = 0; a < 4; a++) mean[a] = (mean[a] as number) + ((value[a] as number) - (mean[a] as number)) / count;
  }
  if (count < readings.length / 3) return 0;
  eliminate(products, 0);
  eliminate(products, 1);
  const [expected, both, measured] = [products[10] as number, products[14] as number, products[15] as number];
  return expected > 0 && measured > 0 ? (both / Math.sqrt(expected * measured)) * (count / readings.length) : 0;
}

/** Takes variable `pivot` out of those after it: one step of Gauss's elimination on the lower triangle of a 4x4 matrix. */
function eliminate(products: Float64Array, pivot: number): void {
  const own = products[5 * pivot] as number;
  if (!(own > 0)) return;
  for (let a = pivot + 1; a < 4; a++) {
    const factor = (products[4 * a + pivot] as number) / own;
    for (let b = pivot + 1; b <= a; b++)
      products[4 * a + b] = (products[4 * a + b] as number) - factor * (products[4 * b + pivot] as number);
  }
}

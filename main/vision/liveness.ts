import type { Liveness, LivenessCue } from '../contract/observation.ts';
import { fitDepthPlane, heightAbovePlaneMm, type Point3 } from '../geometry/plane.ts';
import { type FaceDepth, median } from './face-depth.ts';
import { type Landmarks, landmarkIndex, landmarkPoint } from './landmarks.ts';

/** A cue passes between these. Where the numbers come from stands beside each. */
interface Range {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Standard deviation of the face from its best plane. Heads measure 8 to 20 mm, a sheet shows the sensor's noise: 1.5 to 4 mm. */
const relief: Range = { name: 'reliefMm', from: 5.5, to: 40 };
/** Nose tip over the plane of cheeks, inner eye corners and mouth. Adults' noses stand out 15 to 30 mm (Farkas 1994, nasal protrusion). */
const nose: Range = { name: 'noseProtrusionMm', from: 8, to: 45 };
/** Between the irises: adults have 51 to 77 mm (Dodgson 2004, 99.9 %); the margins allow for depth noise and turned heads. */
const pupils: Range = { name: 'pupilDistanceMm', from: 44, to: 90 };
/**
 * Correlation of measured relief with the relief that the landmark network expects of this face, planes taken out of both. Faces before a real Kinect v2 at
 * 1.1 m have 0.45 to 0.7 from the front, nearer ones 0.7 to 0.95; sheets -0.2 to 0.35.
 */
const agreement: Range = { name: 'meshAgreement', from: 0.42, to: 1 };

/** Below this share of measured points depth cannot tell. */
const minimumMeasuredShare = 0.6;

const noseTipPoints = [1, 4, 5, 44, 274];
const aroundEyesPoints = [33, 133, 159, 145, 263, 362, 386, 374];
const aroundNosePoints = [133, 362, 50, 280, 101, 330, 205, 425, 61, 291, 36, 266, 207, 427];

/**
 * Judges from depth whether a face is a head and not a picture of one: relief against a plane, the nose, the distance of the eyes in millimetres,
 * and agreement of depth with the mesh. Every cue has to pass; the score is the smallest margin, squashed to 0..1. `unknown` when depth
 * is missing on too much of the face.
 */
export function judgeLiveness(landmarks: Landmarks, depth: FaceDepth, focalPx: number, yawDeg: number): Liveness {
  const surface = depth.points.slice(0, landmarkIndex.rightIris);
  const measured = surface.filter((point): point is Point3 => point !== undefined);
  const plane = fitDepthPlane(measured);
  if (depth.measuredShare < minimumMeasuredShare || plane === undefined) return { kind: 'unknown', score: 0, cues: [] };
  const cues = [
    cue(relief, plane.residualMm),
    cue(nose, noseProtrusionMm(depth)),
    cue(pupils, pupilDistanceMm(landmarks, depth, focalPx, yawDeg)),
    cue(agreement, meshAgreement(landmarks, depth)),
  ];
  const score = Math.min(...[relief, nose, pupils, agreement].map((range, index) => marginScore(range, cues[index]?.value ?? Number.NaN)));
  return { kind: cues.every((each) => each.passed) ? 'live' : 'spoof', score, cues };
}

function cue(range: Range, value: number): LivenessCue {
  return { name: range.name, value, passed: value >= range.from && value <= range.to };
}

/** 0.5 on the edge of the range, towards 1 inside and 0 outside; 0 for a value that could not be measured. */
function marginScore(range: Range, value: number): number {
  if (!Number.isFinite(value)) return 0;
  const margin = Math.min((value - range.from) / range.from, (range.to - value) / range.to + (range.to === 1 ? 1 : 0));
  return 1 / (1 + Math.exp(-6 * margin));
}

function noseProtrusionMm(depth: FaceDepth): number {
  const plane = fitDepthPlane(pick(depth, aroundNosePoints));
  const tip = pick(depth, noseTipPoints);
  if (plane === undefined || tip.length === 0) return Number.NaN;
  return median(tip.map((point) => heightAbovePlaneMm(plane, point)));
}

/**
 * Eyeballs shine and give holes, and depth at the eyes is the noisiest of the face: both eyes are taken at the median depth of the lids around them, and the
 * turn of the head is taken out.
 */
function pupilDistanceMm(landmarks: Landmarks, depth: FaceDepth, focalPx: number, yawDeg: number): number {
  const lids = pick(depth, aroundEyesPoints);
  if (lids.length === 0) return Number.NaN;
  const right = landmarkPoint(landmarks, landmarkIndex.rightIris);
  const left = landmarkPoint(landmarks, landmarkIndex.leftIris);
  const acrossMm = (Math.hypot(left.x - right.x, left.y - right.y) * median(lids.map((point) => point.z))) / focalPx;
  return acrossMm / Math.cos((Math.min(60, Math.abs(yawDeg)) * Math.PI) / 180);
}

function meshAgreement(landmarks: Landmarks, depth: FaceDepth): number {
  const expected: Point3[] = [];
  const measured: Point3[] = [];
  for (let i = 0; i < landmarkIndex.rightIris; i++) {
    const point = depth.points[i];
    if (point === undefined) continue;
    measured.push(point);
    expected.push({
      x: landmarks.points[3 * i] as number,
      y: landmarks.points[3 * i + 1] as number,
      z: landmarks.points[3 * i + 2] as number,
    });
  }
  const expectedPlane = fitDepthPlane(expected);
  const measuredPlane = fitDepthPlane(measured);
  if (expectedPlane === undefined || measuredPlane === undefined) return Number.NaN;
  return correlation(
    expected.map((point) => heightAbovePlaneMm(expectedPlane, point)),
    measured.map((point) => heightAbovePlaneMm(measuredPlane, point)),
  );
}

/** Pearson's correlation of two lists of equal length with mean zero. */
function correlation(p: readonly number[], q: readonly number[]): number {
  let pp = 0;
  let qq = 0;
  let pq = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] as number;
    const b = q[i] as number;
    pp += a * a;
    qq += b * b;
    pq += a * b;
  }
  return pq / Math.sqrt(pp * qq);
}

function pick(depth: FaceDepth, indices: readonly number[]): Point3[] {
  return indices.map((index) => depth.points[index]).filter((point): point is Point3 => point !== undefined);
}

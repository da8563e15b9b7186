import type { Calibration } from '../contract/frame.ts';
import { agreementWithDepth, type FaceOverDepth, roughDistanceMm } from './face-over-depth.ts';
import { median } from './median.ts';
import { climb } from './nelder-mead.ts';

/** How colour lies otherwise than a calibration says: its focal lengths times `scale`, its principal point and a shift to the side besides. */
interface Change {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetXPx: number;
  readonly offsetYPx: number;
  readonly shiftMm: number;
}

/** This share of the faces, those that agree least, does not count: turned away, covered, or badly found. */
const leftOutShare = 0.2;
/** First looked at on every so many points and no more than so many faces: the hill is wide. */
const coarsePointStep = 4;
const coarseFaces = 24;
/** What is tried first: colour stretched by these, and the face beside where it should be by so many of its own widths and heights. */
const triedScales = [0.65, 0.8, 1, 1.25, 1.55] as const;
const triedOffsets = [-0.45, -0.3, -0.15, 0, 0.15, 0.3, 0.45] as const;
/** So many of the best starts are climbed from. */
const climbs = 4;
const coarseEffort = { evaluations: 120, tolerance: 1e-3 } as const;
const fineEffort = { evaluations: 500, tolerance: 1e-5 } as const;

/** Robust mean over faces of their agreement with the depth that a calibration puts under them, -1 to 1; 0 of nobody. */
export function meanAgreement(faces: readonly FaceOverDepth[], claimed: Calibration, calibration: Calibration): number {
  return trimmedMean(faces.map((face) => agreementWithDepth(face, calibration, roughDistanceMm(face, claimed))));
}

/**
 * Looks for the calibration under which faces found in colour agree best with depth (`meanAgreement`), among those that differ from the `claimed` one by the colour
 * camera's focal lengths, its principal point and a shift to the side between the lenses; depth's own lens is believed, and no rotation is looked for. A coarse grid
 * first, then Nelder and Mead's simplex. At least one face is needed. Where all faces are at one distance, shift and principal point cannot be told apart and
 * the shift takes all. Never looks at who anybody is.
 */
export function searchRegistration(faces: readonly FaceOverDepth[], claimed: Calibration): Calibration {
  const rough = faces.map((face) => roughDistanceMm(face, claimed));
  const typicalMm = median(rough.filter((distance) => distance > 0)) || 1000;
  const few = thinned(faces, coarseFaces).map(({ points, depthMm }) => ({ points: everyNth(points, coarsePointStep), depthMm }));
  const fewRough = few.map((face) => roughDistanceMm(face, claimed) || typicalMm);
  const coarse = (change: Change): number => {
    const calibration = changed(claimed, change);
    return trimmedMean(few.map((face, index) => agreementWithDepth(face, calibration, fewRough[index] as number)));
  };
  const fine = (change: Change): number => {
    const calibration = changed(claimed, change);
    return trimmedMean(faces.map((face, index) => agreementWithDepth(face, calibration, rough[index] || typicalMm)));
  };
  const { widthPx, heightPx } = faceSize(faces);
  // Numbers of like size for the simplex: shares of the picture's scale and of the face, the shift by what it moves at the typical distance.
  const pxPerMm = claimed.color.fx / typicalMm;
  const fromNumbers = ([a = 0, b = 0, c = 0, d = 0, e = 0]: readonly number[]): Change => ({
    scaleX: Math.exp(a),
    scaleY: Math.exp(b),
    offsetXPx: c * widthPx,
    offsetYPx: d * heightPx,
    shiftMm: (e * widthPx) / pxPerMm,
  });
  const starts = triedScales
    .flatMap((x) =>
      triedScales.flatMap((y) => triedOffsets.flatMap((right) => triedOffsets.map((down) => [Math.log(x), Math.log(y), 0, down, right]))),
    )
    .map((at) => ({ at, value: coarse(fromNumbers(at)) }))
    .sort((one, other) => other.value - one.value)
    .slice(0, climbs);
  const steps = [0.1, 0.1, 0.1, 0.1, 0.1];
  const tops = starts.map(({ at }) => climb((numbers) => coarse(fromNumbers(numbers)), at, steps, coarseEffort));
  const top = tops.reduce((best, each) => (each.value > best.value ? each : best));
  const smallSteps = steps.map((step) => step / 3);
  return changed(claimed, fromNumbers(climb((numbers) => fine(fromNumbers(numbers)), top.at, smallSteps, fineEffort).at));
}

function changed(claimed: Calibration, { scaleX, scaleY, offsetXPx, offsetYPx, shiftMm }: Change): Calibration {
  const { color, depthToColor } = claimed;
  const [x = 0, y = 0, z = 0] = depthToColor.translationMm;
  return {
    ...claimed,
    color: { ...color, fx: color.fx * scaleX, fy: color.fy * scaleY, cx: color.cx + offsetXPx, cy: color.cy + offsetYPx },
    depthToColor: { ...depthToColor, translationMm: [x + shiftMm, y, z] },
  };
}

/** Median width and height of the faces in the colour picture. */
function faceSize(faces: readonly FaceOverDepth[]): { widthPx: number; heightPx: number } {
  const extent = (points: Float32Array, axis: number): number => {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = axis; at < points.length; at += 3) {
      least = Math.min(least, points[at] as number);
      most = Math.max(most, points[at] as number);
    }
    return most - least;
  };
  return {
    widthPx: median(faces.map(({ points }) => extent(points, 0))),
    heightPx: median(faces.map(({ points }) => extent(points, 1))),
  };
}

function trimmedMean(values: readonly number[]): number {
  const kept = [...values].sort((one, other) => one - other).slice(Math.floor(values.length * leftOutShare));
  return kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
}

function thinned<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, index) => all[Math.floor(index * step)] as T);
}

function everyNth(points: Float32Array, step: number): Float32Array {
  const count = Math.floor(points.length / 3 / step);
  return Float32Array.from({ length: 3 * count }, (_, at) => points[3 * step * Math.floor(at / 3) + (at % 3)] as number);
}

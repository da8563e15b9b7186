import { median } from '../geometry/median.ts';
import type { FaceDepth, RegisteredDepth } from './face-depth.ts';
import { type Landmarks, landmarkIndex, landmarkPoint } from './landmarks.ts';
import type { Picture } from './picture.ts';

/** What raw depth in and around a face looks like. NaN where it could not be measured. */
export interface DepthTexture {
  /** Mean bend of depth over steps of about 5 mm: the sensor's noise, or the speckle of a screen's glass. */
  readonly roughnessMm: number;
  /** Share of the mesh's points under which this very pixel has no reading. */
  readonly missingShare: number;
  /** Share of the face's outline where what lies just outside is farther away, or unmeasured: heads end, sheets go on. */
  readonly outlineDropShare: number;
  /** Median step across the outline beside cheeks and temples, beyond what the surface inside would lead one to expect. */
  readonly outlineStepMm: number;
  /** Mean brightness step where depth has an edge around the head, over the mean around it: what ends in space ends in the picture too. */
  readonly edgeContrast: number;
}

/** The face's outline in MediaPipe's mesh, from the forehead clockwise in the picture. */
const outline = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93,
  234, 127, 162, 21, 54, 103, 67, 109,
];
/** Cheeks and temples of it: between forehead and jaw. */
const sides = new Set([251, 389, 356, 454, 323, 361, 288, 58, 132, 93, 234, 127, 162, 21]);

const bendStepMm = 5;
const longestBendMm = 15;
const dropMm = 20;
const insideMm = 10;
const outsideMm = 14;
const edgeStepMm = 40;
/** Samples across the box around the head in which edges are compared. */
const edgeGrid = 56;

/** Measures the raw depth of a face and its surroundings. */
export function depthTexture(landmarks: Landmarks, face: FaceDepth, picture: Picture, depth: RegisteredDepth): DepthTexture {
  const pxPerMm = depth.intrinsics.fx / face.distanceMm;
  const centre = landmarkPoint(landmarks, landmarkIndex.noseBridge);
  return {
    roughnessMm: roughness(landmarks, depth, face.distanceMm, pxPerMm),
    missingShare: missingShare(landmarks, depth),
    ...outlineSteps(landmarks, depth, centre, pxPerMm),
    edgeContrast: edgeContrast(landmarks, picture, depth, pxPerMm),
  };
}

function reading({ depthMm, intrinsics }: RegisteredDepth, x: number, y: number): number {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column < 0 || row < 0 || column >= intrinsics.width || row >= intrinsics.height) return 0;
  return depthMm[row * intrinsics.width + column] as number;
}

/** Second differences between the cheekbones and from brow to mouth, where the face itself bends slowly. */
function roughness(landmarks: Landmarks, depth: RegisteredDepth, distanceMm: number, pxPerMm: number): number {
  const right = landmarkPoint(landmarks, 117);
  const left = landmarkPoint(landmarks, 346);
  const top = landmarkPoint(landmarks, 9);
  const bottom = landmarkPoint(landmarks, 152);
  const step = Math.max(2, Math.round(bendStepMm * pxPerMm));
  let sum = 0;
  let count = 0;
  for (let y = Math.round(top.y); y < bottom.y; y += 2) {
    for (let x = Math.round(right.x); x < left.x; x += 2) {
      const here = reading(depth, x, y);
      const before = reading(depth, x - step, y);
      const after = reading(depth, x + step, y);
      if (here === 0 || before === 0 || after === 0 || Math.abs(here - distanceMm) > 100) continue;
      sum += Math.min(longestBendMm, Math.abs(before - 2 * here + after));
      count++;
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

function missingShare(landmarks: Landmarks, depth: RegisteredDepth): number {
  let missing = 0;
  for (let i = 0; i < landmarkIndex.rightIris; i++) {
    const { x, y } = landmarkPoint(landmarks, i);
    if (reading(depth, x, y) === 0) missing++;
  }
  return missing / landmarkIndex.rightIris;
}

function outlineSteps(
  landmarks: Landmarks,
  depth: RegisteredDepth,
  centre: { x: number; y: number },
  pxPerMm: number,
): Pick<DepthTexture, 'outlineDropShare' | 'outlineStepMm'> {
  let looked = 0;
  let drops = 0;
  const steps: number[] = [];
  for (const index of outline) {
    const at = landmarkPoint(landmarks, index);
    const length = Math.hypot(at.x - centre.x, at.y - centre.y);
    if (length === 0) continue;
    const along = { x: ((at.x - centre.x) / length) * pxPerMm, y: ((at.y - centre.y) / length) * pxPerMm };
    const depthAt = (mm: number): number => around(depth, at.x + along.x * mm, at.y + along.y * mm);
    const inside = depthAt(-insideMm);
    if (inside === 0) continue;
    looked++;
    const outside = depthAt(outsideMm);
    if (outside === 0 || outside - inside > dropMm) drops++;
    if (!sides.has(index)) continue;
    const deep = depthAt(-insideMm - (outsideMm + insideMm) / 2);
    const edge = depthAt((outsideMm - insideMm) / 2);
    if (deep > 0 && edge > 0 && Math.abs(edge - inside) < 60) steps.push(edge - inside - (inside - deep));
  }
  return {
    outlineDropShare: looked === 0 ? Number.NaN : drops / looked,
    outlineStepMm: steps.length < 4 ? Number.NaN : median(steps),
  };
}

/** Median of the readings around a place; 0 without any. */
function around(depth: RegisteredDepth, x: number, y: number): number {
  const values: number[] = [];
  for (let dy = -2; dy <= 2; dy += 2) {
    for (let dx = -2; dx <= 2; dx += 2) {
      const value = reading(depth, x + dx, y + dy);
      if (value > 0) values.push(value);
    }
  }
  return median(values);
}

function edgeContrast(landmarks: Landmarks, picture: Picture, depth: RegisteredDepth, pxPerMm: number): number {
  const middle = landmarkPoint(landmarks, landmarkIndex.noseBridge);
  const halfPx = 140 * pxPerMm;
  const step = Math.max(1, (2 * halfPx) / edgeGrid);
  let edgeSum = 0;
  let edges = 0;
  let allSum = 0;
  let all = 0;
  for (let y = middle.y - halfPx; y + step < middle.y + halfPx; y += step) {
    for (let x = middle.x - halfPx; x + step < middle.x + halfPx; x += step) {
      const here = brightness(picture, x, y);
      const right = brightness(picture, x + step, y);
      const below = brightness(picture, x, y + step);
      if (here === undefined || right === undefined || below === undefined) continue;
      const contrast = Math.max(Math.abs(right - here), Math.abs(below - here));
      allSum += contrast;
      all++;
      if (!isEdge(depth, x, y, step)) continue;
      edgeSum += contrast;
      edges++;
    }
  }
  return edges < 8 || allSum === 0 ? Number.NaN : edgeSum / edges / (allSum / all);
}

function isEdge(depth: RegisteredDepth, x: number, y: number, step: number): boolean {
  const here = reading(depth, x, y);
  const right = reading(depth, x + step, y);
  const below = reading(depth, x, y + step);
  if (here === 0 || right === 0 || below === 0) return false;
  return Math.abs(right - here) > edgeStepMm || Math.abs(below - here) > edgeStepMm;
}

function brightness({ width, height, rgba }: Picture, x: number, y: number): number | undefined {
  const column = Math.round(x);
  const row = Math.round(y);
  if (column < 0 || row < 0 || column >= width || row >= height) return undefined;
  const at = (row * width + column) * 4;
  return 0.299 * (rgba[at] as number) + 0.587 * (rgba[at + 1] as number) + 0.114 * (rgba[at + 2] as number);
}

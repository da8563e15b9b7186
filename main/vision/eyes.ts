import { type Landmarks, landmarkPoint } from './landmarks.ts';
import type { Picture } from './picture.ts';

/** What can be measured of one eye without a network. */
export interface EyeMeasures {
  /** Height of the opening against the eye's width, in space (the eye aspect ratio of Soukupová and Čech, 2016). About 0.3 open, under 0.15 shut. */
  readonly opening: number;
  /** Deviation of brightness around the iris against its mean: white, iris and pupil differ, a lid is all alike. */
  readonly contrast: number;
  /** How far the iris is off the middle of the two corners, against the eye's width: to the picture's right, and down, along the eye's own axes. */
  readonly aside: number;
  readonly down: number;
}

interface EyePoints {
  /** Corners from the picture's left to its right. */
  readonly corners: readonly [number, number];
  readonly lids: readonly (readonly [number, number])[];
  readonly iris: number;
  readonly rim: readonly number[];
}

/** Indices into the 478 points; the person's right eye is on the picture's left. */
const rightEye: EyePoints = {
  corners: [33, 133],
  lids: [
    [159, 145],
    [158, 153],
    [160, 144],
  ],
  iris: 468,
  rim: [469, 470, 471, 472],
};
const leftEye: EyePoints = {
  corners: [362, 263],
  lids: [
    [386, 374],
    [385, 380],
    [387, 373],
  ],
  iris: 473,
  rim: [474, 475, 476, 477],
};

/** So many radii of the iris around its middle are looked at; at least two pixels. */
const lookedAtRadii = 1.6;
const leastRadiusPx = 2;

/** Measures both eyes. Numbers are not finite where the landmarks collapse or lie outside the picture. */
export function measureEyes(picture: Picture, landmarks: Landmarks): { readonly left: EyeMeasures; readonly right: EyeMeasures } {
  return { left: measureEye(picture, landmarks, leftEye), right: measureEye(picture, landmarks, rightEye) };
}

function measureEye(picture: Picture, landmarks: Landmarks, { corners, lids, iris, rim }: EyePoints): EyeMeasures {
  const width = apart(landmarks, corners[0], corners[1]);
  const opening = lids.reduce((sum, [upper, lower]) => sum + apart(landmarks, upper, lower), 0) / lids.length / width;
  const from = landmarkPoint(landmarks, corners[0]);
  const to = landmarkPoint(landmarks, corners[1]);
  const seenWidth = Math.hypot(to.x - from.x, to.y - from.y);
  const along = { x: (to.x - from.x) / seenWidth, y: (to.y - from.y) / seenWidth };
  const centre = landmarkPoint(landmarks, iris);
  const off = { x: centre.x - (from.x + to.x) / 2, y: centre.y - (from.y + to.y) / 2 };
  const rimPx = rim.reduce((sum, index) => {
    const { x, y } = landmarkPoint(landmarks, index);
    return sum + Math.hypot(x - centre.x, y - centre.y);
  }, 0);
  return {
    opening,
    contrast: contrastAround(picture, centre.x, centre.y, lookedAtRadii * Math.max(leastRadiusPx, rimPx / rim.length)),
    aside: (off.x * along.x + off.y * along.y) / width,
    down: (off.y * along.x - off.x * along.y) / width,
  };
}

/** Distance of two points in space; the network's z is in pixels as x and y are. */
function apart({ points }: Landmarks, p: number, q: number): number {
  const difference = (axis: number): number => (points[3 * p + axis] as number) - (points[3 * q + axis] as number);
  return Math.hypot(difference(0), difference(1), difference(2));
}

function contrastAround({ width, height, rgba }: Picture, x: number, y: number, radiusPx: number): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let row = Math.max(0, Math.ceil(y - radiusPx)); row <= Math.min(height - 1, y + radiusPx); row++) {
    for (let column = Math.max(0, Math.ceil(x - radiusPx)); column <= Math.min(width - 1, x + radiusPx); column++) {
      if (Math.hypot(column - x, row - y) >= radiusPx) continue;
      const at = 4 * (row * width + column);
      const luma = 0.299 * (rgba[at] as number) + 0.587 * (rgba[at + 1] as number) + 0.114 * (rgba[at + 2] as number);
      count++;
      sum += luma;
      squares += luma * luma;
    }
  }
  const mean = sum / count;
  return Math.sqrt(Math.max(0, squares / count - mean ** 2)) / mean;
}

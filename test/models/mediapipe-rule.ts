import type { Point2 } from '../../main/geometry/similarity.ts';
import type { Network } from '../../main/vision/network.ts';
import type { Picture } from '../../main/vision/picture.ts';
import type { ReferenceFace } from './reference-runtime.ts';

/**
 * MediaPipe's own way from a picture to landmarks, step by step (face_detector_graph.cc, face_landmarks_detector_graph.cc and their
 * calculators), with our converted networks in the place of its own. Facelatch itself goes another way (main/vision): this one is for the check.
 */

/** The 146 of the 478 points that the blendshape network takes (face_blendshapes_graph.cc). */
export const blendshapePoints = [
  0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91,
  93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168,
  172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296,
  297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380,
  381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476,
  477,
];

/** A rectangle of the picture in its pixels, turned by `angle` (radians, clockwise in the image). */
export interface TurnedBox {
  readonly centre: Point2;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

export interface RuleNetworks {
  readonly detector: Network;
  readonly landmarks: Network;
  readonly blendshapes: Network;
}

/** Landmarks and blendshapes of the best face; `null` where the detector sees none. */
export async function runRule(networks: RuleNetworks, picture: Picture): Promise<ReferenceFace | null> {
  const box = await landmarkBox(networks.detector, picture);
  if (box === null) return null;
  const image = { data: sample(picture, box, 256, 0, 1), shape: [1, 3, 256, 256] };
  const { landmarks: raw = new Float32Array() } = await networks.landmarks.run({ image });
  const landmarks = projected(raw, box, picture);
  const data = Float32Array.from(blendshapePoints.flatMap((index) => landmarks.slice(3 * index, 3 * index + 2)));
  const { blendshapes = new Float32Array() } = await networks.blendshapes.run({ points: { data, shape: [1, 146, 2] } });
  return { landmarks, blendshapes: [...blendshapes] };
}

const detectorSide = 128;

/** The whole picture, fitted into the detector's square. */
export function wholePicture({ width, height }: Picture): TurnedBox {
  const side = Math.max(width, height);
  return { centre: { x: width / 2, y: height / 2 }, width: side, height: side, angle: 0 };
}

/** MediaPipe's best detection in a picture, in its pixels; `null` where no anchor reaches 0.5. */
export async function bestDetection(
  detector: Network,
  picture: Picture,
): Promise<{ box: TurnedBox; eyes: readonly [Point2, Point2] } | null> {
  const whole = wholePicture(picture);
  const image = { data: sample(picture, whole, detectorSide, -1, 1), shape: [1, 3, detectorSide, detectorSide] };
  const outputs = await detector.run({ image });
  const best = merged(decoded(outputs.regressors ?? new Float32Array(), outputs.classificators ?? new Float32Array()));
  if (best === null) return null;
  const left = whole.centre.x - whole.width / 2;
  const top = whole.centre.y - whole.height / 2;
  const [x = 0, y = 0, width = 0, height = 0, rightX = 0, rightY = 0, leftX = 0, leftY = 0] = best.values.map(
    (value) => value * whole.width,
  );
  return {
    box: { centre: { x: left + x, y: top + y }, width, height, angle: Math.atan2(leftY - rightY, leftX - rightX) },
    eyes: [
      { x: left + rightX, y: top + rightY },
      { x: left + leftX, y: top + leftY },
    ],
  };
}

/** The part of the picture the landmark network is shown: the best detection, level with its eyes, 1.5 times as large. */
export async function landmarkBox(detector: Network, picture: Picture): Promise<TurnedBox | null> {
  const detection = await bestDetection(detector, picture);
  return detection && { ...detection.box, width: detection.box.width * 1.5, height: detection.box.height * 1.5 };
}

/** One anchor's answer: centre, size and six keypoints in the unit square. */
interface Candidate {
  readonly score: number;
  readonly values: readonly number[];
}

function decoded(boxes: Float32Array, logits: Float32Array): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [index, logit] of logits.entries()) {
    const score = 1 / (1 + Math.exp(-logit));
    if (score < 0.5) continue;
    const [cells, cell] = index < 512 ? [16, index >> 1] : [8, Math.floor((index - 512) / 6)];
    const anchor = [((cell % cells) + 0.5) / cells, (Math.floor(cell / cells) + 0.5) / cells];
    const raw = [...boxes.subarray(16 * index, 16 * index + 16)];
    // Places are counted from the anchor, the size (numbers 2 and 3) is not.
    const values = raw.map((value, k) => value / detectorSide + (k === 2 || k === 3 ? 0 : (anchor[k % 2] ?? 0)));
    candidates.push({ score, values });
  }
  return candidates;
}

/** Weighted non-maximum suppression, for the best face only: the score-weighted mean of all that overlap the best by more than half. */
function merged(candidates: readonly Candidate[]): Candidate | null {
  const best = candidates.reduce<Candidate | null>((top, other) => (top === null || other.score > top.score ? other : top), null);
  if (best === null) return null;
  const same = candidates.filter((other) => overlap(best.values, other.values) > 0.5);
  const total = same.reduce((sum, { score }) => sum + score, 0);
  return {
    score: best.score,
    values: best.values.map((_, k) => same.reduce((sum, { score, values }) => sum + score * (values[k] ?? 0), 0) / total),
  };
}

function overlap([px = 0, py = 0, pw = 0, ph = 0]: readonly number[], [qx = 0, qy = 0, qw = 0, qh = 0]: readonly number[]): number {
  const width = Math.min(px + pw / 2, qx + qw / 2) - Math.max(px - pw / 2, qx - qw / 2);
  const height = Math.min(py + ph / 2, qy + qh / 2) - Math.max(py - ph / 2, qy - qh / 2);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (pw * ph + qw * qh - shared);
}

/**
 * A turned box of the picture as planes of red, green and blue between `low` and `high`. As MediaPipe does on the CPU (OpenCV's
 * warpPerspective): corners are mapped to corners without half pixels, bilinear, rounded to 8 bits, black outside.
 */
export function sample(picture: Picture, box: TurnedBox, side: number, low: number, high: number): Float32Array {
  const { width, height, rgba } = picture;
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const target = new Float32Array(3 * side * side);
  const at = (x: number, y: number, channel: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (rgba[4 * (y * width + x) + channel] ?? 0);
  for (let v = 0; v < side; v += 1) {
    for (let u = 0; u < side; u += 1) {
      const across = (u / side - 0.5) * box.width;
      const down = (v / side - 0.5) * box.height;
      const x = box.centre.x + cos * across - sin * down;
      const y = box.centre.y + sin * across + cos * down;
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - x0, y - y0];
      for (let channel = 0; channel < 3; channel += 1) {
        const upper = at(x0, y0, channel) * (1 - fx) + at(x0 + 1, y0, channel) * fx;
        const lower = at(x0, y0 + 1, channel) * (1 - fx) + at(x0 + 1, y0 + 1, channel) * fx;
        const value = Math.round(upper * (1 - fy) + lower * fy);
        target[(channel * side + v) * side + u] = low + ((high - low) * value) / 255;
      }
    }
  }
  return target;
}

/**
 * Landmarks of the 256x256 crop in pixels of the picture. Depth is scaled as the crop's upper edge is, measured in parts of the picture's
 * width and height: in a picture that is not square, a turned crop gets another scale than a level one (landmark_projection_calculator.cc).
 */
function projected(raw: Float32Array, box: TurnedBox, picture: Picture): number[] {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const depthScale = Math.hypot(cos, (sin * picture.width) / picture.height) * box.width;
  const points: number[] = [];
  for (let i = 0; i < raw.length; i += 3) {
    const x = (raw[i] ?? 0) / 256 - 0.5;
    const y = (raw[i + 1] ?? 0) / 256 - 0.5;
    const z = ((raw[i + 2] ?? 0) / 256) * depthScale;
    points.push(box.centre.x + (cos * x - sin * y) * box.width, box.centre.y + (sin * x + cos * y) * box.height, z);
  }
  return points;
}

import type { Point2 } from '../geometry/similarity.ts';
import type { Network } from './network.ts';
import { type Picture, warpToTensor } from './picture.ts';

/** One face as the detector sees it, in pixels of the picture. */
export interface Detection {
  /** 0 to 1. */
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The person's right eye, left eye, nose tip, mouth centre, right and left ear. */
  readonly keypoints: readonly Point2[];
}

const sizePx = 256;
const keypointCount = 6;
/** MediaPipe's own threshold for its face detectors. */
const minimumScore = 0.5;
/** Overlap (intersection over union) from which two boxes are the same face; MediaPipe's face detector uses 0.3. */
const sameFaceOverlap = 0.3;

/** Nobody sits before a screen with the head tilted farther than this; frames and furniture that the detector takes for faces often do. */
const maximumTiltDeg = 60;

/**
 * Finds the upright faces of a picture with BlazeFace (the 256x256 `back` network: faces from about a twentieth of the picture's width), best first.
 * The picture is fitted into the square, aspect kept, black around it. Decoding and weighted non-maximum suppression follow
 * Bazarevsky and others, "BlazeFace" (2019) and MediaPipe's calculators.
 */
export async function detectFaces(network: Network, picture: Picture): Promise<Detection[]> {
  const scale = Math.max(picture.width, picture.height) / sizePx;
  // Centres: target pixel u covers picture pixels around (u + 0.5) * scale - 0.5, shifted by the border.
  const borderX = (sizePx * scale - picture.width) / 2;
  const borderY = (sizePx * scale - picture.height) / 2;
  const map = { a: scale, b: 0, tx: 0.5 * scale - 0.5 - borderX, c: 0, d: scale, ty: 0.5 * scale - 0.5 - borderY };
  const data = new Float32Array(sizePx * sizePx * 3);
  warpToTensor(picture, map, sizePx, sizePx, { layout: 'interleaved', scale: 1 / 127.5, offset: -1 }, data);
  const outputs = await network.run({ 'input:0': { data, shape: [1, sizePx, sizePx, 3] } });
  const candidates = [
    ...decodeGrid(outputs['Identity:0'], outputs['Identity_2:0'], 16, 2),
    ...decodeGrid(outputs['Identity_1:0'], outputs['Identity_3:0'], 8, 6),
  ];
  const side = sizePx * scale;
  const upright = mergeOverlapping(candidates).filter((face) => Math.abs(tiltDeg(face)) <= maximumTiltDeg);
  return upright.map((face) => ({
    score: face.score,
    left: face.left * side - borderX,
    top: face.top * side - borderY,
    width: face.width * side,
    height: face.height * side,
    keypoints: face.keypoints.map((point) => ({ x: point.x * side - borderX - 0.5, y: point.y * side - borderY - 0.5 })),
  }));
}

/** Decodes one anchor grid (`cells` x `cells`, `perCell` anchors each, anchor size 1) into boxes in the unit square. */
function decodeGrid(logits: Float32Array | undefined, boxes: Float32Array | undefined, cells: number, perCell: number): Detection[] {
  if (logits === undefined || boxes === undefined) throw new Error('the face detector lacks an output');
  const found: Detection[] = [];
  const numbers = 4 + 2 * keypointCount;
  for (let anchor = 0; anchor < logits.length; anchor++) {
    const logit = logits[anchor] as number;
    // Sigmoid(0) = 0.5: cheaper than the exponential for the many anchors that see nothing.
    if (!(logit >= 0)) continue;
    const score = 1 / (1 + Math.exp(-logit));
    if (score < minimumScore) continue;
    const cell = Math.floor(anchor / perCell);
    const anchorX = ((cell % cells) + 0.5) / cells;
    const anchorY = (Math.floor(cell / cells) + 0.5) / cells;
    const at = anchor * numbers;
    const read = (index: number): number => (boxes[at + index] as number) / sizePx;
    const width = read(2);
    const height = read(3);
    const keypoints: Point2[] = [];
    for (let k = 0; k < keypointCount; k++) keypoints.push({ x: read(4 + 2 * k) + anchorX, y: read(5 + 2 * k) + anchorY });
    found.push({ score, left: read(0) + anchorX - width / 2, top: read(1) + anchorY - height / 2, width, height, keypoints });
  }
  return found;
}

/** Weighted non-maximum suppression: boxes of one face become their score-weighted mean, which is steadier than the best alone. */
export function mergeOverlapping(candidates: readonly Detection[]): Detection[] {
  let rest = [...candidates].sort((p, q) => q.score - p.score);
  const faces: Detection[] = [];
  while (rest.length > 0) {
    const best = rest[0] as Detection;
    const same = rest.filter((other) => other === best || overlap(best, other) > sameFaceOverlap);
    faces.push(weightedMean(best.score, same));
    rest = rest.filter((other) => !same.includes(other));
  }
  return faces;
}

function weightedMean(score: number, faces: readonly Detection[]): Detection {
  const total = faces.reduce((sum, face) => sum + face.score, 0);
  const mean = (read: (face: Detection) => number): number => faces.reduce((sum, face) => sum + face.score * read(face), 0) / total;
  return {
    score,
    left: mean((face) => face.left),
    top: mean((face) => face.top),
    width: mean((face) => face.width),
    height: mean((face) => face.height),
    keypoints: Array.from({ length: keypointCount }, (_, k) => ({
      x: mean((face) => face.keypoints[k]?.x ?? 0),
      y: mean((face) => face.keypoints[k]?.y ?? 0),
    })),
  };
}

/** Angle of the line from right eye to left against the picture's rows, clockwise. */
function tiltDeg({ keypoints: [rightEye, leftEye] }: Detection): number {
  if (rightEye === undefined || leftEye === undefined) return 180;
  return (Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x) * 180) / Math.PI;
}

/** Intersection over union of two boxes. */
function overlap(p: Detection, q: Detection): number {
  const width = Math.min(p.left + p.width, q.left + q.width) - Math.max(p.left, q.left);
  const height = Math.min(p.top + p.height, q.top + q.height) - Math.max(p.top, q.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (p.width * p.height + q.width * q.height - shared);
}

import { type Affine, applyAffine, fitSimilarity, invertAffine, type Point2 } from '../geometry/similarity.ts';
import { type Landmarks, landmarkIndex, landmarkPoint } from './landmarks.ts';

/** Side of the aligned face every identity network takes, in pixels. */
export const alignedSizePx = 112;

/** Where ArcFace's training put the eyes, nose tip and mouth corners in a 112x112 face (Deng and others, 2019). */
const arcFacePoints: readonly Point2[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

/** The five points of a face in the order of the template: irises (image left first), nose tip, mouth corners (image left first). */
export function fivePoints(landmarks: Landmarks): Point2[] {
  const { rightIris, leftIris, noseTip, rightMouth, leftMouth } = landmarkIndex;
  return [rightIris, leftIris, noseTip, rightMouth, leftMouth].map((index) => landmarkPoint(landmarks, index));
}

/** The map from pixels of the aligned face to pixels of the picture; `undefined` when the points coincide. */
export function alignedToPicture(points: readonly Point2[]): Affine | undefined {
  const toAligned = fitSimilarity(points, arcFacePoints);
  return toAligned === undefined ? undefined : invertAffine(toAligned);
}

/** The map from pixels of a larger square, with `marginPx` more around the aligned face, to those of the picture. */
export function withMargin(alignedToPicture: Affine, marginPx: number): Affine {
  const corner = applyAffine(alignedToPicture, { x: -marginPx, y: -marginPx });
  return { ...alignedToPicture, tx: corner.x, ty: corner.y };
}

import type { SquarePixels } from '../capture/square-pixels.ts';
import type { RgbdFrame } from '../contract/frame.ts';
import type { FaceOverDepth } from '../geometry/face-over-depth.ts';
import { landmarkIndex } from './landmarks.ts';
import { type FaceFinders, findCentralFace } from './recognise.ts';

/** The points of the face's surface; the irises after them give poor depth. */
const surfacePoints = landmarkIndex.rightIris;

/**
 * The most central face of a frame's colour picture, found at true proportions and given in the pixels of the picture as it is, with the frame's depth (a copy).
 * `undefined` where no face can be made out. Says nothing about who it is.
 */
export async function faceOverDepth(finders: FaceFinders, frame: RgbdFrame, square: SquarePixels): Promise<FaceOverDepth | undefined> {
  const { color, calibration } = square.frame(frame);
  const { width, height } = calibration.color;
  const found = await findCentralFace(finders, { width, height, rgba: color });
  if (found === undefined) return undefined;
  const byX = frame.calibration.color.width / width;
  const byY = frame.calibration.color.height / height;
  const points = found.landmarks.points.slice(0, 3 * surfacePoints);
  for (let at = 0; at < points.length; at += 3) {
    points[at] = ((points[at] as number) + 0.5) * byX - 0.5;
    points[at + 1] = ((points[at + 1] as number) + 0.5) * byY - 0.5;
  }
  return { points, depthMm: frame.depthMm.slice() };
}

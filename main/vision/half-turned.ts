import { undoHalf } from '../geometry/half-turn.ts';
import type { Point3 } from '../geometry/plane.ts';
import { applyAffine, invertAffine, type Point2 } from '../geometry/similarity.ts';
import { drawTriangle } from '../geometry/triangle.ts';
import { alignedSizePx, alignedToPicture, fivePoints, withMargin } from './align.ts';
import type { FaceShape } from './face-shape.ts';
import { colourPlanes } from './picture.ts';
import type { AlignedFace } from './rgbd-input.ts';
import { carriedFit, type FaceFit, fitFaceShape } from './shape-fit.ts';
import { marginPx, squarePx, surfaceOf } from './turned-surface.ts';

const middlePx = squarePx / 2;
/** The turned surface is a net of triangles this far apart. */
const meshPx = 2;

/**
 * A face as it would look turned half way to the front and mirrored: red, green and blue planes of the aligned square, 0 to 255, black where nothing is known. Its
 * surface is the face shape fitted to the landmarks, corrected by measured depth where that is there and whole enough. Half way, for what the camera did not
 * see of a face has to be made up the more the farther it is turned. `undefined` where no shape fits the landmarks.
 */
export function halfTurned(face: AlignedFace, shape: FaceShape): Float32Array | undefined {
  const { picture, alignedToPicture: map, landmarks } = face;
  const squareToPicture = withMargin(map, marginPx);
  const toSquare = invertAffine(squareToPicture);
  const inPicture = fitFaceShape(landmarks, shape);
  if (inPicture === undefined || toSquare === undefined) return undefined;
  const fit = carriedFit(inPicture, toSquare);
  const reliefPx = surfaceOf(face, shape, fit, squareToPicture);
  if (reliefPx === undefined) return undefined;
  const turned = turning(undoHalf(headRotation(fit)), reliefPx);
  const points = fivePoints(landmarks).map((point) => applyAffine(toSquare, point));
  const fromAligned = alignedToPicture(points.map(turned));
  const toAligned = fromAligned === undefined ? undefined : invertAffine(fromAligned);
  if (toAligned === undefined) return undefined;

  return drawMirrored(colourPlanes(picture, squareToPicture, squarePx), (point) => {
    const { z, ...place } = turned(point);
    const { x, y } = applyAffine(toAligned, place);
    return { x: alignedSizePx - 1 - x, y, z };
  });
}

/** How the head is turned: row-major 3x3, no turn for a face that looks straight into the camera. */
function headRotation({ rotation }: FaceFit): Float64Array {
  // The shape's axes: x right, y up, z towards the viewer (`FaceFit`).
  return rotation.map((value, at) => (at % 3 === 0 ? value : -value));
}

/** Turns a point of the square, with the surface under it, about the square's middle. */
function turning(turn: Float64Array, reliefPx: Float32Array): (point: Point2) => Point3 {
  const row = (k: number, dx: number, dy: number, z: number): number =>
    (turn[3 * k] as number) * dx + (turn[3 * k + 1] as number) * dy + (turn[3 * k + 2] as number) * z;
  return ({ x, y }) => {
    const [dx, dy, z] = [x - middlePx, y - middlePx, bilinear(reliefPx, 0, x, y)];
    return { x: row(0, dx, dy, z), y: row(1, dx, dy, z), z: row(2, dx, dy, z) };
  };
}

/** Draws the square's colours where `placed` puts them in the mirrored aligned square, what is nearer before what is farther. */
function drawMirrored(colours: Float32Array, placed: (point: Point2) => Point3): Float32Array {
  const size = alignedSizePx * alignedSizePx;
  const nearest = new Float32Array(size).fill(Infinity);
  const target = new Float32Array(3 * size);
  const across = Math.floor(squarePx / meshPx) + 1;
  const grid = Array.from({ length: across * across }, (_, i) => ({
    x: Math.min(squarePx - 1, meshPx * (i % across)),
    y: Math.min(squarePx - 1, meshPx * Math.floor(i / across)),
  }));
  const corners = grid.map(placed);
  const draw = (i: number, j: number, k: number): void => {
    const [p, q, r] = [grid[i] as Point2, grid[j] as Point2, grid[k] as Point2];
    drawTriangle([corners[i] as Point3, corners[j] as Point3, corners[k] as Point3], alignedSizePx, alignedSizePx, (pixel, z, ofQ, ofR) => {
      if (z >= (nearest[pixel] as number)) return;
      nearest[pixel] = z;
      const [x, y] = [p.x + ofQ * (q.x - p.x) + ofR * (r.x - p.x), p.y + ofQ * (q.y - p.y) + ofR * (r.y - p.y)];
      for (let plane = 0; plane < 3; plane++) target[plane * size + pixel] = bilinear(colours, plane, x, y);
    });
  };
  for (let v = 0; v + 1 < across; v++) {
    for (let u = 0; u + 1 < across; u++) {
      const i = v * across + u;
      // Mirrored, so the other way round than on the picture.
      draw(i, i + 1, i + across);
      draw(i + 1, i + across + 1, i + across);
    }
  }
  return target;
}

/** A plane of the square between its pixels; at its border beyond it. */
function bilinear(planes: Float32Array, plane: number, x: number, y: number): number {
  const [cx, cy] = [clampToSquare(x), clampToSquare(y)];
  const [left, top] = [Math.min(squarePx - 2, Math.floor(cx)), Math.min(squarePx - 2, Math.floor(cy))];
  const [fx, fy] = [cx - left, cy - top];
  const i = (plane * squarePx + top) * squarePx + left;
  const above = (1 - fx) * (planes[i] as number) + fx * (planes[i + 1] as number);
  const below = (1 - fx) * (planes[i + squarePx] as number) + fx * (planes[i + squarePx + 1] as number);
  return (1 - fy) * above + fy * below;
}

const clampToSquare = (value: number): number => Math.min(squarePx - 1, Math.max(0, value));

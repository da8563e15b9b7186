// What training wants to know of a photograph: the aligned face with a margin, depth of the fitted shape, landmarks, SFace's vector, the fit.
import type { Picture } from '../../main/capture/recording/pictures.ts';
import { applyAffine, invertAffine } from '../../main/geometry/similarity.ts';
import { alignedToPicture, fivePoints, withMargin } from '../../main/vision/align.ts';
import { detectFaces } from '../../main/vision/detect.ts';
import { sfaceNetwork } from '../../main/vision/embed.ts';
import { type FaceShape, loadFaceShape } from '../../main/vision/face-shape.ts';
import { landmarkCount } from '../../main/vision/landmarks.ts';
import { networkFiles } from '../../main/vision/load-networks.ts';
import type { Network } from '../../main/vision/network.ts';
import { depthOfFit } from '../../main/vision/photograph-depth.ts';
import { locateFace, mostCentral } from '../../main/vision/recognise.ts';
import { carriedFit, fitFaceShape } from '../../main/vision/shape-fit.ts';
import { coloursUnder, openNetworks } from '../describing.mts';

/** Side of the described square; the aligned square of 112 is its middle. */
export const squareSizePx = 160;
/** Where pixel (0, 0) of the aligned square lies in it. */
export const alignedOffsetPx = 24;

export interface Tools {
  readonly detector: Network;
  readonly landmarks: Network;
  readonly sface: Network;
  readonly shape: FaceShape;
}

/** One photograph's arrays, in the order and with the lengths of `arrayLayouts`. */
export interface Description {
  /** 160*160*3, RGB. */
  readonly face: Uint8Array;
  /** 160*160 mm, 0 outside the fitted face; nearest sample of the depth drawn at the photograph's own size. */
  readonly depth: Int16Array;
  /** 478*3: x and y in pixels of the aligned 112, z in the same unit. */
  readonly landmarks: Float32Array;
  /** 128, unit length. */
  readonly sface: Float32Array;
  /** Rotation (9, row-major), px/mm, x, y in pixels of the aligned 112, identity weights, expression weights, residual in pixels of the aligned 112. */
  readonly fit: Float32Array;
}

export type Described =
  | { readonly kind: 'described'; readonly description: Description }
  | { readonly kind: 'failed'; readonly sentence: string };

export type ToolsLoading = { readonly kind: 'loaded'; readonly tools: Tools } | { readonly kind: 'refused'; readonly sentence: string };

/** Networks (one thread each) and the face shape. The first that is missing or wrong is refused by name. */
export async function loadTools(modelsDir: string): Promise<ToolsLoading> {
  const opening = await openNetworks([networkFiles.detector, networkFiles.landmarks, networkFiles.sface], modelsDir);
  if (opening.kind === 'refused') return opening;
  const reading = await loadFaceShape(modelsDir);
  if (reading.kind === 'refused') return reading;
  const [detector, landmarks, sface] = opening.networks as [Network, Network, Network];
  return { kind: 'loaded', tools: { detector, landmarks, sface, shape: reading.shape } };
}

/** Describes the most central face of a photograph. */
export async function describePhotograph(tools: Tools, picture: Picture): Promise<Described> {
  const failed = (sentence: string): Described => ({ kind: 'failed', sentence });
  const detection = mostCentral(await detectFaces(tools.detector, picture), picture);
  const located = detection === undefined ? undefined : await locateFace(tools, picture, detection);
  if (located === undefined) return failed('no face made out');
  const toPicture = alignedToPicture(fivePoints(located.landmarks));
  const toAligned = toPicture === undefined ? undefined : invertAffine(toPicture);
  const fit = fitFaceShape(located.landmarks, tools.shape);
  if (toPicture === undefined || toAligned === undefined || fit === undefined) return failed('the points make no face');
  const embedding = await sfaceNetwork(tools.sface).embed({ picture, depthMm: undefined, alignedToPicture: toPicture, landmarks: located.landmarks });
  const sface = embedding.kind === 'vector' ? embedding.vector : undefined;
  if (sface === undefined) return failed('no vector');

  const squareToPicture = withMargin(toPicture, alignedOffsetPx);
  const face = coloursUnder(picture, squareToPicture, squareSizePx, squareSizePx);

  const depthMm = depthOfFit(fit, tools.shape, picture.width, picture.height);
  const depth = new Int16Array(squareSizePx * squareSizePx);
  for (let v = 0, at = 0; v < squareSizePx; v++) {
    for (let u = 0; u < squareSizePx; u++, at++) {
      const place = applyAffine(squareToPicture, { x: u, y: v });
      const [x, y] = [Math.round(place.x), Math.round(place.y)];
      const inside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
      depth[at] = inside ? (depthMm[y * picture.width + x] ?? 0) : 0;
    }
  }

  const scale = Math.hypot(toAligned.a, toAligned.c);
  const landmarks = new Float32Array(3 * landmarkCount);
  const points = located.landmarks.points;
  for (let i = 0; i < landmarks.length; i += 3) {
    const place = applyAffine(toAligned, { x: points[i] as number, y: points[i + 1] as number });
    landmarks.set([place.x, place.y, scale * (points[i + 2] as number)], i);
  }

  const { rotation, scalePxPerMm, translation, residualPx } = carriedFit(fit, toAligned);
  const pose = [...rotation, scalePxPerMm, translation.x, translation.y];
  const description = {
    face,
    depth,
    landmarks,
    sface,
    fit: Float32Array.of(...pose, ...fit.identity, ...fit.expression, residualPx),
  };
  return { kind: 'described', description };
}

/** File, numpy type and shape of one record of each array; `fit` depends on how many modes the shape has. */
export function arrayLayouts(shape: FaceShape): Record<keyof Description, { file: string; dtype: string; shape: number[] }> {
  const fitLength = 13 + shape.identityMm.length + shape.expressionMm.length;
  return {
    face: { file: 'faces.bin', dtype: '|u1', shape: [squareSizePx, squareSizePx, 3] },
    depth: { file: 'depth-mm.bin', dtype: '<i2', shape: [squareSizePx, squareSizePx] },
    landmarks: { file: 'landmarks.bin', dtype: '<f4', shape: [landmarkCount, 3] },
    sface: { file: 'sface.bin', dtype: '<f4', shape: [128] },
    fit: { file: 'fits.bin', dtype: '<f4', shape: [fitLength] },
  };
}

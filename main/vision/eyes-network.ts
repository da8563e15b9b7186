import type { Affine } from '../geometry/similarity.ts';
import { type Landmarks, landmarkIndex, landmarkPoint } from './landmarks.ts';
import type { Network } from './network.ts';
import { type Picture, warpToTensor } from './picture.ts';

/** A window around one eye, in its own pixels. */
export interface EyeWindow {
  readonly width: number;
  readonly height: number;
}

/** What the network of shut eyes sees of one eye: some 60 x 40 mm, the lids with the rim of glasses around them. */
export const eyeWindow: EyeWindow = { width: 48, height: 32 };
/** Pixels of a window from one outer corner of the eyes to the other, some 90 mm. Both eyes give the scale: the corners of one lie unsteadily behind glasses. */
const cornersApartPx = 72;

/**
 * From pixel centres of each eye's window to those of the picture: level with the eyes, its middle between the eye's corners. The left eye is
 * mirrored, so that outer corners lie left in both. The corners' distance is taken in space, so that a turned head is not stretched. Numbers are not finite where the landmarks collapse.
 */
export function eyesToPicture(landmarks: Landmarks, window = eyeWindow): { readonly right: Affine; readonly left: Affine } {
  const { rightEyeOuter, rightEyeInner, leftEyeInner, leftEyeOuter } = landmarkIndex;
  const [from, to] = [landmarkPoint(landmarks, rightEyeOuter), landmarkPoint(landmarks, leftEyeOuter)];
  const aside = { x: to.x - from.x, y: to.y - from.y };
  const seenPx = Math.hypot(aside.x, aside.y);
  const deepPx = (landmarks.points[3 * leftEyeOuter + 2] as number) - (landmarks.points[3 * rightEyeOuter + 2] as number);
  const scale = Math.hypot(seenPx, deepPx) / cornersApartPx / seenPx;
  const step = { x: aside.x * scale, y: aside.y * scale };
  const around = (outer: number, inner: number, mirrored: 1 | -1): Affine => {
    const [p, q] = [landmarkPoint(landmarks, outer), landmarkPoint(landmarks, inner)];
    const [a, b, c, d] = [mirrored * step.x, -step.y, mirrored * step.y, step.x];
    const [u, v] = [(window.width - 1) / 2, (window.height - 1) / 2];
    return { a, b, c, d, tx: (p.x + q.x) / 2 - a * u - b * v, ty: (p.y + q.y) / 2 - c * u - d * v };
  };
  return { right: around(rightEyeOuter, rightEyeInner, 1), left: around(leftEyeOuter, leftEyeInner, -1) };
}

/** Log-odds that each eye is shut. NaN where the landmarks collapse or the network has no finite answer. */
export interface ShutLogOdds {
  readonly right: number;
  readonly left: number;
}

/**
 * What the pixels of both eyes say of their lids (`models/eyes-shut.md`): a small network over colour `(value - 127.5) / 128`, both eyes in one run, whatever the
 * landmarks take the lids for. `picture` may be a grey one.
 */
export async function shutLogOdds(network: Network, picture: Picture, landmarks: Landmarks): Promise<ShutLogOdds> {
  const maps = eyesToPicture(landmarks);
  if (![maps.right, maps.left].flatMap((map) => Object.values(map)).every(Number.isFinite)) return { right: Number.NaN, left: Number.NaN };
  const { width, height } = eyeWindow;
  const one = 3 * width * height;
  const eyes = new Float32Array(2 * one);
  const rule = { layout: 'planar', scale: 1 / 128, offset: -127.5 / 128 } as const;
  warpToTensor(picture, maps.right, width, height, rule, eyes.subarray(0, one));
  warpToTensor(picture, maps.left, width, height, rule, eyes.subarray(one));
  const { logOdds } = await network.run({ eyes: { data: eyes, shape: [2, 3, height, width] } });
  const finite = (value: number | undefined): number => (value === undefined || !Number.isFinite(value) ? Number.NaN : value);
  return { right: finite(logOdds?.[0]), left: finite(logOdds?.[1]) };
}

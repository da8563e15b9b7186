import type { Attention, HeadPose } from '../contract/observation.ts';
import { angleBetweenDeg } from '../geometry/head-pose.ts';
import type { Point3 } from '../geometry/plane.ts';
import { type EyeMeasures, measureEyes } from './eyes.ts';
import type { ShutLogOdds } from './eyes-network.ts';
import { type Landmarks, landmarkPoint } from './landmarks.ts';
import type { Network } from './network.ts';
import type { Picture } from './picture.ts';

/** The 146 landmarks that MediaPipe's blendshape network reads, in its order. */
// biome-ignore format: a table
const blendshapePoints = [
  0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103,
  105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176, 178, 181,
  185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317,
  318, 321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398,
  400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
];

/** Places of the eyes' blinks among the 52 outputs (ARKit's names). */
const output = { blinkLeft: 9, blinkRight: 10 } as const;

/*
 * The mark and the weights below are set on the `tune` people of `models/render/gaze_set.py`, whose figures are never reported; `docs/attention.md` has the command and
 * what it prints for other people.
 */

/**
 * Logistic regression of an eye being shut from what is measured around it. Alone it calls shut eyes open behind glasses and in wide eyes: there the landmarks draw an
 * open eye on a shut lid, and rims look like an iris.
 */
const measured = { blink: 1.7, opening: -15.2, contrast: -25, bias: 5.21 } as const;
/**
 * Log-odds. An eye is shut when the network over its pixels (`eyes-network.ts`) is sure, or when it deems it possible and the measures do not say firmly that it is open.
 * The network alone, at a mark that lets no shut eye of the `tune` people pass, would call squinting eyes in the sun shut (`docs/attention.md`).
 */
const shut = { sure: 0.5, possible: -1.73, measured: -4 } as const;
/** An eye whose evidence, as a probability, reaches this is shut. */
export const closedProbability = 0.5;
/**
 * What decides beside it, whatever the pixels look like. Open eyes of the London set open 0.20 of their width
 * and more; of 400 photographs of Labeled Faces in the Wild those under 0.09 show eyes shut, cast down or squeezed.
 */
const closedOpening = 0.1;
const closedBlink = 0.55;

/**
 * Degrees of gaze: linear in the head's pose and in how far the irises are off the middle of their corners. An eyeball of 12 mm behind an opening of 29 mm
 * gives 140 degrees for an eye's width; the pose weighs less than 1 because it is measured too.
 */
const gazeYaw = { pose: 0.68, aside: 150.8, bias: -1.8 } as const;
const gazePitch = { pose: 0.82, down: -195.9, bias: -11.8 } as const;
/** The screen around the camera fills a cone of about 30 degrees from where the person sits, and a gaze is measured to 6 degrees each way. */
export const attentionConeDeg = 40;

/**
 * Whether the eyes are open and directed at the camera, from what the network of shut eyes says, blendshapes, lids, irises and head pose. `head`: middle of the face in camera millimetres. Runs one
 * small network. Eyes that cannot be measured are `unknown`, which never counts as attentive.
 */
export async function judgeAttention(
  network: Network,
  picture: Picture,
  landmarks: Landmarks,
  seen: ShutLogOdds,
  pose: HeadPose,
  head: Point3,
): Promise<Attention> {
  const blinks = await readBlinks(network, landmarks);
  const { left, right } = measureEyes(picture, landmarks);
  const leftEye = judgeEye(seen.left, blinks.left, left);
  const rightEye = judgeEye(seen.right, blinks.right, right);
  const gaze = direction(
    gazeYaw.pose * pose.yawDeg + (gazeYaw.aside * (left.aside + right.aside)) / 2 + gazeYaw.bias,
    gazePitch.pose * pose.pitchDeg + (gazePitch.down * (left.down + right.down)) / 2 + gazePitch.bias,
  );
  const gazeDeg = angleBetweenDeg(gaze, { x: -head.x, y: -head.y, z: -head.z });
  return {
    kind: kindOf(leftEye, rightEye, gazeDeg),
    leftBlink: leftEye.probability,
    rightBlink: rightEye.probability,
    gazeDeg,
  };
}

/** MediaPipe's blink of each eye, 0 to 1; NaN where the network gives none. Runs one small network. */
export async function readBlinks(network: Network, landmarks: Landmarks): Promise<{ readonly left: number; readonly right: number }> {
  const data = new Float32Array(2 * blendshapePoints.length);
  blendshapePoints.forEach((index, place) => {
    const { x, y } = landmarkPoint(landmarks, index);
    data[2 * place] = x;
    data[2 * place + 1] = y;
  });
  const { blendshapes } = await network.run({ points: { data, shape: [1, blendshapePoints.length, 2] } });
  const read = (index: number): number => blendshapes?.[index] ?? Number.NaN;
  return { left: read(output.blinkLeft), right: read(output.blinkRight) };
}

interface JudgedEye {
  readonly probability: number;
  readonly isShut: boolean;
}

function judgeEye(network: number, blink: number, { opening, contrast }: EyeMeasures): JudgedEye {
  const said = measured.blink * blink + measured.opening * opening + measured.contrast * contrast + measured.bias;
  const evidence = Math.max(network - shut.sure, Math.min(network - shut.possible, said - shut.measured));
  const probability = 1 / (1 + Math.exp(-evidence));
  return { probability, isShut: probability >= closedProbability || opening < closedOpening || blink >= closedBlink };
}

/** One shut eye is not closed eyes: some people have one. */
function kindOf(left: JudgedEye, right: JudgedEye, gazeDeg: number): Attention['kind'] {
  if (![left.probability, right.probability, gazeDeg].every(Number.isFinite)) return 'unknown';
  if (left.isShut && right.isShut) return 'eyes-closed';
  return gazeDeg <= attentionConeDeg ? 'attentive' : 'looking-away';
}

function direction(yawDeg: number, pitchDeg: number): Point3 {
  const yaw = (yawDeg * Math.PI) / 180;
  const pitch = (pitchDeg * Math.PI) / 180;
  return { x: Math.sin(yaw) * Math.cos(pitch), y: -Math.sin(pitch), z: -Math.cos(yaw) * Math.cos(pitch) };
}

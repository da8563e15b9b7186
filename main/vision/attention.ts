import type { Attention, HeadPose } from '../contract/observation.ts';
import { angleBetweenDeg } from '../geometry/head-pose.ts';
import type { Point3 } from '../geometry/plane.ts';
import { type EyeMeasures, measureEyes } from './eyes.ts';
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
 * The weights below are fitted on the `tune` people of `models/render/gaze_set.py`, whose figures are never reported; `docs/attention.md` has the command and
 * what it prints for other people.
 */

/**
 * Logistic regression of an eye being shut. The network's blink alone calls shut eyes open behind glasses and in wide eyes, and the landmarks draw an open eye
 * on a shut lid; brightness around the iris does not.
 */
const shut = { blink: 1.48, opening: -14.2, contrast: -19.0, bias: 4.14 } as const;
/** Both eyes at least so probably shut are closed: lower than a half, since eyes taken for open unlock. */
const closedProbability = 0.22;

/**
 * Degrees of gaze: linear in the head's pose and in how far the irises are off the middle of their corners. An eyeball of 12 mm behind an opening of 29 mm
 * gives 140 degrees for an eye's width; the pose weighs less than 1 because it is measured too.
 */
const gazeYaw = { pose: 0.72, aside: 138.9, bias: -1.3 } as const;
const gazePitch = { pose: 0.85, down: -177.2, bias: -9.9 } as const;
/** The screen around the camera fills a cone of about 30 degrees from where the person sits, and a gaze is measured to 7 degrees. */
const attentionConeDeg = 38;

/**
 * Whether the eyes are open and directed at the camera, from blendshapes, lids, irises and head pose. `head`: middle of the face in camera millimetres. Runs one
 * small network. Eyes that cannot be measured are `unknown`, which never counts as attentive.
 */
export async function judgeAttention(
  network: Network,
  picture: Picture,
  landmarks: Landmarks,
  pose: HeadPose,
  head: Point3,
): Promise<Attention> {
  const data = new Float32Array(2 * blendshapePoints.length);
  blendshapePoints.forEach((index, place) => {
    const { x, y } = landmarkPoint(landmarks, index);
    data[2 * place] = x;
    data[2 * place + 1] = y;
  });
  const { blendshapes } = await network.run({ points: { data, shape: [1, blendshapePoints.length, 2] } });
  const read = (index: number): number => blendshapes?.[index] ?? Number.NaN;
  const { left, right } = measureEyes(picture, landmarks);
  const leftBlink = shutProbability(read(output.blinkLeft), left);
  const rightBlink = shutProbability(read(output.blinkRight), right);
  const gaze = direction(
    gazeYaw.pose * pose.yawDeg + (gazeYaw.aside * (left.aside + right.aside)) / 2 + gazeYaw.bias,
    gazePitch.pose * pose.pitchDeg + (gazePitch.down * (left.down + right.down)) / 2 + gazePitch.bias,
  );
  const gazeDeg = angleBetweenDeg(gaze, { x: -head.x, y: -head.y, z: -head.z });
  return { kind: kindOf(leftBlink, rightBlink, gazeDeg), leftBlink, rightBlink, gazeDeg };
}

function shutProbability(blink: number, { opening, contrast }: EyeMeasures): number {
  return 1 / (1 + Math.exp(-(shut.blink * blink + shut.opening * opening + shut.contrast * contrast + shut.bias)));
}

function kindOf(leftBlink: number, rightBlink: number, gazeDeg: number): Attention['kind'] {
  if (![leftBlink, rightBlink, gazeDeg].every(Number.isFinite)) return 'unknown';
  if (Math.min(leftBlink, rightBlink) >= closedProbability) return 'eyes-closed';
  return gazeDeg <= attentionConeDeg ? 'attentive' : 'looking-away';
}

function direction(yawDeg: number, pitchDeg: number): Point3 {
  const yaw = (yawDeg * Math.PI) / 180;
  const pitch = (pitchDeg * Math.PI) / 180;
  return { x: Math.sin(yaw) * Math.cos(pitch), y: -Math.sin(pitch), z: -Math.cos(yaw) * Math.cos(pitch) };
}

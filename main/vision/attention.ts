import type { Attention, HeadPose } from '../contract/observation.ts';
import { angleBetweenDeg } from '../geometry/head-pose.ts';
import type { Point3 } from '../geometry/plane.ts';
import { type Landmarks, landmarkPoint } from './landmarks.ts';
import type { Network } from './network.ts';

/** The 146 landmarks that MediaPipe's blendshape network reads, in its order. */
// biome-ignore format: a table
const blendshapePoints = [
  0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103,
  105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176, 178, 181,
  185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317,
  318, 321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398,
  400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
];

/** Places of the eyes' expressions among the 52 outputs (ARKit's names). */
const output = {
  blinkLeft: 9,
  blinkRight: 10,
  downLeft: 11,
  downRight: 12,
  inLeft: 13,
  inRight: 14,
  outLeft: 15,
  outRight: 16,
  upLeft: 17,
  upRight: 18,
} as const;

/** Both eyes at least so shut are closed. MediaPipe's blink reads 0 to 0.3 for open eyes and 0.6 and more for shut ones. */
const closedBlink = 0.55;
/** An eye turned as far as it goes: about 35 degrees sideways, 25 up or down. */
const fullTurnYawDeg = 35;
const fullTurnPitchDeg = 25;
/** The screen around the camera fills a cone of about so many degrees from where the person sits. */
const attentionConeDeg = 28;

/**
 * Whether the eyes are open and directed at the camera, from blendshapes and head pose. `head`: middle of the face in camera millimetres. Runs one small network.
 */
export async function judgeAttention(network: Network, landmarks: Landmarks, pose: HeadPose, head: Point3): Promise<Attention> {
  const data = new Float32Array(2 * blendshapePoints.length);
  blendshapePoints.forEach((index, place) => {
    const { x, y } = landmarkPoint(landmarks, index);
    data[2 * place] = x;
    data[2 * place + 1] = y;
  });
  const { blendshapes } = await network.run({ points: { data, shape: [1, blendshapePoints.length, 2] } });
  const read = (index: number): number => blendshapes?.[index] ?? Number.NaN;
  const leftBlink = read(output.blinkLeft);
  const rightBlink = read(output.blinkRight);
  // Looking out with the left eye and in with the right is the person's left: image right.
  const eyeYawDeg = ((read(output.outLeft) - read(output.inLeft) + read(output.inRight) - read(output.outRight)) / 2) * fullTurnYawDeg;
  const eyePitchDeg =
    ((read(output.upLeft) + read(output.upRight) - read(output.downLeft) - read(output.downRight)) / 2) * fullTurnPitchDeg;
  const gaze = direction(pose.yawDeg + eyeYawDeg, pose.pitchDeg + eyePitchDeg);
  const gazeDeg = angleBetweenDeg(gaze, { x: -head.x, y: -head.y, z: -head.z });
  return { kind: kindOf(leftBlink, rightBlink, gazeDeg), leftBlink, rightBlink, gazeDeg };
}

function kindOf(leftBlink: number, rightBlink: number, gazeDeg: number): Attention['kind'] {
  if (![leftBlink, rightBlink, gazeDeg].every(Number.isFinite)) return 'unknown';
  if (Math.min(leftBlink, rightBlink) >= closedBlink) return 'eyes-closed';
  return gazeDeg <= attentionConeDeg ? 'attentive' : 'looking-away';
}

function direction(yawDeg: number, pitchDeg: number): Point3 {
  const yaw = (yawDeg * Math.PI) / 180;
  const pitch = (pitchDeg * Math.PI) / 180;
  return { x: Math.sin(yaw) * Math.cos(pitch), y: -Math.sin(pitch), z: -Math.cos(yaw) * Math.cos(pitch) };
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openRecording, readFrameAt } from '../../../main/capture/recording/reader.ts';
import type { RgbdFrame } from '../../../main/contract/frame.ts';
import { detectFaces } from '../../../main/vision/detect.ts';
import { type FaceDepth, measureFaceDepth } from '../../../main/vision/face-depth.ts';
import { faceRelief } from '../../../main/vision/face-relief.ts';
import { facingDepth } from '../../../main/vision/facing.ts';
import { type Landmarks, landmarkIndex } from '../../../main/vision/landmarks.ts';
import { headPose } from '../../../main/vision/pose.ts';
import { type FaceNetworks, locateFace } from '../../../main/vision/recognise.ts';
import { networks, peopleDir, truthOf } from './frames.ts';

interface Seen {
  readonly landmarks: Landmarks;
  readonly face: FaceDepth;
  readonly focalPx: number;
}

let loaded: FaceNetworks;
let frontal: Seen;
let turned: Seen[];

beforeAll(async () => {
  loaded = await networks();
  turned = [];
  const people = (await readdir(peopleDir)).filter((name) => name !== 'attacks').sort();
  for (const person of people.slice(0, 3)) {
    const folder = join(peopleDir, person, 'enrol-circle');
    const yaws = (await truthOf(folder)).map(({ yawDeg }) => Math.abs(yawDeg));
    turned.push(await see(await frameAt(folder, yaws.indexOf(Math.max(...yaws)))));
  }
  frontal = await see(await frameAt(join(peopleDir, people[0] as string, 'look-1'), 0));
});

async function frameAt(folder: string, index: number): Promise<RgbdFrame> {
  const opened = await openRecording(folder);
  if (opened.kind === 'failed') throw new Error(opened.sentence);
  const read = await readFrameAt(opened.recording, index);
  if (read.kind === 'failed') throw new Error(read.sentence);
  return read.frame;
}

async function see(frame: RgbdFrame): Promise<Seen> {
  const { color } = frame.calibration;
  const picture = { width: color.width, height: color.height, rgba: frame.color };
  const [detection] = await detectFaces(loaded.detector, picture);
  const located = detection === undefined ? undefined : await locateFace(loaded, picture, detection);
  if (located === undefined) throw new Error('no face seen');
  const { landmarks } = located;
  return { landmarks, face: measureFaceDepth(landmarks, { depthMm: frame.depthMm, intrinsics: color }), focalPx: color.fx };
}

const measured = ({ points }: FaceDepth): number => points.filter((point) => point !== undefined).length;

test('a face from the front keeps nearly all of its points', () => {
  expect(measured(facingDepth(frontal.landmarks, frontal.face))).toBeGreaterThan(0.95 * measured(frontal.face));
});

test('a turned head keeps its nose and loses points of its far side only', () => {
  for (const { landmarks, face, focalPx } of turned) {
    const kept = facingDepth(landmarks, face).points;
    expect(kept[landmarkIndex.noseTip]).toBeDefined();
    const yawDeg = headPose(landmarks, face, focalPx)?.yawDeg ?? 0;
    // The face turned towards image right hides what lies to the right of its middle.
    const side = (index: number): number =>
      ((landmarks.points[3 * index] as number) - (landmarks.points[3 * landmarkIndex.noseBridge] as number)) * Math.sign(yawDeg);
    const lost = face.points.flatMap((point, index) => (point !== undefined && kept[index] === undefined ? [side(index)] : []));
    expect(lost.length).toBeGreaterThan(10);
    expect(lost.filter((value) => value > 0).length).toBeGreaterThan(0.8 * lost.length);
  }
});

test("a turned head's relief agrees better with its mesh once what faces away is left out", () => {
  for (const { landmarks, face, focalPx } of turned) {
    const whole = faceRelief(landmarks, face, focalPx);
    const facing = faceRelief(landmarks, facingDepth(landmarks, face), focalPx);
    expect(facing?.meshAgreement ?? 0).toBeGreaterThan(whole?.meshAgreement ?? 1);
    expect(facing?.featureAgreement ?? 0).toBeGreaterThan(whole?.featureAgreement ?? 1);
  }
});

test('glasses before the brows do not tilt the head', () => {
  const { landmarks, face, focalPx } = frontal;
  const brows = new Set([107, 336, 105, 334]);
  const points = face.points.map((point, index) => (point !== undefined && brows.has(index) ? { ...point, z: point.z - 18 } : point));
  const [bare, dressed] = [headPose(landmarks, face, focalPx), headPose(landmarks, { ...face, points }, focalPx)];
  expect(Math.abs((dressed?.pitchDeg ?? 90) - (bare?.pitchDeg ?? 0))).toBeLessThan(4);
});

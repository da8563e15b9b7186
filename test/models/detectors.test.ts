import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Point2 } from '../../main/geometry/similarity.ts';
import { detectFaces } from '../../main/vision/detect.ts';
import type { Network } from '../../main/vision/network.ts';
import type { Picture } from '../../main/vision/picture.ts';
import { loadModel, loadRuleNetworks, openPicture, renderedPictures } from './conversion-check.ts';
import { bestDetection } from './mediapipe-rule.ts';

const modelsDir = path.resolve(import.meta.dirname, '..', '..', 'models');
const simulatedDir = path.join(modelsDir, 'simulated');
const available = existsSync(path.join(simulatedDir, 'people'));
if (!available) console.log('skipped: the detectors on rendered faces (no models/simulated)');

type Eyes = readonly [Point2, Point2];

describe.skipIf(!available)('eyes as the detectors find them, against where they were rendered', () => {
  const pictures: { name: string; picture: Picture; truth: Eyes }[] = [];
  let back: Network;
  let short: Network;

  beforeAll(async () => {
    for (const name of await renderedPictures(simulatedDir)) {
      pictures.push({ name, picture: await openPicture(path.join(simulatedDir, name)), truth: await trueEyes(name) });
    }
    back = await loadModel(modelsDir, 'face-detector-back.onnx');
    short = (await loadRuleNetworks(modelsDir)).detector;
  });

  const backEyes = async (picture: Picture): Promise<Eyes | null> => {
    const [rightEye, leftEye] = (await detectFaces(back, picture))[0]?.keypoints ?? [];
    return rightEye && leftEye ? [rightEye, leftEye] : null;
  };

  // Bounds in eye distances, above what is measured (and printed) here; a wrong anchor, layout or scale is off by one eye distance and more.
  test.each([
    ['back, 256x256', backEyes, 0.08, 0.25],
    ['short range, 128x128', async (picture: Picture) => (await bestDetection(short, picture))?.eyes ?? null, 0.14, 0.4],
  ])('%s: every face is found, its eyes where they are', async (name, detect, median, largest) => {
    const errors = await errorsOf(pictures, detect);
    console.log(told(name, errors));
    expect(errors.filter(({ error }) => !(error < largest))).toEqual([]);
    expect(errors[errors.length >> 1]?.error).toBeLessThan(median);
  });

  test('the back network finds faces of 30 to 40 pixels', async () => {
    const far = pictures.map(({ name, picture, truth }) => ({ name, ...quarter(picture, truth) }));
    const errors = await errorsOf(far, backEyes);
    console.log(told('back, at a quarter of the size', errors));
    expect(errors.filter(({ error }) => !(error < 1))).toEqual([]);
  });
});

/** Mean distance of the two eyes from the truth in eye distances, smallest first; infinite where no face was found. */
async function errorsOf(
  pictures: readonly { name: string; picture: Picture; truth: Eyes }[],
  detect: (picture: Picture) => Promise<Eyes | null>,
): Promise<{ name: string; error: number }[]> {
  const errors: { name: string; error: number }[] = [];
  for (const { name, picture, truth } of pictures) {
    const eyes = await detect(picture);
    const error = eyes === null ? Infinity : (apart(eyes[0], truth[0]) + apart(eyes[1], truth[1])) / 2 / apart(...truth);
    errors.push({ name, error });
  }
  return errors.sort((p, q) => p.error - q.error);
}

function told(name: string, errors: readonly { error: number }[]): string {
  const [median, largest] = [errors[errors.length >> 1]?.error, errors.at(-1)?.error].map((error) => (error ?? Number.NaN).toFixed(3));
  return `${name}: mean error of the eyes in eye distances: median ${median}, largest ${largest}, n ${errors.length}`;
}

const apart = (p: Point2, q: Point2): number => Math.hypot(p.x - q.x, p.y - q.y);

/** The picture at a quarter of its size in the middle of black: as from four times as far. */
function quarter({ width, height, rgba }: Picture, truth: Eyes): { picture: Picture; truth: Eyes } {
  const far = new Uint8Array(rgba.length);
  const [left, top] = [Math.floor((width * 3) / 8), Math.floor((height * 3) / 8)];
  for (let y = 0; y < height >> 2; y += 1) {
    for (let x = 0; x < width >> 2; x += 1) {
      for (let channel = 0; channel < 4; channel += 1) {
        let sum = 0;
        for (let cell = 0; cell < 16; cell += 1) sum += rgba[4 * ((4 * y + (cell >> 2)) * width + 4 * x + (cell & 3)) + channel] ?? 0;
        far[4 * ((y + top) * width + x + left) + channel] = sum / 16;
      }
    }
  }
  const moved = ({ x, y }: Point2): Point2 => ({ x: x / 4 + left, y: y / 4 + top });
  return { picture: { width, height, rgba: far }, truth: [moved(truth[0]), moved(truth[1])] };
}

/** Where the renderer put the eyes: a line of landmarks.txt, `timestamp rightEyeX Y leftEyeX Y …`. */
async function trueEyes(name: string): Promise<Eyes> {
  const recording = path.dirname(path.dirname(name));
  const lines = (await readFile(path.join(simulatedDir, recording, 'landmarks.txt'), 'utf8')).split('\n');
  const line = lines.find((candidate) => candidate.startsWith(`${path.basename(name, path.extname(name))} `)) ?? '';
  const [rightX = Number.NaN, rightY = Number.NaN, leftX = Number.NaN, leftY = Number.NaN] = line.split(/\s+/).slice(1).map(Number);
  return [
    { x: rightX, y: rightY },
    { x: leftX, y: leftY },
  ];
}

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodePicture } from '../../main/capture/recording/pictures.ts';
import { detectFaces } from '../../main/vision/detect.ts';
import { loadNetwork, type Network } from '../../main/vision/network.ts';
import type { Picture } from '../../main/vision/picture.ts';
import { locateFace, mostCentral } from '../../main/vision/recognise.ts';
import { blendshapePoints, landmarkBox, type RuleNetworks, runRule, sample, wholePicture } from './mediapipe-rule.ts';
import type { ReferenceFace, ReferenceRuntime } from './reference-runtime.ts';

/** Absolute differences of one kind, over everything compared. */
export interface Difference {
  readonly max: number;
  readonly mean: number;
  readonly n: number;
}

/** What the check found. Landmark differences are in pixels of the picture, distances in the image plane. */
export interface ConversionReport {
  readonly pictures: number;
  /** Each output of each network against TensorFlow Lite's interpreter on the very same input numbers, in the output's own unit. */
  readonly networks: Readonly<Record<string, Difference>>;
  /** MediaPipe's steps with our networks, against MediaPipe's FaceLandmarker, on whole pictures. */
  readonly sameSteps: { readonly landmarksPx: Difference; readonly depthPx: Difference; readonly blendshapes: Difference };
  /** Facelatch's own way to the landmarks (main/vision) against MediaPipe's FaceLandmarker: another detector, two passes. */
  readonly ownSteps: { readonly landmarksPx: Difference; readonly missed: number };
  /** Pictures in which MediaPipe or we saw no face. */
  readonly missed: readonly string[];
}

/** Our output name and TensorFlow Lite's, by network. */
const outputNames = {
  'face_detector.tflite': { regressors: 'regressors', classificators: 'classificators' },
  'face_landmarks_detector.tflite': { landmarks: 'Identity', presenceLogit: 'Identity_1', tongueOut: 'Identity_2' },
  'face_blendshapes.tflite': { blendshapes: 'StatefulPartitionedCall:0' },
} as const;

/**
 * Compares our networks with the runtimes they come from, on the rendered pictures under `simulatedDir`.
 * @param onPicture called before each picture with its name
 */
export async function checkConversion(
  modelsDir: string,
  reference: ReferenceRuntime,
  onPicture: (name: string, index: number, count: number) => void = () => {},
): Promise<ConversionReport> {
  const rule = await loadRuleNetworks(modelsDir);
  const backDetector = await loadModel(modelsDir, 'face-detector-back.onnx');
  const names = await renderedPictures(path.join(modelsDir, 'simulated'));
  const tally = new Tally();
  const missed: string[] = [];
  let ownMissed = 0;
  for (const [index, name] of names.entries()) {
    onPicture(name, index, names.length);
    const picture = await openPicture(path.join(modelsDir, 'simulated', name));
    const theirs = await reference.landmarker(picture);
    const ours = await runRule(rule, picture);
    if (theirs === null || ours === null) {
      missed.push(name);
      continue;
    }
    await compareNetworks(tally, rule, reference, picture, ours);
    tally.addPoints('same steps', ours.landmarks, theirs.landmarks);
    tally.add('same steps blendshapes', ours.blendshapes, theirs.blendshapes);
    const own = await ownLandmarks(rule, backDetector, picture);
    if (own === null) ownMissed += 1;
    else tally.addPoints('own steps', own, theirs.landmarks);
  }
  for (const network of [rule.detector, rule.landmarks, rule.blendshapes, backDetector]) await network.release();
  return {
    pictures: names.length,
    networks: Object.fromEntries(Object.values(outputNames).flatMap((names) => Object.keys(names).map((name) => [name, tally.of(name)]))),
    sameSteps: {
      landmarksPx: tally.of('same steps'),
      depthPx: tally.of('same steps depth'),
      blendshapes: tally.of('same steps blendshapes'),
    },
    ownSteps: { landmarksPx: tally.of('own steps'), missed: ownMissed },
    missed,
  };
}

async function compareNetworks(
  tally: Tally,
  rule: RuleNetworks,
  reference: ReferenceRuntime,
  picture: Picture,
  face: ReferenceFace,
): Promise<void> {
  const box = (await landmarkBox(rule.detector, picture)) ?? wholePicture(picture);
  const points = Float32Array.from(blendshapePoints.flatMap((index) => face.landmarks.slice(3 * index, 3 * index + 2)));
  const whole = sample(picture, wholePicture(picture), 128, -1, 1);
  const crop = sample(picture, box, 256, 0, 1);
  const runs = [
    ['face_detector.tflite', rule.detector, { image: { data: whole, shape: [1, 3, 128, 128] } }, interleaved(whole)],
    ['face_landmarks_detector.tflite', rule.landmarks, { image: { data: crop, shape: [1, 3, 256, 256] } }, interleaved(crop)],
    ['face_blendshapes.tflite', rule.blendshapes, { points: { data: points, shape: [1, 146, 2] } }, points],
  ] as const;
  for (const [file, network, inputs, input] of runs) {
    const ours = await network.run(inputs);
    const theirs = await reference.interpreter(file, input);
    for (const [name, theirName] of Object.entries(outputNames[file])) tally.add(name, [...(ours[name] ?? [])], theirs[theirName] ?? []);
  }
}

/** Planes of red, green and blue as TFLite takes them: colour by colour within each pixel. */
function interleaved(planes: Float32Array): Float32Array {
  const pixels = planes.length / 3;
  return planes.map((_, index) => planes[(index % 3) * pixels + Math.floor(index / 3)] ?? 0);
}

async function ownLandmarks(rule: RuleNetworks, detector: Network, picture: Picture): Promise<number[] | null> {
  const detection = mostCentral(await detectFaces(detector, picture), picture);
  if (detection === undefined) return null;
  const face = await locateFace(rule, picture, detection);
  return face === undefined ? null : [...face.landmarks.points];
}

class Tally {
  readonly #sums = new Map<string, { max: number; sum: number; n: number }>();

  /** Numbers against numbers. A length that differs is a fault of the conversion, not a large difference. */
  add(name: string, ours: readonly number[], theirs: readonly number[]): void {
    if (ours.length !== theirs.length || ours.length === 0)
      throw new Error(`${name} has ${ours.length} numbers instead of ${theirs.length}`);
    for (const [index, value] of ours.entries()) this.#count(name, Math.abs(value - (theirs[index] ?? Number.NaN)));
  }

  /** x, y, z triples: distances in the image plane under `name`, differences of z under `name depth`. */
  addPoints(name: string, ours: readonly number[], theirs: readonly number[]): void {
    if (ours.length !== theirs.length) throw new Error(`${name} has ${ours.length} numbers instead of ${theirs.length}`);
    const apart = (index: number): number => (ours[index] ?? Number.NaN) - (theirs[index] ?? Number.NaN);
    for (let at = 0; at < ours.length; at += 3) {
      this.#count(name, Math.hypot(apart(at), apart(at + 1)));
      this.#count(`${name} depth`, Math.abs(apart(at + 2)));
    }
  }

  of(name: string): Difference {
    const { max, sum, n } = this.#sums.get(name) ?? { max: Number.NaN, sum: Number.NaN, n: 0 };
    return { max, mean: sum / n, n };
  }

  #count(name: string, difference: number): void {
    const { max, sum, n } = this.#sums.get(name) ?? { max: 0, sum: 0, n: 0 };
    // NaN must not vanish in a maximum.
    this.#sums.set(name, { max: Number.isNaN(difference) ? Number.NaN : Math.max(max, difference), sum: sum + difference, n: n + 1 });
  }
}

export async function loadRuleNetworks(modelsDir: string): Promise<RuleNetworks> {
  return {
    detector: await loadModel(modelsDir, 'face-detector.onnx'),
    landmarks: await loadModel(modelsDir, 'face-landmarks.onnx'),
    blendshapes: await loadModel(modelsDir, 'face-blendshapes.onnx'),
  };
}

export async function loadModel(modelsDir: string, file: string): Promise<Network> {
  const loading = await loadNetwork(modelsDir, file, 1);
  if (loading.kind === 'refused') throw new Error(loading.sentence);
  return loading.network;
}

export async function openPicture(file: string): Promise<Picture> {
  const decoded = await decodePicture(file);
  if (decoded.kind === 'failed') throw new Error(decoded.sentence);
  return decoded.picture;
}

/** Of every rendered person six pictures: the first of each of three looks, and three spread over the enrolment circle (other poses). */
export async function renderedPictures(simulatedDir: string): Promise<string[]> {
  const people = (await readdir(path.join(simulatedDir, 'people'))).filter((name) => name !== 'attacks').sort();
  const pictures: string[] = [];
  for (const person of people) {
    const recordings = (await readdir(path.join(simulatedDir, 'people', person))).sort();
    for (const recording of recordings) {
      const list = await readFile(path.join(simulatedDir, 'people', person, recording, 'rgb.txt'), 'utf8');
      const files = list
        .split('\n')
        .filter((line) => /^[0-9]/.test(line))
        .map((line) => line.split(/\s+/)[1] ?? '');
      const chosen = recording.startsWith('enrol') ? [0.2, 0.45, 0.7] : [0];
      pictures.push(...chosen.map((part) => path.join('people', person, recording, files[Math.floor(part * files.length)] ?? '')));
    }
  }
  return pictures;
}

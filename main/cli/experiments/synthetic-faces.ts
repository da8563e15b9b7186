import { vectorLengths } from '../../contract/identity-model.ts';
import { embeddingDistance } from '../../identity/matcher.ts';
import { type Summary, summarise } from '../evaluation/rates.ts';
import type { Random } from './random.ts';

/*
 * Made-up face vectors with the distances of a real recogniser. A vector is the unit vector along the sum of what all faces share, what is a person's own, what changes
 * from one occasion to another (light, age, beard, camera) and what changes from frame to frame (pose, expression). Shares are of the squared
 * length, before the occasion's strength varies. They are fitted so that photographs of different occasions lie as SFace's do on Labeled Faces in
 * the Wild, and frames of one sitting 0.3 to 0.5 from its enrolment.
 */
const shared = 0.1;
const own = 0.57;
const occasional = 0.225;
const perFrame = 0.11;
/** Deviation of the logarithm of an occasion's strength: some photographs are plain, some are wild. */
const occasionSpread = 0.8;
/** Directions are not used evenly by a recogniser: the last of them weighs this much against the first. */
const lastWeight = 0.5;

/** Strength of an occasion before the same screen on another day, against that between photographs from the web. */
export const everyday = 0.3;

export interface Face {
  readonly own: Float64Array;
}

/** Looks of one occasion: the same light, beard and glasses. */
export interface Occasion {
  readonly middle: Float64Array;
}

const faceLength = vectorLengths.sface;
const weights = Float64Array.from({ length: faceLength }, (_, index) => 1 + ((lastWeight - 1) * index) / (faceLength - 1));
const weightScale = Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0));
/** What all faces share is a fixed direction, here the diagonal. */
const sharedPart = new Float64Array(faceLength).fill(Math.sqrt(shared / faceLength));

/** Somebody who does not exist. */
export function randomFace(random: Random): Face {
  return { own: plus(sharedPart, randomPart(random, own)) };
}

/** A new occasion of a face. `strength` 1 is that between photographs from the web; an everyday change before the same screen is less. */
export function newOccasion(random: Random, face: Face, strength = 1): Occasion {
  const varied = Math.exp(occasionSpread * random.normal() - occasionSpread ** 2 / 2);
  return { middle: plus(face.own, randomPart(random, occasional * strength * varied)) };
}

/** One frame of an occasion. */
export function look(random: Random, { middle }: Occasion): Float32Array {
  return unit(plus(middle, randomPart(random, perFrame)));
}

/** The vectors an enrolment keeps: each the mean of two frames of one sitting, one for the middle and one for each of twelve directions. */
export function enrol(random: Random, occasion: Occasion): Float32Array[] {
  return Array.from({ length: 13 }, () => unit(plus(Float64Array.from(look(random, occasion)), Float64Array.from(look(random, occasion)))));
}

/** A change of a face that stays: a beard, glasses, years. `size` is of the squared length, as the shares above. */
export function lastingChange(random: Random, size: number): Float64Array {
  return randomPart(random, size);
}

/** The occasion with a part of a lasting change. */
export function changed({ middle }: Occasion, change: Float64Array, part: number): Occasion {
  return { middle: middle.map((value, index) => value + part * (change[index] as number)) };
}

/** Distances of the made-up vectors, for comparison with measured ones. */
export interface Fit {
  readonly genuine: Summary;
  readonly impostor: Summary;
  /** From the nearest enrolled vector to a look of the same sitting. */
  readonly sameSitting: Summary;
}

/** Measures the made-up distances: `people` people with four photographs each. */
export function measureFit(random: Random, people: number): Fit {
  const photographs = Array.from({ length: people }, () => {
    const face = randomFace(random);
    return Array.from({ length: 4 }, () => look(random, newOccasion(random, face)));
  });
  const genuine = photographs.flatMap((own) => own.flatMap((p, index) => own.slice(index + 1).map((q) => embeddingDistance(p, q))));
  const firsts = photographs.flatMap(([first]) => (first === undefined ? [] : [first]));
  const impostor = firsts.flatMap((p, index) => firsts.slice(index + 1).map((q) => embeddingDistance(p, q)));
  const sameSitting = Array.from({ length: people }, () => {
    const occasion = newOccasion(random, randomFace(random));
    const core = enrol(random, occasion);
    const probe = look(random, occasion);
    return Math.min(...core.map((vector) => embeddingDistance(vector, probe)));
  });
  return {
    genuine: summarise(Float64Array.from(genuine)),
    impostor: summarise(Float64Array.from(impostor)),
    sameSitting: summarise(Float64Array.from(sameSitting)),
  };
}

/** Unit vector along a sum. */
export function unit(vector: Float64Array): Float32Array {
  // Not Math.hypot, which is thirty times slower and takes most of an experiment.
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  const result = new Float32Array(vector.length);
  for (let index = 0; index < vector.length; index++) result[index] = (vector[index] as number) / length;
  return result;
}

/** A random vector whose squared length is about `share`. */
export function randomPart(random: Random, share: number): Float64Array {
  const scale = Math.sqrt(share) / weightScale;
  const part = new Float64Array(faceLength);
  for (let index = 0; index < faceLength; index++) part[index] = (weights[index] as number) * scale * random.normal();
  return part;
}

function plus(p: Float64Array, q: Float64Array): Float64Array {
  const sum = new Float64Array(p.length);
  for (let index = 0; index < p.length; index++) sum[index] = (p[index] as number) + (q[index] as number);
  return sum;
}

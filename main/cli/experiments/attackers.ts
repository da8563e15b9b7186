import { embeddingDistance } from '../../identity/matcher.ts';
import type { Defence } from './defences.ts';
import type { Random } from './random.ts';
import { type Face, look, newOccasion, randomPart, unit } from './synthetic-faces.ts';

/** Chooses the next vector to show; told how many were shown. */
export type Attacker = (defence: Defence, shown: number) => Float32Array;

/** Points on the way from the victim to the attacker. */
const pathPoints = 64;
/** A vector is shown this part of a threshold away, so that noise does not carry it beyond. */
const underThreshold = 0.95;
/** The longest step of the attack that hurries nowhere. */
const smallStep = 0.35;

/**
 * The published attack by somebody who knows network, templates and threshold (Lovisotto, Eberz and Martinovic, "Biometric Backdoors", 2020): on the straight way from
 * the victim's vectors to the attacker's own in small steps, always from the vectors in service and just under `limit`.
 */
export function stepwiseAttacker(victim: Float32Array, goal: Float32Array, limit: number): Attacker {
  const way = pathWithDistances(victim, goal);
  return ({ vectors }) => way.farthestWithin(vectors, Math.min(smallStep, limit * underThreshold)) ?? victim;
}

/** Days the planning attacker waits when no move would be learned. */
const restDays = 7;

/**
 * Somebody who knows our rules too, and tries moves on a copy of the lock before making one: as far ahead as the enrolled vectors `core` allow, and from there swerving
 * sideways to hide the direction. Makes the move that is learned and brings a vector nearest to the goal.
 */
export function plannedAttacker(random: Random, core: readonly Float32Array[], goal: Float32Array, limit: number): Attacker {
  const victim = core[0] as Float32Array;
  const ahead = pathWithDistances(victim, goal).farthestWithin(core, limit) ?? victim;
  let resting = 0;
  return (defence) => {
    if (resting-- > 0) return victim;
    const moves = [ahead, ...Array.from({ length: 6 }, () => swerve(random, ahead))].map((point) => ({
      point,
      distance: embeddingDistance(point, goal),
    }));
    const learned = moves.toSorted((p, q) => p.distance - q.distance).find(({ point }) => defence.offer(point).offer === 'learned');
    if (learned === undefined) resting = restDays;
    return learned?.point ?? victim;
  };
}

/** How far a crafted face lands from where it was aimed when the network is only guessed at: squared length of the error. */
const transferError = 0.15;

/**
 * Somebody with a photograph of the victim from the web and another network to craft on: walks from the photograph to their own face in equal steps, each landing a
 * little beside where it was aimed. Knows neither templates nor thresholds.
 */
export function photographAttacker(random: Random, photograph: Float32Array, goal: Float32Array, injections: number): Attacker {
  const way = path(photograph, goal);
  return (_, shown) => {
    const aimed = way[Math.min(way.length - 1, Math.floor((shown / injections) * way.length))] ?? photograph;
    const error = randomPart(random, transferError);
    return unit(error.map((value, index) => value + (aimed[index] as number)));
  };
}

/** Somebody who shows their own face, as it varies by itself. */
export function ownFaceAttacker(random: Random, face: Face): Attacker {
  return () => look(random, newOccasion(random, face));
}

/** Points on the great circle from one vector to another, both ends included. */
function path(from: Float32Array, to: Float32Array): Float32Array[] {
  const dot = from.reduce((sum, value, index) => sum + value * (to[index] as number), 0);
  const angle = Math.acos(Math.max(-1, Math.min(1, dot)));
  return Array.from({ length: pathPoints + 1 }, (_, index) => {
    const part = index / pathPoints;
    const [p, q] = [Math.sin((1 - part) * angle), Math.sin(part * angle)];
    return unit(Float64Array.from(from, (value, place) => p * value + q * (to[place] as number)));
  });
}

/** A path that remembers how far its points are from vectors it met before. */
function pathWithDistances(from: Float32Array, to: Float32Array) {
  const way = path(from, to);
  const known = new WeakMap<Float32Array, readonly number[]>();
  const distancesTo = (vector: Float32Array): readonly number[] => {
    const distances = known.get(vector) ?? way.map((point) => embeddingDistance(vector, point));
    known.set(vector, distances);
    return distances;
  };
  return {
    /** The point farthest along that is within `limit` of one of the vectors. */
    farthestWithin(vectors: readonly Float32Array[], limit: number): Float32Array | undefined {
      const rows = vectors.map(distancesTo);
      return way.findLast((_, index) => rows.some((row) => (row[index] as number) <= limit));
    },
  };
}

/** Up to half as long aside as the vector is long. */
function swerve(random: Random, point: Float32Array): Float32Array {
  const aside = randomPart(random, 0.25 * random.uniform());
  return unit(aside.map((value, index) => value + (point[index] as number)));
}

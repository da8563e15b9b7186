import { embeddingDistance } from '../../identity/matcher.ts';
import type { Defence } from './defences.ts';
import type { Random } from './random.ts';
import { type Face, look, newOccasion, randomPart, unit } from './synthetic-faces.ts';

/** Chooses the next vector to show; told how many were shown. */
export type Attacker = (defence: Defence, shown: number) => Float32Array;

/** Points on the way that are looked at when choosing the next step. */
const pathPoints = 64;
/** The published attack stays just under the threshold it knows: this part of it. */
const underThreshold = 0.95;

/**
 * The published attack by somebody who knows network, templates and threshold (Lovisotto, Eberz and Martinovic, "Biometric Backdoors", 2020): on the straight way from
 * the victim's vectors to the attacker's own, always the farthest point that is still just under `limit` of a vector in service.
 */
export function stepwiseAttacker(victim: Float32Array, goal: Float32Array, limit: number): Attacker {
  const way = path(victim, goal);
  const distances = new WeakMap<Float32Array, readonly number[]>();
  const distancesTo = (vector: Float32Array): readonly number[] => {
    const known = distances.get(vector) ?? way.map((point) => embeddingDistance(vector, point));
    distances.set(vector, known);
    return known;
  };
  return ({ vectors }) => {
    const near = vectors.map(distancesTo);
    return way.findLast((_, index) => near.some((row) => (row[index] as number) <= limit * underThreshold)) ?? victim;
  };
}

/**
 * Somebody who knows our rules too, and tries moves on a copy of the lock before making one: straight ahead, and swerving sideways to hide the direction. Makes the
 * move that is learned and brings a template nearest to the goal.
 */
export function plannedAttacker(random: Random, victim: Float32Array, goal: Float32Array): Attacker {
  const way = path(victim, goal);
  const every = pathPoints / 8;
  const straight = way.filter((_, index) => index > 0 && index % every === 0);
  return (defence) => {
    const swerved = straight.map((point) => swerve(random, point));
    const moves = [...straight, ...swerved].map((point) => ({ point, distance: embeddingDistance(point, goal) }));
    const nearestFirst = moves.toSorted((p, q) => p.distance - q.distance);
    return nearestFirst.find(({ point }) => defence.offer(point).offer === 'learned')?.point ?? victim;
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

function swerve(random: Random, point: Float32Array): Float32Array {
  const aside = randomPart(random, 0.25 * random.uniform());
  return unit(aside.map((value, index) => value + (point[index] as number)));
}

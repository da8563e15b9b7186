import { embeddingLength } from '../contract/observation.ts';
import type { Template } from './template.ts';

/** L2 distance of two unit vectors of 128 numbers, 0 to 2; infinite when either has another length or a number that is not finite. */
export function embeddingDistance(p: Float32Array, q: Float32Array): number {
  if (p.length !== embeddingLength || q.length !== embeddingLength) return Infinity;
  let squares = 0;
  for (let i = 0; i < embeddingLength; i++) {
    const difference = (p[i] as number) - (q[i] as number);
    squares += difference * difference;
  }
  return Number.isFinite(squares) ? Math.sqrt(squares) : Infinity;
}

/** The nearest stored vector of the same network. */
export interface NearestTemplate {
  readonly template: Template;
  readonly distance: number;
}

/** Compares a probe with every template made by `model`; `undefined` when there is none. */
export function nearestTemplate(probe: Float32Array, model: string, templates: readonly Template[]): NearestTemplate | undefined {
  let best: NearestTemplate | undefined;
  for (const template of templates) {
    if (template.model !== model) continue;
    const distance = embeddingDistance(probe, template.vector);
    if (best === undefined || distance < best.distance) best = { template, distance };
  }
  return best;
}

/** Mean of two unit vectors, of length 1 again; the first where they cancel out. */
export function meanVector(p: Float32Array, q: Float32Array): Float32Array {
  const sum = p.map((value, index) => value + (q[index] ?? 0));
  let squares = 0;
  for (const value of sum) squares += value * value;
  if (!(squares > 1e-12)) return p;
  const factor = 1 / Math.sqrt(squares);
  return sum.map((value) => value * factor);
}

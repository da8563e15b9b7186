import { isVectorLength, vectorLengthOf } from '../contract/identity-model.ts';
import type { Template } from './template.ts';

/** L2 distance of two unit vectors, 0 to 2; infinite when their lengths differ, are those of no network, or a number is not finite. */
export function embeddingDistance(p: Float32Array, q: Float32Array): number {
  if (p.length !== q.length || !isVectorLength(p.length)) return Infinity;
  let squares = 0;
  for (let i = 0; i < p.length; i++) {
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

/** Compares a probe with every template made by `model`; `undefined` when there is none, or when the probe is no vector of that network. */
export function nearestTemplate(probe: Float32Array, model: string, templates: readonly Template[]): NearestTemplate | undefined {
  if (probe.length !== vectorLengthOf(model)) return undefined;
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

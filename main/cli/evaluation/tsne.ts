import { principalComponents } from './pca.ts';

const iterations = 1000;
const exaggeratedIterations = 250;
const exaggeration = 12;
const usualPerplexity = 30;

/** What the picture was made with. */
export interface Neighbourhood {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly perplexity: number;
}

/**
 * Exact t-SNE to two dimensions (van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008), begun from the principal components as Kobak and
 * Berens advise ("The art of using t-SNE", 2019), so that the same vectors always give the same picture. Takes time with the square of their
 * number: for some hundreds.
 */
export function neighbourEmbedding(vectors: readonly Float32Array[]): Neighbourhood {
  const n = vectors.length;
  const perplexity = Math.max(1, Math.min(usualPerplexity, Math.floor((n - 1) / 3)));
  if (n < 4) return { points: principalComponents(vectors).points, perplexity };
  const likeness = jointProbabilities(squaredDistances(vectors), n, perplexity);
  const places = initialPlaces(vectors);
  const velocity = new Float64Array(2 * n);
  const gains = new Float64Array(2 * n).fill(1);
  const gradient = new Float64Array(2 * n);
  const closeness = new Float64Array(n * n);
  const rate = Math.max(50, n / exaggeration / 4);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const early = iteration < exaggeratedIterations;
    fillGradient(gradient, closeness, places, likeness, early ? exaggeration : 1);
    for (let i = 0; i < 2 * n; i++) {
      const [slope, moving] = [gradient[i] as number, velocity[i] as number];
      // Faster while the slope keeps its direction (Jacobs, 1988), as in the authors' own program.
      const gain = Math.max(0.01, slope * moving < 0 ? (gains[i] as number) + 0.2 : (gains[i] as number) * 0.8);
      gains[i] = gain;
      velocity[i] = (early ? 0.5 : 0.8) * moving - rate * gain * slope;
      places[i] = (places[i] as number) + (velocity[i] as number);
    }
  }
  return { points: vectors.map((_, i) => [places[2 * i] as number, places[2 * i + 1] as number] as const), perplexity };
}

function squaredDistances(vectors: readonly Float32Array[]): Float64Array {
  const n = vectors.length;
  const squared = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const p = vectors[i] as Float32Array;
    for (let j = i + 1; j < n; j++) {
      const q = vectors[j] as Float32Array;
      let sum = 0;
      for (let k = 0; k < p.length; k++) sum += ((p[k] as number) - (q[k] as number)) ** 2;
      squared[i * n + j] = sum;
      squared[j * n + i] = sum;
    }
  }
  return squared;
}

/** How likely each two are neighbours, both ways together; every point has as many neighbours as the perplexity says. */
function jointProbabilities(squared: Float64Array, n: number, perplexity: number): Float64Array {
  const conditional = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    fillRow(conditional.subarray(i * n, (i + 1) * n), squared.subarray(i * n, (i + 1) * n), i, Math.log(perplexity));
  const joint = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const both = (conditional[i * n + j] as number) + (conditional[j * n + i] as number);
      joint[i * n + j] = Math.max(1e-12, both / (2 * n));
    }
  }
  return joint;
}

/** One point's neighbours: the width of its bell is found by halving until the entropy is right. */
function fillRow(row: Float64Array, squared: Float64Array, self: number, entropyWanted: number): void {
  // Against the nearest, so that no bell is so narrow that all of it vanishes.
  const nearest = squared.reduce((least, value, index) => (index === self ? least : Math.min(least, value)), Infinity);
  let [narrow, wide, precision] = [0, Infinity, 1];
  for (let round = 0; round < 64; round++) {
    let [sum, weightedDistance] = [0, 0];
    for (let j = 0; j < row.length; j++) {
      const excess = (squared[j] as number) - nearest;
      const weight = j === self ? 0 : Math.exp(-precision * excess);
      row[j] = weight;
      sum += weight;
      weightedDistance += weight * excess;
    }
    for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) / sum;
    const entropy = Math.log(sum) + (precision * weightedDistance) / sum;
    if (Math.abs(entropy - entropyWanted) < 1e-6) return;
    if (entropy > entropyWanted) narrow = precision;
    else wide = precision;
    precision = wide === Infinity ? precision * 2 : (narrow + wide) / 2;
  }
}

/** The principal components, shrunk to almost a point. */
function initialPlaces(vectors: readonly Float32Array[]): Float64Array {
  const { points } = principalComponents(vectors);
  const spread = Math.sqrt(points.reduce((sum, [x]) => sum + x * x, 0) / points.length);
  const scale = spread > 0 ? 1e-4 / spread : 0;
  // A little more, by place: points that are the same could never part.
  return Float64Array.from(points.flatMap(([x, y], index) => [x * scale + 1e-6 * Math.cos(index), y * scale + 1e-6 * Math.sin(index)]));
}

function fillGradient(gradient: Float64Array, closeness: Float64Array, places: Float64Array, likeness: Float64Array, factor: number): void {
  const n = places.length / 2;
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const dx = (places[2 * i] as number) - (places[2 * j] as number);
      const dy = (places[2 * i + 1] as number) - (places[2 * j + 1] as number);
      const near = 1 / (1 + dx * dx + dy * dy);
      closeness[i * n + j] = near;
      total += 2 * near;
    }
  }
  gradient.fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const near = closeness[i * n + j] as number;
      const pull = 4 * (factor * (likeness[i * n + j] as number) - near / total) * near;
      const dx = pull * ((places[2 * i] as number) - (places[2 * j] as number));
      const dy = pull * ((places[2 * i + 1] as number) - (places[2 * j + 1] as number));
      gradient[2 * i] = (gradient[2 * i] as number) + dx;
      gradient[2 * i + 1] = (gradient[2 * i + 1] as number) + dy;
      gradient[2 * j] = (gradient[2 * j] as number) - dx;
      gradient[2 * j + 1] = (gradient[2 * j + 1] as number) - dy;
    }
  }
}

/** Points on the two directions in which they are spread most. `share`: how much of the whole variance these two hold, 0 to 1. */
export interface Projection {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly share: number;
}

/** Directions carried along, more than the two wanted: the two settle the sooner. */
const carried = 8;
const iterations = 400;

/**
 * Principal component analysis to two dimensions: orthogonal iteration on the covariance of the vectors (Golub and Van Loan, "Matrix Computations", 8.2.4).
 * Vectors must be of one length. Signs are chosen so that the first point that lies off an axis lies on its positive side, hence the same vectors always give the same picture.
 */
export function principalComponents(vectors: readonly Float32Array[]): Projection {
  const length = vectors[0]?.length ?? 0;
  if (vectors.length < 2) return { points: vectors.map(() => [0, 0] as const), share: 1 };
  const centred = centredRows(vectors, length);
  const covariance = covarianceOf(centred, length);
  let basis: Float64Array[] = Array.from({ length: Math.min(carried, length) }, (_, index) =>
    Float64Array.from({ length }, (__, place) => Math.cos((index + 1) * (place + 0.5))),
  );
  for (let iteration = 0; iteration < iterations; iteration++) basis = orthonormal(basis.map((direction) => times(covariance, direction)));
  const [first, second] = basis as [Float64Array, Float64Array];
  const points = centred.map((row) => [dot(row, first), dot(row, second)] as [number, number]);
  const whole = centred.reduce((sum, row) => sum + dot(row, row), 0);
  const kept = points.reduce((sum, [x, y]) => sum + x * x + y * y, 0);
  const [flipX, flipY] = [signOf(points.map(([x]) => x)), signOf(points.map(([, y]) => y))];
  return { points: points.map(([x, y]) => [x * flipX, y * flipY] as const), share: whole > 0 ? kept / whole : 1 };
}

function centredRows(vectors: readonly Float32Array[], length: number): Float64Array[] {
  const mean = new Float64Array(length);
  for (const vector of vectors) for (let i = 0; i < length; i++) mean[i] = (mean[i] as number) + (vector[i] as number) / vectors.length;
  return vectors.map((vector) => Float64Array.from(vector, (value, index) => value - (mean[index] as number)));
}

function covarianceOf(rows: readonly Float64Array[], length: number): Float64Array[] {
  const covariance = Array.from({ length }, () => new Float64Array(length));
  for (const row of rows) {
    for (let i = 0; i < length; i++) {
      const line = covariance[i] as Float64Array;
      for (let j = 0; j < length; j++) line[j] = (line[j] as number) + ((row[i] as number) * (row[j] as number)) / rows.length;
    }
  }
  return covariance;
}

/** Gram and Schmidt; a direction that vanishes stays zero. */
function orthonormal(directions: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const direction of directions) {
    let rest = direction;
    // Twice, for what rounding leaves of the first time.
    for (let round = 0; round < 2; round++)
      for (const other of done) {
        const along = dot(rest, other);
        rest = rest.map((value, index) => value - along * (other[index] as number));
      }
    const size = Math.sqrt(dot(rest, rest));
    done.push(size > 1e-150 ? rest.map((value) => value / size) : rest.map(() => 0));
  }
  return done;
}

function times(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => dot(row, vector));
}

function dot(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += (p[i] as number) * (q[i] as number);
  return sum;
}

function signOf(values: readonly number[]): number {
  return (values.find((value) => Math.abs(value) > 1e-9) ?? 1) < 0 ? -1 : 1;
}

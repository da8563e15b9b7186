import type { Point3 } from './plane.ts';

/** Unknowns of `z = a + bx + cy + dx² + exy + fy²`. */
const unknowns = 6;

/**
 * Heights of points over the curved sheet `z = a + bx + cy + dx² + exy + fy²` that fits them best (least squares in z): what remains of a surface once every plane and, nearly,
 * every cylinder and sphere is taken out of it. Millimetres, positive towards the camera, in the order of the points. `undefined` for fewer points than unknowns or points
 * that fix no such sheet.
 */
export function heightsOverQuadricMm(points: readonly Point3[]): readonly number[] | undefined {
  if (points.length < unknowns) return undefined;
  const mx = mean(points, 'x');
  const my = mean(points, 'y');
  const mz = mean(points, 'z');
  // In units of about a face's half width, so that squares stay near one.
  const rows = points.map(({ x, y }) => {
    const u = (x - mx) / 60;
    const v = (y - my) / 60;
    return [1, u, v, u * u, u * v, v * v];
  });
  const matrix = Array.from({ length: unknowns }, () => new Float64Array(unknowns + 1));
  for (const [index, row] of rows.entries()) {
    const z = (points[index] as Point3).z - mz;
    for (let i = 0; i < unknowns; i++) {
      const line = matrix[i] as Float64Array;
      const weight = row[i] as number;
      for (let j = 0; j < unknowns; j++) line[j] = (line[j] as number) + weight * (row[j] as number);
      line[unknowns] = (line[unknowns] as number) + weight * z;
    }
  }
  const solved = solve(matrix);
  if (solved === undefined) return undefined;
  return rows.map((row, index) => {
    const sheet = row.reduce((sum, value, k) => sum + value * (solved[k] as number), 0);
    return sheet - ((points[index] as Point3).z - mz);
  });
}

function mean(points: readonly Point3[], axis: keyof Point3): number {
  return points.reduce((sum, point) => sum + point[axis], 0) / points.length;
}

/** Gauss's elimination with the largest pivot; the last column is the right side. */
function solve(matrix: Float64Array[]): Float64Array | undefined {
  const n = matrix.length;
  const scale = Math.max(...matrix.map((line, index) => Math.abs(line[index] as number)));
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(at(matrix, row, column)) > Math.abs(at(matrix, best, column))) best = row;
    }
    if (!(Math.abs(at(matrix, best, column)) > 1e-9 * scale)) return undefined;
    const pivot = matrix[best] as Float64Array;
    matrix[best] = matrix[column] as Float64Array;
    matrix[column] = pivot;
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const line = matrix[row] as Float64Array;
      const factor = (line[column] as number) / (pivot[column] as number);
      for (let k = column; k <= n; k++) line[k] = (line[k] as number) - factor * (pivot[k] as number);
    }
  }
  return Float64Array.from(matrix, (line, index) => (line[n] as number) / (line[index] as number));
}

function at(matrix: readonly Float64Array[], row: number, column: number): number {
  return (matrix[row] as Float64Array)[column] as number;
}

/** A point in pixels of some image. */
export interface Point2 {
  readonly x: number;
  readonly y: number;
}

/** The affine map `x' = a x + b y + tx`, `y' = c x + d y + ty`. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly c: number;
  readonly d: number;
  readonly ty: number;
}

/**
 * The similarity (rotation, uniform scale, shift) that carries `from` nearest to `to` in the least-squares sense
 * (Umeyama 1991, two dimensions, closed form). `undefined` when there are fewer than two points or they coincide.
 */
export function fitSimilarity(from: readonly Point2[], to: readonly Point2[]): Affine | undefined {
  const count = Math.min(from.length, to.length);
  if (count < 2) return undefined;
  const fromMean = meanPoint(from, count);
  const toMean = meanPoint(to, count);
  let spread = 0;
  let dot = 0;
  let cross = 0;
  for (let i = 0; i < count; i++) {
    const p = from[i] as Point2;
    const q = to[i] as Point2;
    const px = p.x - fromMean.x;
    const py = p.y - fromMean.y;
    const qx = q.x - toMean.x;
    const qy = q.y - toMean.y;
    spread += px * px + py * py;
    dot += px * qx + py * qy;
    cross += px * qy - py * qx;
  }
  if (!(spread > 1e-12)) return undefined;
  const a = dot / spread;
  const c = cross / spread;
  if (!Number.isFinite(a) || !Number.isFinite(c)) return undefined;
  return {
    a,
    b: -c,
    tx: toMean.x - a * fromMean.x + c * fromMean.y,
    c,
    d: a,
    ty: toMean.y - c * fromMean.x - a * fromMean.y,
  };
}

/** The map that undoes `map`; `undefined` when it flattens the plane. */
export function invertAffine(map: Affine): Affine | undefined {
  const determinant = map.a * map.d - map.b * map.c;
  if (!(Math.abs(determinant) > 1e-12)) return undefined;
  const a = map.d / determinant;
  const b = -map.b / determinant;
  const c = -map.c / determinant;
  const d = map.a / determinant;
  return { a, b, tx: -(a * map.tx + b * map.ty), c, d, ty: -(c * map.tx + d * map.ty) };
}

/** Carries one point. */
export function applyAffine(map: Affine, point: Point2): Point2 {
  return { x: map.a * point.x + map.b * point.y + map.tx, y: map.c * point.x + map.d * point.y + map.ty };
}

function meanPoint(points: readonly Point2[], count: number): Point2 {
  let x = 0;
  let y = 0;
  for (let i = 0; i < count; i++) {
    const point = points[i] as Point2;
    x += point.x;
    y += point.y;
  }
  return { x: x / count, y: y / count };
}

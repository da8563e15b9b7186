/**
 * The rotation that undoes half of another: row-major 3x3, about the same axis by minus half the angle. By unit quaternions, whose mean with no turn at all is the turn
 * half way (Shoemake, "Animating rotation with quaternion curves", 1985). A turn of 180 degrees has no half way and gives no turn.
 */
export function undoHalf(rotation: ArrayLike<number>): Float64Array {
  const [a, b, c, d, e, f, g, h, i] = Array.from(rotation) as [number, number, number, number, number, number, number, number, number];
  // Both parts of the quaternion times 4 cos(angle / 2), which is above 0 below 180 degrees.
  const w = 1 + a + e + i;
  const [x, y, z] = [h - f, c - g, d - b];
  const whole = Math.hypot(w, x, y, z);
  if (!(w > 1e-9 * whole)) return Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const half = Math.hypot(w + whole, x, y, z);
  const [p, q, r, s] = [(w + whole) / half, -x / half, -y / half, -z / half];
  return Float64Array.of(
    1 - 2 * (r * r + s * s),
    2 * (q * r - p * s),
    2 * (q * s + p * r),
    2 * (q * r + p * s),
    1 - 2 * (q * q + s * s),
    2 * (r * s - p * q),
    2 * (q * s - p * r),
    2 * (r * s + p * q),
    1 - 2 * (q * q + r * r),
  );
}

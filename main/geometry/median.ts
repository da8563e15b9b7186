/** Middle value, the upper one of an even count; 0 of nothing. Sorts what it is given. */
export function median(values: number[]): number {
  values.sort((p, q) => p - q);
  return values[values.length >> 1] ?? 0;
}

/** Three box filters come near to a Gaussian (Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters", 1986). */
const passes = 3;

/** Local mean, about as by a Gaussian of `sigmaPx`, of a square's values [sizePx * sizePx], each weighed; and how much weight lies around each pixel, 0 to 1. */
export function localMean(
  values: Float32Array,
  weights: Float32Array,
  sizePx: number,
  sigmaPx: number,
): { readonly mean: Float32Array; readonly weight: Float32Array } {
  const radius = Math.max(1, Math.round((Math.sqrt((12 * sigmaPx ** 2) / passes + 1) - 1) / 2));
  // What has no weight may be no number.
  const mean = values.map((value, at) => ((weights[at] as number) > 0 ? value * (weights[at] as number) : 0));
  const weight = Float32Array.from(weights);
  for (const grid of [mean, weight]) {
    for (let pass = 0; pass < passes; pass++) {
      for (let line = 0; line < sizePx; line++) boxFilter(grid, line * sizePx, 1, sizePx, radius);
      for (let line = 0; line < sizePx; line++) boxFilter(grid, line, sizePx, sizePx, radius);
    }
  }
  for (let at = 0; at < mean.length; at++) mean[at] = (mean[at] as number) / Math.max(weight[at] as number, 1e-6);
  return { mean, weight };
}

/** Means over windows of a line of `count` numbers, in place; nothing lies beyond its ends. */
function boxFilter(grid: Float32Array, start: number, step: number, count: number, radius: number): void {
  const line = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) line[i] = grid[start + i * step] as number;
  for (let i = 0; i < Math.min(radius, count); i++) sum += line[i] as number;
  for (let i = 0; i < count; i++) {
    if (i + radius < count) sum += line[i + radius] as number;
    if (i - radius - 1 >= 0) sum -= line[i - radius - 1] as number;
    grid[start + i * step] = sum / (2 * radius + 1);
  }
}

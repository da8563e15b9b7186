/** One trial at some value: whether it came out positive. */
export interface Trial {
  readonly value: number;
  readonly positive: boolean;
}

/**
 * The value at which half of the trials are positive, by logistic regression (maximum likelihood by Newton's method, as in any textbook). A slight ridge on the
 * slope keeps the fit finite where the two outcomes do not overlap. `undefined` without trials of both outcomes.
 */
export function halfPoint(trials: readonly Trial[]): number | undefined {
  const positives = trials.filter(({ positive }) => positive).length;
  if (positives === 0 || positives === trials.length) return undefined;
  const mean = trials.reduce((sum, { value }) => sum + value, 0) / trials.length;
  const deviation = Math.sqrt(trials.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / trials.length);
  if (!(deviation > 0)) return undefined;
  const ridge = 1e-3 * trials.length;
  let [offset, slope] = [0, 0];
  for (let step = 0; step < 60; step++) {
    let [gradient0, gradient1, curve00, curve01, curve11] = [0, -ridge * slope, 1e-9, 0, ridge];
    for (const { value, positive } of trials) {
      const x = (value - mean) / deviation;
      const chance = 1 / (1 + Math.exp(-(offset + slope * x)));
      const miss = (positive ? 1 : 0) - chance;
      const weight = chance * (1 - chance);
      gradient0 += miss;
      gradient1 += miss * x;
      curve00 += weight;
      curve01 += weight * x;
      curve11 += weight * x * x;
    }
    const determinant = curve00 * curve11 - curve01 ** 2;
    offset += (curve11 * gradient0 - curve01 * gradient1) / determinant;
    slope += (curve00 * gradient1 - curve01 * gradient0) / determinant;
  }
  const at = mean - (deviation * offset) / slope;
  return Number.isFinite(at) ? at : undefined;
}

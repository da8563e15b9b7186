/** Changes of the simplex after Nelder and Mead (1965): reflection 1, expansion 2, contraction and shrinking a half. */
const expansion = 2;
const half = 0.5;

/** A corner of the simplex and what it is worth. */
interface Corner {
  readonly at: readonly number[];
  readonly value: number;
}

/**
 * Looks for the numbers that make `worth` largest, from `start` on, by the downhill simplex of Nelder and Mead turned upwards; `steps` are first changes of each
 * number, not 0. Ends after `evaluations`, or when the corners differ by less than `tolerance` in worth. Finds the top of the hill it starts on, no other.
 */
export function climb(
  worth: (at: readonly number[]) => number,
  start: readonly number[],
  steps: readonly number[],
  { evaluations, tolerance }: { readonly evaluations: number; readonly tolerance: number },
): Corner {
  let left = evaluations;
  const corner = (at: readonly number[]): Corner => {
    left--;
    return { at, value: worth(at) };
  };
  const corners = [
    corner(start),
    ...steps.map((step, index) => corner(start.map((value, other) => (other === index ? value + step : value)))),
  ];
  while (left > 0) {
    corners.sort((one, other) => other.value - one.value);
    const best = corners[0] as Corner;
    const worst = corners.pop() as Corner;
    const next = corners[corners.length - 1] as Corner;
    if (best.value - worst.value < tolerance) return best;
    const middle = start.map((_, index) => corners.reduce((sum, { at }) => sum + (at[index] as number), 0) / corners.length);
    const beyond = (factor: number): Corner => corner(middle.map((value, index) => value + factor * (value - (worst.at[index] as number))));
    const reflected = beyond(1);
    if (reflected.value > best.value) {
      const expanded = beyond(expansion);
      corners.push(expanded.value > reflected.value ? expanded : reflected);
    } else if (reflected.value > next.value) corners.push(reflected);
    else {
      const contracted = beyond(reflected.value > worst.value ? half : -half);
      if (contracted.value > Math.max(worst.value, reflected.value)) corners.push(contracted);
      else {
        const shrunk = [...corners, worst].map(({ at }) => at.map((value, index) => value + half * ((best.at[index] as number) - value)));
        corners.splice(0, corners.length, ...shrunk.map(corner));
      }
    }
  }
  return corners.reduce((best, each) => (each.value > best.value ? each : best));
}

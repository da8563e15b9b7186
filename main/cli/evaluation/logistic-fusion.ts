/** Distances of the same pairs by two networks: `[rgbd, colour]`, both by L2 of unit vectors. */
export interface PairDistances {
  readonly rgbd: Float64Array;
  readonly colour: Float64Array;
}

/**
 * The score that tells genuine pairs from impostor ones best: `offset - scale * (weight * d_rgbd^2 + (1 - weight) * d_colour^2)`, the logarithm of how much likelier a
 * pair is genuine than not, before anybody knows how many of either kind there are.
 */
export interface FusionFit {
  readonly weight: number;
  readonly scale: number;
  readonly offset: number;
}

type Failed = { readonly kind: 'failed'; readonly sentence: string };
export type FusionFitting = { readonly kind: 'fitted'; readonly fit: FusionFit } | Failed;
export type ScoreFitting = { readonly kind: 'fitted'; readonly fit: Omit<FusionFit, 'weight'> } | Failed;

const needsBothKinds = { kind: 'failed', sentence: 'a fusion needs genuine and impostor pairs.' } as const;
const tellsNothing = { kind: 'failed', sentence: 'neither distance tells genuine from impostor pairs.' } as const;

/** Coefficients of 1, d_rgbd^2 and d_colour^2. */
type Coefficients = readonly [number, number, number];
type Used = readonly [constant: true, rgbd: boolean, colour: boolean];

const mostSteps = 100;
/** Keeps the slopes finite where the pairs can be told apart without error; elsewhere it is too small to see. */
const ridge = 1e-6;

/**
 * Logistic regression of genuine against impostor on the two squared distances, by Newton's method with steps halved while they make matters worse (Bishop, "Pattern
 * Recognition and Machine Learning", 4.3.3). Both kinds of pairs weigh the same in all, however many there are. A network whose greater distance would
 * speak for a genuine pair is left out: weight 0 or 1.
 */
export function fitFusion(genuine: PairDistances, impostor: PairDistances): FusionFitting {
  if (genuine.rgbd.length === 0 || impostor.rgbd.length === 0) return needsBothKinds;
  const both = minimise(genuine, impostor, [true, true, true]);
  const [offset, ofRgbd, ofColour] =
    both[1] > 0 ? minimise(genuine, impostor, [true, false, true]) : both[2] > 0 ? minimise(genuine, impostor, [true, true, false]) : both;
  const scale = -(ofRgbd + ofColour);
  if (!(scale > 0)) return tellsNothing;
  return { kind: 'fitted', fit: { weight: -ofRgbd / scale, scale, offset } };
}

/** The same regression on the distances of fused vectors, whose weight is given: scale and offset of their score. */
export function fitScore(genuine: Float64Array, impostor: Float64Array): ScoreFitting {
  if (genuine.length === 0 || impostor.length === 0) return needsBothKinds;
  const alone = (colour: Float64Array): PairDistances => ({ rgbd: colour, colour });
  const [offset, , ofFused] = minimise(alone(genuine), alone(impostor), [true, false, true]);
  return ofFused < 0 ? { kind: 'fitted', fit: { scale: -ofFused, offset } } : tellsNothing;
}

/** The coefficients with the least loss; those not used stay 0. */
function minimise(genuine: PairDistances, impostor: PairDistances, used: Used): Coefficients {
  let at: Coefficients = [0, 0, 0];
  let here = lossAt(genuine, impostor, at);
  for (let step = 0; step < mostSteps; step++) {
    const direction = newtonStep(here, used);
    let [length, next] = [1, moved(at, direction, 1)];
    let there = lossAt(genuine, impostor, next);
    while (there.loss > here.loss && length > 1e-6) {
      length /= 2;
      next = moved(at, direction, length);
      there = lossAt(genuine, impostor, next);
    }
    const gain = here.loss - there.loss;
    if (!(gain > 0)) return at;
    [at, here] = [next, there];
    if (gain < 1e-14) return at;
  }
  return at;
}

interface Loss {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Row-major 3 x 3. */
  readonly curvature: Float64Array;
}

/** Mean loss of both kinds, half and half, with its slope and curvature. */
function lossAt(genuine: PairDistances, impostor: PairDistances, at: Coefficients): Loss {
  const gradient = new Float64Array(3);
  const curvature = new Float64Array(9);
  let loss = 0;
  for (const [{ rgbd, colour }, sign] of [
    [genuine, 1],
    [impostor, -1],
  ] as const) {
    const share = 0.5 / rgbd.length;
    for (let pair = 0; pair < rgbd.length; pair++) {
      const x = [1, (rgbd[pair] as number) ** 2, (colour[pair] as number) ** 2] as const;
      const margin = sign * (at[0] + at[1] * x[1] + at[2] * x[2]);
      const wrong = 1 / (1 + Math.exp(margin));
      loss += share * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
      for (let i = 0; i < 3; i++) {
        gradient[i] = (gradient[i] as number) - share * sign * wrong * (x[i] as number);
        for (let j = 0; j < 3; j++)
          curvature[3 * i + j] = (curvature[3 * i + j] as number) + share * wrong * (1 - wrong) * (x[i] as number) * (x[j] as number);
      }
    }
  }
  for (const i of [1, 2] as const) {
    loss += (ridge / 2) * at[i] ** 2;
    gradient[i] = (gradient[i] as number) + ridge * at[i];
    curvature[4 * i] = (curvature[4 * i] as number) + ridge;
  }
  return { loss, gradient, curvature };
}

/** Solves curvature * step = -gradient for the coefficients in use, by elimination; curvature is positive definite. */
function newtonStep({ gradient, curvature }: Loss, used: Used): Coefficients {
  const places = [0, 1, 2].filter((place) => used[place]);
  const rows = places.map((i) => [
    ...places.map((j) => (curvature[3 * i + j] as number) + (i === j ? 1e-12 : 0)),
    -(gradient[i] as number),
  ]);
  for (const [column, pivot] of rows.entries()) {
    for (const [index, row] of rows.entries()) {
      if (index === column) continue;
      const factor = (row[column] as number) / (pivot[column] as number);
      for (let k = column; k < row.length; k++) row[k] = (row[k] as number) - factor * (pivot[k] as number);
    }
  }
  const step: [number, number, number] = [0, 0, 0];
  for (const [index, place] of places.entries())
    step[place as 0 | 1 | 2] = (rows[index]?.at(-1) as number) / (rows[index]?.[index] as number);
  return step;
}

function moved(at: Coefficients, step: Coefficients, length: number): Coefficients {
  return [at[0] + length * step[0], at[1] + length * step[1], at[2] + length * step[2]];
}

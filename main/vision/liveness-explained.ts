import type { LivenessMeasures } from '../contract/insight.ts';
import type { Liveness } from '../contract/observation.ts';
import { cueCost, livenessBounds } from './liveness.ts';
import { type LivenessCueName, livenessCueNames } from './liveness-cues.ts';
import { cueWeights, livenessBias } from './liveness-weights.ts';

/** A frame's liveness with everything it was judged by: for the unlocked owner and the command line, never for a locked screen. */
export function explainLiveness({ kind, cues }: Liveness): LivenessMeasures {
  const explained = cues.map(({ name, value, passed }) => {
    const weight = cueWeights.find((each) => each.name === name);
    return {
      name,
      value,
      passed,
      bound: isCueName(name) ? livenessBounds[name] : undefined,
      living: weight === undefined ? undefined : { begins: weight.begins, middle: weight.middle, spread: weight.spread },
      cost: weight === undefined ? 0 : cueCost(weight, value),
    };
  });
  return { kind, startLogOdds: livenessBias, logOdds: explained.reduce((left, { cost }) => left - cost, livenessBias), cues: explained };
}

function isCueName(name: string): name is LivenessCueName {
  return (livenessCueNames as readonly string[]).includes(name);
}

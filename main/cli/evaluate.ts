import { calibrateFusion, calibrateFusionUsage } from './calibrate-fusion.ts';
import { refuse } from './console.ts';
import { evaluatePairs, evaluatePairsUsage } from './evaluate-pairs.ts';
import { evaluateRecordings, evaluateRecordingsUsage } from './evaluate-recordings.ts';

/** `evaluate pairs …`, `evaluate recordings …` and `evaluate calibrate-fusion …`. */
export async function evaluate(args: string[]): Promise<number> {
  const [what, ...rest] = args;
  if (what === 'pairs') return evaluatePairs(rest);
  if (what === 'recordings') return evaluateRecordings(rest);
  if (what === 'calibrate-fusion') return calibrateFusion(rest);
  return refuse(`usage: ${evaluatePairsUsage} or ${evaluateRecordingsUsage} or ${calibrateFusionUsage}`);
}

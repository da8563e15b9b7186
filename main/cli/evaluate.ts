import { refuse } from './console.ts';
import { evaluatePairs, evaluatePairsUsage } from './evaluate-pairs.ts';
import { evaluateRecordings, evaluateRecordingsUsage } from './evaluate-recordings.ts';

/** `evaluate pairs …` and `evaluate recordings …`. */
export async function evaluate(args: string[]): Promise<number> {
  const [what, ...rest] = args;
  if (what === 'pairs') return evaluatePairs(rest);
  if (what === 'recordings') return evaluateRecordings(rest);
  return refuse(`usage: ${evaluatePairsUsage} or ${evaluateRecordingsUsage}`);
}

import { refuse } from './console.ts';
import { poisoning, poisoningUsage } from './experiments/poisoning.ts';

/** `experiment poisoning …`. */
export async function experiment(args: string[]): Promise<number> {
  const [what, ...rest] = args;
  return what === 'poisoning' ? poisoning(rest) : refuse(poisoningUsage);
}

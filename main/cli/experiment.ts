import { refuse } from './console.ts';
import { attacks, attacksUsage } from './experiments/attacks.ts';
import { attention, attentionUsage } from './experiments/attention.ts';
import { poisoning, poisoningUsage } from './experiments/poisoning.ts';
import { year, yearUsage } from './experiments/year.ts';

const experiments: Readonly<Record<string, (args: string[]) => Promise<number>>> = { poisoning, attention, attacks, year };

/** `experiment poisoning …`, `experiment attention …`, `experiment attacks …`, `experiment year …`. */
export async function experiment(args: string[]): Promise<number> {
  const [what, ...rest] = args;
  const chosen = what !== undefined && Object.hasOwn(experiments, what) ? experiments[what] : undefined;
  return chosen === undefined ? refuse(`usage: ${poisoningUsage}, ${attentionUsage}, ${attacksUsage} or ${yearUsage}`) : chosen(rest);
}

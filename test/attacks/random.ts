/** Random choices that follow from a seed alone, so that whatever a run finds is found again. */
export interface Random {
  /** 0 up to but not 1. */
  next(): number;
  /** 0 up to but not `below`. */
  int(below: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
}

/** Marsaglia's xorshift with 32 bits ("Xorshift RNGs", 2003): good enough to choose what to break next. */
export function seeded(seed: number): Random {
  let state = Math.imul(seed, 0x9e37_79b9) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return { next, int, pick: (choices) => choices[int(choices.length)] ?? choices[0], chance: (probability) => next() < probability };
}

/** A seed out of a name, so that each test has its own. */
export function seedOf(name: string): number {
  let seed = 2_166_136_261;
  for (let i = 0; i < name.length; i += 1) seed = Math.imul(seed ^ name.charCodeAt(i), 16_777_619);
  return seed >>> 0;
}

/** A seeded source of random numbers: the same seed gives the same experiment. */
export interface Random {
  /** Evenly in [0, 1). */
  uniform(): number;
  /** Normally distributed, mean 0, deviation 1. */
  normal(): number;
}

/** xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded by SplitMix32; normals by Box and Muller. */
export function seededRandom(seed: number): Random {
  const state = Uint32Array.from({ length: 4 }, (_, index) => splitMix32(seed, index + 1));
  let spare: number | undefined;
  const uniform = (): number => nextWord(state) / 4_294_967_296;
  return {
    uniform,
    normal: () => {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

function splitMix32(seed: number, index: number): number {
  let word = (seed + Math.imul(index, 0x9e3779b9)) >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

function nextWord(state: Uint32Array): number {
  // By index: taking an array apart costs more than the arithmetic.
  const a = state[0] as number;
  const b = state[1] as number;
  const c = state[2] as number;
  const d = state[3] as number;
  const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
  const mixed = c ^ a;
  const other = d ^ b;
  state[1] = b ^ mixed;
  state[0] = a ^ other;
  state[2] = mixed ^ (b << 9);
  state[3] = rotated(other, 11);
  return result;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** What the runs follow from. */
export const seed = Number(process.env.FACELATCH_FAULT_SEED ?? 20_261_124);

/** The number of the first run: a long series is made in pieces, and one run is made again alone. */
export const firstRun = Number(process.env.FACELATCH_FAULT_FROM ?? 0);

/** How many runs, where the environment does not say. */
export function runs(byDefault: number): number {
  return Number(process.env.FACELATCH_FAULT_RUNS ?? byDefault);
}

/** Numbers in [0, 1) that follow from a seed (mulberry32, Tommy Ettinger, public domain). */
export function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

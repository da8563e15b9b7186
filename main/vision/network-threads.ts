/** Threads that the network of identity is given: more than two save little, and one core is left to the windows. `cores`: what this process may use. */
export function networkThreads(cores: number): number {
  return Math.max(1, Math.min(2, cores - 1));
}

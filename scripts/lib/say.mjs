/** Set-up talks only when it does something: one line for each step it takes, nothing for a step that is already done. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Says what begins, does it, and says how long it took.
 * @template T
 * @param {string} what what happens now, as a person would say it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  say(`▸ ${what}`);
  const startedMs = performance.now();
  const result = await work();
  say(`  done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return result;
}

/** Set-up talks only when it does something: one line for each step it takes, nothing for a step that is already done. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

const aliveEveryMs = 20_000;

/**
 * Says what begins, that it still goes on, and how long it took.
 * @template T
 * @param {string} what what happens now, as a person would say it
 * @param {() => Promise<T>} work
 * @param {(result: T) => string} ending what to say of the result
 * @returns {Promise<T>}
 */
export async function step(what, work, ending = () => 'done') {
  say(`▸ ${what}`);
  const startedMs = performance.now();
  const elapsedS = (digits) => ((performance.now() - startedMs) / 1000).toFixed(digits);
  const alive = setInterval(() => say(`  still at it after ${elapsedS(0)} s`), aliveEveryMs);
  try {
    const result = await work();
    say(`  ${ending(result)} (${elapsedS(1)} s)`);
    return result;
  } finally {
    clearInterval(alive);
  }
}

/**
 * What a suite's own runner counted.
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [note] why something was left out
 */

/**
 * A runner that ends badly has failed, even where it counted no failure: a file that does not load, a crash, no test at all.
 * @returns {Tally}
 */
export function tally(code, passed, failed, skipped) {
  return { passed, failed: code === 0 ? failed : Math.max(1, failed), skipped };
}

/** @param {Tally[]} tallies @returns {Tally} their sum, with every note */
export function addTallies(tallies) {
  const sum = (key) => tallies.reduce((total, one) => total + one[key], 0);
  const notes = tallies.flatMap(({ note }) => (note ? [note] : []));
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), ...(notes.length > 0 ? { note: notes.join('; ') } : {}) };
}

/** `N passed, N failed`, and what was skipped where something was. */
export const counted = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

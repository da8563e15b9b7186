// npm test: sets everything up, then runs every suite there is, or those named:  node scripts/test.mjs [NAME…]
// Its last line is `N passed, N failed[, N skipped]`, the sum of what the suites' own runners counted.
import { ensureBuild } from './lib/build.mjs';
import { ensureDisplay } from './lib/display.mjs';
import { Failure, main } from './lib/failure.mjs';
import { say } from './lib/say.mjs';
import { ensureSetUp } from './lib/setup.mjs';
import { suitesHere, windowed } from './lib/suites.mjs';
import { addTallies, counted } from './lib/tally.mjs';

await main(async () => {
  const suites = suitesHere();
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(suites);
  const unknown = names.find((name) => !(name in suites));
  if (unknown) throw new Failure(`There is no suite "${unknown}" here; there are ${Object.keys(suites).join(', ')}.`, 2);
  const needsDisplay = names.some((name) => windowed.has(name));
  const electron = await ensureSetUp({ needsDisplay });
  if (needsDisplay && !names.includes('build')) await ensureBuild();
  const display = needsDisplay ? await ensureDisplay({ unseen: true }) : { env: process.env, stop: () => {} };
  try {
    // Playwright asks the electron package for its binary, which knows only the official one by itself.
    return await runAll(names, suites, { ...display.env, ELECTRON_OVERRIDE_DIST_PATH: electron.dist });
  } finally {
    display.stop();
  }
});

async function runAll(names, suites, env) {
  const results = [];
  for (const name of names) {
    say(`\n━━ ${name}`);
    const startedMs = performance.now();
    const tally = await suites[name](env);
    results.push({ name, ...tally, elapsedS: (performance.now() - startedMs) / 1000 });
  }
  say('');
  for (const result of results) {
    const { name, failed, elapsedS, note } = result;
    say(`${failed > 0 ? '✗' : '✓'} ${name.padEnd(9)} ${counted(result)} (${elapsedS.toFixed(0)} s)${note ? `; skipped: ${note}` : ''}`);
  }
  const sum = addTallies(results);
  say(counted(sum));
  return sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}

// Brings the networks that Git does not hold, and verifies all of them against models/manifest.json.
//   node scripts/weights.mjs [--check] [--json] [--root DIR] [--manifest FILE]
//   node scripts/weights.mjs --pin FILE     after making FILE anew: writes its size and hash into its row
// Exit 0: all is as the manifest names it. 1: something is missing. 2: a wrong hash (refused by name), or wrong usage.
import { parseArgs } from 'node:util';
import { Failure, main } from './lib/failure.mjs';
import { bringWeights, pinRow } from './lib/weights.mjs';

await main(async () => {
  const { json, pin, ...options } = commandLine();
  if (pin) {
    process.stdout.write(`${await pinRow({ ...options, file: pin })}  ${pin}\n`);
    return 0;
  }
  const reports = await bringWeights({ ...options, onProgress: process.stderr.isTTY ? drawBar : noteSources() });
  const faults = reports.filter(({ sentence }) => sentence);
  if (json) process.stdout.write(`${JSON.stringify({ command: 'weights', ok: faults.length === 0, files: reports })}\n`);
  if (process.stderr.isTTY && reports.some(({ state }) => state === 'brought')) process.stderr.write('\n');
  for (const { sentence } of faults) process.stderr.write(`${sentence}\n`);
  if (faults.length === 0 && !json) process.stdout.write(`Weights: all ${reports.length} files are what the manifest names.\n`);
  if (faults.some(({ state }) => state === 'refused')) return 2;
  return faults.length > 0 ? 1 : 0;
});

function commandLine() {
  try {
    const [flag, text] = [{ type: 'boolean' }, { type: 'string' }];
    return parseArgs({ options: { check: flag, json: flag, root: text, manifest: text, pin: text } }).values;
  } catch (error) {
    throw new Failure(`${error.message} Usage: npm run weights -- [--check] [--json] [--root DIR] [--manifest FILE] [--pin FILE]`, 2);
  }
}

function drawBar({ file, source, doneBytes, totalBytes }) {
  const cells = 24;
  const filled = Math.round((doneBytes / totalBytes) * cells);
  const size = `${(totalBytes / 1e6).toFixed(1)} MB`;
  process.stderr.write(`\r\u001b[K${file} [${'█'.repeat(filled)}${'░'.repeat(cells - filled)}] ${size} from ${source}`);
}

/** Where nobody watches a terminal, one line for each source tried is enough. */
function noteSources() {
  let last = '';
  return ({ file, source }) => {
    const line = `${file}: from ${source}\n`;
    if (line !== last) process.stderr.write(line);
    last = line;
  };
}

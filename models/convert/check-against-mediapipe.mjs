// Compares the converted networks with the runtimes they come from, on the rendered faces, and prints by how much they differ.
//   node scripts/runtime.mjs models/convert/check-against-mediapipe.mjs [--json]
// Brings MediaPipe's and TensorFlow Lite's runtimes (references.json) into .cache the first time. Exit 1: landmarks differ by more than 0.25 px.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { hasDisplay, startVirtualDisplay } from '../../scripts/lib/display.mjs';
import { Failure, main } from '../../scripts/lib/failure.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { bringWeights } from '../../scripts/lib/weights.mjs';
import { checkConversion } from '../../test/models/conversion-check.ts';
import { startReferenceRuntime } from '../../test/models/reference-runtime.ts';
import { summary } from '../../test/models/summary.ts';

const largestPx = 0.25;

await main(async () => {
  const { json } = commandLine();
  const reports = await bringWeights({ manifest: path.join('models', 'convert', 'references.json') });
  const fault = reports.find(({ sentence }) => sentence);
  if (fault) throw new Failure(fault.sentence, 2);
  const display = hasDisplay() ? null : await startVirtualDisplay();
  if (display) process.env.DISPLAY = display.name;
  const reference = await startReferenceRuntime(path.join(root, '.cache', 'references'));
  try {
    const report = await checkConversion(path.join(root, 'models'), reference, progress);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    process.stdout.write(`${json ? JSON.stringify({ command: 'check-against-mediapipe', ...report }) : summary(report)}\n`);
    return report.sameSteps.landmarksPx.max < largestPx ? 0 : 1;
  } finally {
    await reference.close();
    display?.stop();
  }
});

function commandLine() {
  try {
    return parseArgs({ options: { json: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new Failure(`${error.message} Usage: check-against-mediapipe.mjs [--json]`, 2);
  }
}

function progress(name, index, count) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${index + 1}/${count} ${name}`);
}

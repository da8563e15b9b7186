import { createInterface } from 'node:readline';
import { type InnerRun, innerRun, ownerGetsIn } from './inner-run.ts';

/*
 * A process that makes many runs, some of them at the same time, and goes on after exceptions as the app's main process does.
 *   inner-host.ts ENROLLED FOLDER SECRET SEED AT-A-TIME, with one run a line as JSON on standard input, and one answer a line on standard output.
 */
const [enrolled = '', folder = '', secret = '', seed = '0', atATime = '1'] = process.argv.slice(2);
const where = { enrolled, folder, secret: Buffer.from(secret, 'hex'), seed: Number(seed) };
let exceptions = 0;
process.on('uncaughtException', () => {
  exceptions += 1;
});
process.on('unhandledRejection', () => {
  exceptions += 1;
});
const answer = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

const waiting: InnerRun[] = [];
for await (const line of createInterface({ input: process.stdin })) waiting.push(JSON.parse(line) as InnerRun);

async function makeRuns(): Promise<void> {
  for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
    const { number } = run;
    try {
      answer({ number, ending: await innerRun(run, where) });
    } catch (error) {
      answer({ number, failure: error instanceof Error ? error.message : String(error) });
    }
  }
}

try {
  await ownerGetsIn(where);
  answer({ owner: 'in' });
} catch (error) {
  answer({ owner: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
await Promise.all(Array.from({ length: Number(atATime) }, makeRuns));
answer({ exceptions });
process.exit(0);

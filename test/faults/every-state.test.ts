import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ending } from './inner-run.ts';
import { type Run, runsFrom } from './plan.ts';
import { type ProcessRun, processRun } from './process-run.ts';
import { firstRun, runs, seed } from './seed.ts';
import { unmountBelow } from './tmpfs.ts';
import { type WindowRun, windowRun } from './window-run.ts';
import { enrolOwner } from './windowless.ts';

/*
 * Faults of every kind in every state of the lock, from one seed. Neither a match nor the passcode comes in any run, so the lock must never say, show or do
 * "unlocked", and each run must end locked or at the passcode.
 */
const total = runs(80);
const plan = runsFrom(firstRun, total);
const secret = randomBytes(32);
let base = '';
let enrolled = '';
const counts = { inProcess: 0, withWindows: 0, failed: 0 };

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'facelatch-faults-'));
  // Hundreds of short processes compile the same modules.
  process.env.NODE_COMPILE_CACHE = join(base, 'compiled');
  enrolled = join(base, 'enrolled');
  await enrolOwner(enrolled, secret);
});

afterAll(() => {
  unmountBelow(base);
  rmSync(base, { recursive: true, force: true });
  const { inProcess, withWindows, failed } = counts;
  console.log(
    `seed ${seed}, runs ${firstRun} to ${firstRun + total - 1}: runs in process: ${inProcess}, with windows: ${withWindows}; failed: ${failed}`,
  );
});

const command = 'node scripts/runtime.mjs node_modules/vitest/vitest.mjs run --config test/faults/vitest.config.ts every-state';

const nameOf = (run: Run): string => `${run.fault} while ${run.standing}`;

/** What to say of failed runs, each with the command that makes it again. */
function failuresText(failures: readonly (readonly [Run, string])[]): string {
  counts.failed += failures.length;
  return failures
    .map(
      ([run, why]) =>
        `run ${run.number}, ${nameOf(run)}: ${why}\n  again: FACELATCH_FAULT_SEED=${seed} FACELATCH_FAULT_FROM=${run.number} FACELATCH_FAULT_RUNS=1 ${command}`,
    )
    .join('\n');
}

function tellTally(tally: ReadonlyMap<string, number>): string {
  return [...tally].map(([what, count]) => `${what} ${count}`).join(', ');
}

type Answer = {
  readonly number?: number;
  readonly ending?: Ending;
  readonly failure?: string;
  readonly owner?: string;
  readonly exceptions?: number;
};

test('faults within the process: worker, camera, database, disk and main', async () => {
  const mine = plan.filter((run) => run.where === 'shared process');
  if (mine.length === 0) return;
  const folder = join(base, 'inner');
  mkdirSync(folder, { mode: 0o700 });
  const host = spawn(
    process.execPath,
    [join(import.meta.dirname, 'inner-host.ts'), enrolled, folder, secret.toString('hex'), String(seed), '12'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
    },
  );
  host.stdin.end(mine.map((run) => `${JSON.stringify(run)}\n`).join(''));
  const answers: Answer[] = [];
  for await (const line of createInterface({ input: host.stdout })) answers.push(JSON.parse(line) as Answer);
  expect(answers.find(({ owner }) => owner !== undefined)?.owner).toBe('in');
  const tally = new Map<string, number>();
  const failures: [Run, string][] = [];
  for (const run of mine) {
    const answer = answers.find(({ number }) => number === run.number);
    if (answer?.ending === undefined) failures.push([run, answer?.failure ?? 'the process that made it is gone']);
    else
      for (const what of [`ended ${answer.ending.at}`, `next start ${answer.ending.nextStart}`])
        tally.set(what, (tally.get(what) ?? 0) + 1);
  }
  counts.inProcess += mine.length;
  console.log(`${mine.length} runs in one process: ${tellTally(tally)}; ${answers.at(-1)?.exceptions ?? 0} exceptions on the way`);
  expect(failuresText(failures)).toBe('');
});

/** Makes runs, `atATime` at a time, and keeps what became of each. */
async function makeAll<Kind extends Run, Ending>(
  mine: readonly Kind[],
  atATime: number,
  make: (run: Kind) => Promise<Ending>,
): Promise<{ readonly endings: readonly Ending[]; readonly failures: readonly (readonly [Run, string])[] }> {
  const waiting = [...mine];
  const endings: Ending[] = [];
  const failures: [Run, string][] = [];
  const work = async (): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      try {
        endings.push(await make(run));
      } catch (error) {
        failures.push([run, error instanceof Error ? error.message : String(error)]);
      }
      const made = mine.length - waiting.length;
      if (made % 25 === 0) console.log(`${made} of ${mine.length}`);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return { endings, failures };
}

test('faults of whole processes: main, guardian and the files under them', async () => {
  const mine = plan.filter((run): run is ProcessRun => run.where === 'own processes');
  if (mine.length === 0) return;
  const where = { enrolled, folder: join(base, 'own'), secret, seed };
  mkdirSync(where.folder, { mode: 0o700 });
  const { endings, failures } = await makeAll(mine, 4, (run) => processRun(run, where));
  const tally = new Map<string, number>();
  for (const { systemLocked, nextStart } of endings)
    for (const what of [systemLocked ? 'system locked' : 'covered throughout', `next start ${nextStart}`])
      tally.set(what, (tally.get(what) ?? 0) + 1);
  counts.inProcess += mine.length;
  console.log(`${mine.length} runs with processes of their own: ${tellTally(tally)}`);
  expect(failuresText(failures)).toBe('');
});

test.skipIf(process.platform !== 'linux')('faults of the whole app with its windows', async () => {
  const mine = plan.filter((run): run is WindowRun => run.where === 'windows');
  if (mine.length === 0) return;
  const where = { folder: join(base, 'windows'), seed };
  const { endings, failures } = await makeAll(mine, 1, (run) => windowRun(run, where));
  counts.withWindows += mine.length;
  const locked = endings.filter(({ systemLocked }) => systemLocked).length;
  console.log(
    `${mine.length} runs with windows: ended covered and asking for the passcode ${endings.length}, system locked on the way ${locked}`,
  );
  expect(failuresText(failures)).toBe('');
});

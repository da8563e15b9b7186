import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FromGuardian, ToGuardian } from '../../main/session/guardian.ts';
import { type GuardianEvent, GuardianKeeper } from '../../main/session/guardian-keeper.ts';
import { calls, fakeLocker, startGuardian, until } from '../unit/session/processes.ts';
import { mutated } from './mutate.ts';
import { oddText } from './odd-values.ts';
import { type Random, seeded, seedOf } from './random.ts';

/* The heartbeat's two pipes are channels too: lines of JSON that either side must read without falling over, or doing what it was not asked to. */

const messages = 100_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'facelatch-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A line as broken as its message, or no JSON at all. */
function brokenLine(sample: unknown, random: Random): string {
  if (random.chance(0.05)) return oddText(random);
  const whole = asJson(mutated(sample, random));
  return random.chance(0.1) ? whole.slice(0, random.int(whole.length + 1)) : whole;
}

/** Not everything that is sent between pages can be written as JSON. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return '{"kind":';
  }
}

test.skipIf(process.platform === 'win32')(
  '100,000 broken lines: the guardian lives, locks nothing, and then does as it is told',
  async () => {
    // Whole orders without a locker: each with one would start a shell.
    const samples: readonly [unknown, ...unknown[]] = [
      { kind: 'arm', silenceMs: 60_000 },
      { kind: 'arm', silenceMs: 60_000, locker: { file: 'a locker', args: 'no list' }, relaunch: { file: 5, args: [] } },
      { kind: 'beat', covering: true },
      { kind: 'beat', covering: false },
      { kind: 'disarm' },
      { kind: 'unlock' },
    ];
    const random = seeded(seedOf('to the guardian'));
    const child = startGuardian();
    const said: FromGuardian[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line) as FromGuardian));
    try {
      for (let sent = 0; sent < messages; sent += 1_000) {
        const lines = Array.from({ length: 1_000 }, () => `${brokenLine(random.pick(samples), random)}\n`);
        if (!child.stdin.write(lines.join(''))) await once(child.stdin, 'drain');
      }
      // Whole beats were among them, and were answered.
      await until(() => said.filter(({ kind }) => kind === 'beat').length > messages / 50);
      expect(said.filter(({ kind }) => kind === 'locked')).toEqual([]);
      expect([child.exitCode, child.signalCode]).toEqual([null, null]);
      const order: ToGuardian = { kind: 'arm', locker: fakeLocker(folder, 'locked'), silenceMs: 60_000 };
      child.stdin.write(`\n${JSON.stringify({ kind: 'disarm' })}\n${JSON.stringify(order)}\n`);
      child.stdin.end();
      await once(child, 'exit');
      await until(() => calls(folder, 'locked') > 0);
    } finally {
      child.kill('SIGKILL');
    }
  },
);

test('100,000 broken lines from the guardian: the app takes none for more than it is, and goes on beating', async () => {
  const samples: readonly [unknown, ...unknown[]] = [
    { kind: 'ready' },
    { kind: 'beat' },
    { kind: 'locked', because: 'silence', code: 0 },
    { kind: 'locked', because: 'boredom', code: 'x' },
    { kind: 'disarm' },
    { kind: 'unlock' },
  ];
  const random = seeded(seedOf('from the guardian'));
  const told: string[] = [];
  const stdout = new PassThrough();
  const events: GuardianEvent[] = [];
  let covering = 0;
  const keeper = new GuardianKeeper({
    start: () => ({
      tell: (line) => told.push(line),
      onLine: (run) => createInterface({ input: stdout }).on('line', run),
      release: () => undefined,
      kill: () => undefined,
      onGone: () => undefined,
    }),
    locker: undefined,
    relaunch: undefined,
    isCovering: () => {
      covering += 1;
      return true;
    },
    onEvent: (event) => events.push(event),
  });
  keeper.arm();
  for (let sent = 0; sent < messages; sent += 1_000) {
    const lines = Array.from({ length: 1_000 }, () => `${brokenLine(random.pick(samples), random)}\n`);
    if (!stdout.write(lines.join(''))) await once(stdout, 'drain');
  }
  await until(() => events.length > messages / 100);
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['system-locked']));
  for (const event of events) if (event.kind === 'system-locked') expect(['death', 'silence', 'uncovered']).toContain(event.because);
  const before = covering;
  await until(() => covering > before);
  expect(told.map((line) => (JSON.parse(line) as ToGuardian).kind)).not.toContain('disarm');
  keeper.disarm();
});

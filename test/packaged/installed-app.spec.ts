import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { keepPicture } from '../e2e/app.ts';
import { wholeJourney } from '../e2e/journey.ts';
import { executable, plainEnv, sandboxArgs, test } from './installed-app.ts';

const runTool = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(executable, [...sandboxArgs, ...args], { encoding: 'utf8', env: plainEnv(env), timeout: 120_000 });

test('what a person installs does the whole journey', async ({ start }) => {
  const app = await start();
  await wholeJourney(app.pages, (page, step) => keepPicture(page, `packaged-${step}`));
});

test('the command line tool answers behind --cli, in JSON alone', () => {
  const { status, stdout } = runTool(['--cli', 'doctor', '--json']);
  const report = JSON.parse(stdout) as { command: string; checks: readonly { name: string; state: string }[] };
  expect(report.command).toBe('doctor');
  expect(report.checks.filter(({ name }) => name.startsWith('model ')).map(({ state }) => state)).not.toContain('missing');
  expect([0, 1]).toContain(status);
});

test('a command that does not exist is refused with exit code 2', () => {
  const { status, stdout, stderr } = runTool(['--cli', 'unlock']);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('there is no command "unlock"');
});

test.describe('nobody makes the binary run their own code', () => {
  test('through ELECTRON_RUN_AS_NODE', async ({ profileDir }) => {
    const trace = path.join(profileDir, 'ran');
    const script = path.join(profileDir, 'script.cjs');
    await writeFile(script, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '');`);
    // As plain Node it would run its first argument; as Facelatch it is the command line tool.
    spawnSync(executable, [script, '--cli', 'unlock'], { env: plainEnv({ ELECTRON_RUN_AS_NODE: '1' }), timeout: 60_000 });
    expect(existsSync(trace)).toBe(false);
  });

  test('through the inspector', () => {
    const { stderr } = runTool(['--inspect=0', '--cli', 'unlock']);
    expect(stderr).not.toContain('Debugger listening');
  });
});

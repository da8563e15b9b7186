import { spawnSync } from 'node:child_process';
import { expect, test } from './app.ts';
import { electronPath, projectDir, sandboxArgs } from './places.ts';

function cli(...args: string[]) {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  return spawnSync(electronPath, [projectDir, ...sandboxArgs, '--cli', ...args], { env, encoding: 'utf8', timeout: 60_000 });
}

test('--cli runs a command without a window and hands on its exit code', () => {
  const wrong = cli('no-such-command');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('there is no command "no-such-command"');
  const doctor = cli('doctor', '--json');
  expect([0, 1]).toContain(doctor.status);
  expect(JSON.parse(doctor.stdout)).toMatchObject({ command: 'doctor' });
});

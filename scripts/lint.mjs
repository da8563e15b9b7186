// Everything that is checked without running the app: style, types, the order of the rooms. A warning is an error.
import { main } from './lib/failure.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { capture } from './lib/processes.mjs';
import { roomFaults } from './lib/rooms.mjs';
import { runtimeEnv, runtimeExecutable } from './lib/runtime.mjs';
import { say } from './lib/say.mjs';
import { onPath } from './lib/system.mjs';

await main(async () => {
  const checks = [
    [
      'Biome',
      () =>
        tool('@biomejs/biome/bin/biome', [
          'ci',
          ...(process.stdout.isTTY ? [] : ['--colors=off']),
          '--error-on-warnings',
          '--max-diagnostics=60',
          '.',
        ]),
    ],
    ['the rooms', rooms],
    ['types', () => tool('typescript/bin/tsc', ['--noEmit', '--pretty', 'false'])],
    ['Svelte', () => tool('svelte-check/bin/svelte-check', ['--fail-on-warnings', '--output', 'human', '--tsconfig', 'tsconfig.json'])],
    ['Python', python],
  ];
  let failed = 0;
  for (const [name, check] of checks) {
    const outcome = await check();
    if (outcome.kind === 'failed') process.stdout.write(`${outcome.text.trim()}\n`);
    say(
      `${{ clean: '✓', failed: '✗', skipped: '-' }[outcome.kind]} lint: ${name}${outcome.kind === 'skipped' ? ` (skipped: ${outcome.text})` : ''}`,
    );
    failed += outcome.kind === 'failed' ? 1 : 0;
  }
  return failed === 0 ? 0 : 1;
});

async function tool(script, args) {
  return outcomeOf(await capture(runtimeExecutable(), [inRoot('node_modules', script), ...args], { cwd: root, env: runtimeEnv() }));
}

async function rooms() {
  const faults = await roomFaults(root);
  if (faults.length === 0) return { kind: 'clean' };
  return { kind: 'failed', text: faults.map(({ file, sentence }) => `${file} ${sentence}`).join('\n') };
}

async function python() {
  if (!onPath('black')) return { kind: 'skipped', text: 'black is not installed' };
  return outcomeOf(await capture('black', ['--check', '--quiet', '--diff', '-l', '100', 'models'], { cwd: root }));
}

function outcomeOf({ code, stdout, stderr }) {
  return code === 0 ? { kind: 'clean' } : { kind: 'failed', text: stdout + stderr };
}

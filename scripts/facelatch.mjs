#!/usr/bin/env node
// The command line tool, on the runtime the app uses: `npx --no-install facelatch COMMAND`.
import { existsSync } from 'node:fs';
import { Failure, main } from './lib/failure.mjs';
import { inRoot } from './lib/paths.mjs';
import { runOnRuntime } from './lib/runtime.mjs';

await main(() => {
  const cli = inRoot('out', 'main', 'cli.js');
  if (!existsSync(cli))
    throw new Failure('Facelatch is not built yet: run "npm run build" first (or "npm start", which also sets everything up).', 2);
  return runOnRuntime([cli, ...process.argv.slice(2)]);
});

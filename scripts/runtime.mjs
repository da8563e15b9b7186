// Runs a JavaScript file on the Node inside the app's own Electron: one runtime, one native binary of each package, whatever Node the machine has.
//   node scripts/runtime.mjs FILE [ARGUMENTS]
import { main } from './lib/failure.mjs';
import { runOnRuntime } from './lib/runtime.mjs';

await main(() => runOnRuntime(process.argv.slice(2)));

import { app } from 'electron';
import { readArguments } from './arguments.ts';
import { declareScheme } from './protocol.ts';

/** Entry of the desktop app, and of the command line tool behind `--cli`. */
const start = readArguments(process.argv.slice(1));

if (start.kind === 'cli') {
  app.dock?.hide();
  const { runCli } = await import('../cli/main.ts');
  app.exit(await runCli(start.argv));
} else {
  declareScheme();
  const { runDesktop } = await import('./desktop.ts');
  // Not awaited: Electron becomes ready only after this module has ended.
  void runDesktop(start.options, import.meta.dirname);
}

import { join } from 'node:path';
import { app } from 'electron';
import { readArguments } from './arguments.ts';
import { declareScheme } from './protocol.ts';

/** Entry of the desktop app, of the command line tool behind `--cli`, and of an installed app's guardian behind `--guardian`. */
const start = readArguments(process.argv.slice(1));

if (start.kind === 'cli') {
  app.dock?.hide();
  const { runCli } = await import('../cli/main.ts');
  app.exit(await runCli(start.argv));
} else if (start.kind === 'guardian') {
  app.dock?.hide();
  // Chromium's own files of this process must not meet the app's.
  app.setPath('sessionData', join(app.getPath('userData'), 'guardian'));
  app.on('before-quit', (event) => event.preventDefault());
  const { runGuardian } = await import('../session/guardian.ts');
  runGuardian(start.address);
} else {
  declareScheme();
  const { runDesktop } = await import('./desktop.ts');
  // Not awaited: Electron becomes ready only after this module has ended.
  void runDesktop(start.options, import.meta.dirname);
}

import { findElectron } from './electron.mjs';
import { Failure } from './failure.mjs';
import { show } from './processes.mjs';

/** Environment in which Electron's executable behaves as plain Node. */
export const runtimeEnv = () => ({ ...process.env, ELECTRON_RUN_AS_NODE: '1' });

/** The app's Electron executable. @throws {Failure} when set-up has not run yet */
export function runtimeExecutable() {
  const electron = findElectron();
  if (!electron) throw new Failure('Electron is not set up here yet: run "npm start" once, it brings everything.', 2);
  return electron.executable;
}

/** Runs `FILE ARGUMENTS…` on the app's Node, on this terminal. @returns {Promise<number>} its exit code */
export function runOnRuntime(args, options = {}) {
  return show(runtimeExecutable(), args, { env: runtimeEnv(), cwd: options.cwd ?? process.cwd(), ...options });
}

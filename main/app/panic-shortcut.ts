import { globalShortcut } from 'electron';
import type { PanicShortcut } from '../contract/panic-shortcut.ts';
import { describeError, type Log } from './log.ts';

/** Registers the panic shortcut with the system, in place of the one before. The answer is a sentence where pressing it would do nothing. */
export function panicRegistrar(press: () => void, log: Log): (shortcut: PanicShortcut) => string | undefined {
  let registered: PanicShortcut = 'off';
  return (shortcut) => {
    if (registered !== 'off') globalShortcut.unregister(registered);
    registered = 'off';
    if (shortcut === 'off') return undefined;
    if (!register(shortcut, press, log)) {
      log(`panic shortcut not registered: ${shortcut}`);
      return 'The system does not give Facelatch this shortcut: another program may have it. Choose another.';
    }
    registered = shortcut;
    return undefined;
  };
}

function register(shortcut: PanicShortcut, press: () => void, log: Log): boolean {
  try {
    return globalShortcut.register(shortcut, press);
  } catch (error) {
    log(`panic shortcut: ${describeError(error)}`);
    return false;
  }
}

import type { LockerView } from '../contract/ipc.ts';
import { chooseLocker, readLockCommand } from '../session/lock-command.ts';
import { type Command, findProgram, type LockerSurroundings, lockOs, type OsLocker } from '../session/os-locker.ts';
import type { Log } from './log.ts';

/** What locks this desktop for real: for the guardian, for settings, and for a start without a vault. */
export interface LockerDesk {
  /** From now on the owner's own command, or the system's usual locker. */
  use(words: readonly string[] | undefined): LockerView;
  readCommand(
    text: string,
  ): { readonly kind: 'command'; readonly words: readonly string[] } | { readonly kind: 'refused'; readonly sentence: string };
  command(): Command | undefined;
  /** Has the system lock, once; says what came of it. */
  lockOnce(): string;
}

export function makeLockerDesk(log: Log): LockerDesk {
  const surroundings: LockerSurroundings = { platform: process.platform, env: process.env, findProgram };
  let { locker } = chooseLocker(undefined, surroundings);
  log(describe(locker));
  return {
    use(words) {
      const chosen = chooseLocker(words, surroundings);
      if (describe(chosen.locker) !== describe(locker)) log(describe(chosen.locker));
      locker = chosen.locker;
      const command = words === undefined ? '' : words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ');
      const fault = chosen.fault === undefined ? '' : `${chosen.fault} Instead: `;
      return { command, sentence: `${fault}${locker.kind === 'available' ? locker.name : locker.sentence}` };
    },
    readCommand(text) {
      const reading = readLockCommand(text);
      return reading.kind === 'refused' ? reading : { kind: 'command', words: [reading.command.file, ...reading.command.args] };
    },
    command: () => (locker.kind === 'available' ? locker.command : undefined),
    lockOnce() {
      if (locker.kind === 'missing') return `Nothing locks this screen now. ${locker.sentence}`;
      void lockOs(locker.command).then((outcome) => log(`system asked to lock: ${outcome.kind === 'done' ? 'done' : outcome.sentence}`));
      return "The system's own locker was asked to lock this screen once. Facelatch locks nothing until this is mended.";
    },
  };
}

function describe(locker: OsLocker): string {
  return locker.kind === 'available' ? `system locker: ${locker.name}` : `no system locker: ${locker.sentence}`;
}

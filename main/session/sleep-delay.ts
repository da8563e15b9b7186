import { type ChildProcess, spawn } from 'node:child_process';

/**
 * logind's delay inhibitor: while it is held, the system tells that it is about to sleep and waits for its release, five seconds at most (InhibitDelayMaxSec),
 * so that the lock is closed before and not after. logind hands the inhibitor out as a file descriptor, which JavaScript cannot receive: `systemd-inhibit`
 * holds it for us for as long as `cat` reads an input that only this process writes. It so goes with us, however we end.
 */
export interface SleepDelay {
  /** Sleep waits from now on. Where `systemd-inhibit` is missing or refused, it does not. */
  hold(): void;
  /** Sleep may begin. */
  release(): void;
  isHeld(): boolean;
}

const inhibitor = ['--what=sleep', '--mode=delay', '--who=Facelatch', '--why=Locks the screen before the computer sleeps', 'cat'];

/** `program`: full path of `systemd-inhibit`; undefined where it is missing. */
export function makeSleepDelay(program: string | undefined): SleepDelay {
  let child: ChildProcess | undefined;
  return {
    hold() {
      if (program === undefined || child !== undefined) return;
      const held = spawn(program, inhibitor, { stdio: ['pipe', 'ignore', 'ignore'] });
      child = held;
      const gone = (): void => {
        if (child === held) child = undefined;
      };
      held.on('error', gone);
      held.on('exit', gone);
      held.stdin.on('error', gone);
    },
    release() {
      child?.stdin?.end();
      child = undefined;
    },
    isHeld: () => child !== undefined,
  };
}

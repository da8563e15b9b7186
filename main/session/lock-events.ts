import type { LockEvent } from '../lock/lock.ts';
import type { LogindEvent } from './logind.ts';

/**
 * What news of logind means for the lock in session mode; undefined for what leaves it as it is. Losing logind opens nothing and closes nothing: the
 * desktop's locker goes on by itself.
 */
export function lockEventOf(event: LogindEvent): LockEvent | undefined {
  switch (event.kind) {
    case 'lock-asked':
      return { kind: 'lock', cause: 'system' };
    case 'locked':
      return event.locked ? { kind: 'lock', cause: 'system' } : { kind: 'session-opened' };
    case 'sleep':
      return event.starting ? { kind: 'lock', cause: 'suspend' } : undefined;
    case 'lost':
    case 'found':
      return undefined;
  }
}

import type { LockEvent } from '../lock/lock.ts';
import type { LogindEvent } from './logind.ts';

/**
 * What news of logind means for the lock; undefined for what leaves it as it is. `session-opened` counts in session mode alone, by the lock's own rules.
 * Losing logind opens nothing and closes nothing here: the mode changes by it.
 */
export function lockEventOf(event: LogindEvent): LockEvent | undefined {
  switch (event.kind) {
    case 'lock-asked':
      return { kind: 'lock', cause: 'system' };
    case 'locked':
      return event.locked ? { kind: 'lock', cause: 'system' } : { kind: 'session-opened' };
    case 'sleep':
      return event.starting ? { kind: 'lock', cause: 'suspend' } : undefined;
    case 'lid':
      return event.closed ? { kind: 'lock', cause: 'lid' } : undefined;
    case 'lost':
    case 'found':
      return undefined;
  }
}

import { runGuardian } from '../../main/session/guardian.ts';

/** The real guardian, in a process that throws when it gets SIGUSR2. */
process.on('SIGUSR2', () => {
  throw new Error('injected: a bug in the guardian');
});
runGuardian();

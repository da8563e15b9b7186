import { runGuardian } from './guardian.ts';

/** Entry of the guardian process where the runtime can be a bare Node. */
runGuardian();

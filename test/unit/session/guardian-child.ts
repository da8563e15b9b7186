import { runGuardian } from '../../../main/session/guardian.ts';

runGuardian();

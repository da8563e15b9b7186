import type { LockMode } from '../../main/contract/lock-state.ts';

/** The modes as every window names them. */
export const modeNames: Readonly<Record<LockMode, string>> = { cover: 'Cover mode', session: 'Session mode' };

import type { Reply } from '../../../contract/ipc.ts';

export const done: Reply = { kind: 'done' };
export const notNow: Reply = { kind: 'refused', sentence: 'Not possible now.' };
export const refuse = (sentence: string): Reply => ({ kind: 'refused', sentence });

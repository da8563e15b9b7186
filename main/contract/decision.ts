import type { QualityFault } from './observation.ts';

/** Why a look was refused. What the lock screen says of it never tells how close it was. */
export type RefusalReason =
  | QualityFault
  | 'no-face'
  | 'not-recognised'
  | 'not-live'
  | 'eyes-closed'
  | 'looking-away'
  | 'stale-frame'
  | 'nobody-enrolled';

/** What identity makes of one look (several frames). `distance` stays in the main thread: it is for the log and the command line. */
export type Decision =
  | { readonly kind: 'match'; readonly personId: string; readonly distance: number; readonly capturedAtMs: number }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason; readonly distance: number | undefined };

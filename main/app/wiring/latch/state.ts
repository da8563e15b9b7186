import type { CameraDescription } from '../../../contract/camera.ts';
import type { ActivityView, HomeView, LockerView } from '../../../contract/ipc.ts';
import type { EnrolDesk } from '../enrol-desk.ts';
import type { InsightDesk } from '../insight-desk.ts';
import type { LearningDesk } from '../learning-desk.ts';
import type { LockKeeper } from '../lock-keeper.ts';
import type { LookDesk } from '../look-desk.ts';
import type { ModeDesk } from '../mode-desk.ts';
import type { Settings } from '../stored-settings.ts';
import { hasFace, type Notice } from '../views.ts';
import type { VisionDesk } from '../vision-desk.ts';
import type { LatchSurroundings } from './surroundings.ts';

/** Where a person is inside, while the lock is open. */
export type Place =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'set-passcode' }
  | { readonly kind: 'enrol'; readonly desk: EnrolDesk }
  /** `stopped`: why the enrolment that led here stopped by itself. */
  | { readonly kind: 'home'; readonly stopped?: string | undefined };

/** How the screen opened last. */
export interface Entry {
  readonly by: HomeView['unlockedBy'];
  readonly wallMs: number;
}

/** What the files of this folder share: one running latch. Whether it is locked is the keeper's to say alone. */
export interface LatchState {
  readonly world: LatchSurroundings;
  readonly keeper: LockKeeper;
  readonly modes: ModeDesk;
  readonly vision: VisionDesk;
  readonly learning: LearningDesk;
  readonly insight: InsightDesk;
  settings: Settings;
  place: Place;
  entry: Entry;
  cover: 'none' | 'closed' | 'opening';
  /** When the screen closed last, on the monotonic clock. */
  closedAtMs: number;
  /** Since the lock closed keys and pointer were let go of. */
  handsWereOff: boolean;
  look: LookDesk | undefined;
  /** Somebody asked to be looked at when that was not possible yet. */
  lookWanted: boolean;
  notice: Notice | undefined;
  refusals: number;
  /** The log as it was when its page was opened. */
  activity: ActivityView | undefined;
  /** Whose page of looks is open. */
  insightOf: string | undefined;
  /** The physical camera of the running watch, once it delivers. */
  pin: string | undefined;
  /** What was found damaged when the vault was opened with the passcode. */
  damage: string | undefined;
  panicFault: string | undefined;
  locker: LockerView;
  /** What the log was told of the mode last. */
  modeSaid: string;
  /** What the windows were handed last. */
  shown: string;
}

export function isLocked({ keeper }: LatchState): boolean {
  return !keeper.isOpen;
}

/** Whether somebody has a passcode here; without, nothing is locked. */
export function isEnrolled({ keeper }: LatchState): boolean {
  return keeper.isEnrolled;
}

/** Whether somebody let in is at the home page: the only place from which anything can be changed. */
export function isInside(latch: LatchState): boolean {
  return latch.place.kind === 'home' && isEnrolled(latch) && !isLocked(latch);
}

/** The network that describes faces, once the vision thread has it. */
export function modelOf({ vision }: LatchState): string | undefined {
  return vision.state.kind === 'ready' ? vision.state.model : undefined;
}

export function cameraOf({ vision, settings }: LatchState): CameraDescription | undefined {
  return vision.camera(settings.cameraId);
}

export function hasAnyFace(latch: LatchState): boolean {
  return latch.world.vault.galleries().some((gallery) => hasFace(gallery, modelOf(latch)));
}

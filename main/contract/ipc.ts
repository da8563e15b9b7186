import * as v from 'valibot';
import { type CameraDescription, type CameraState, type SimulatedSeat, simulatedSeats } from './camera.ts';
import type { InsightView } from './insight.ts';
import { type LockMode, lockModes } from './lock-state.ts';
import { type PanicShortcut, panicShortcuts } from './panic-shortcut.ts';
import type { Preview } from './worker-messages.ts';

/** More than this is not taken from a passcode field; what a passcode must be is in `passcode.ts`. */
export const passcodeFieldLength = 256;

const nothing = v.strictObject({});
const passcode = v.pipe(v.string(), v.minLength(1), v.maxLength(passcodeFieldLength));
const personName = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60));
/** More than this is not taken for a lock command; what one must be is in `session/lock-command.ts`. */
export const lockCommandFieldLength = 500;

const personId = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** Minutes without a key or the pointer until the screen locks; 0 means never. */
export const idleLockChoicesMinutes = [0, 1, 2, 5, 10, 15, 30] as const;
export type IdleLockMinutes = (typeof idleLockChoicesMinutes)[number];

/** Everything a window may ask for: the channel, and the shape its payload must have. Both sides derive their types from this table. */
export const requests = {
  'window-ready': nothing,
  'begin-set-up': nothing,
  'set-up': v.strictObject({ name: personName, passcode }),
  /** `passcode`: the one the person has already. Whoever finds the screen open cannot put another face in its place. */
  'enrol-again': v.strictObject({ personId, passcode }),
  /** `passcode`: of somebody enrolled; `newPasscode`: of the new person. */
  'add-person': v.strictObject({ name: personName, newPasscode: passcode, passcode }),
  'leave-enrolment': nothing,
  /** What the home page says of an enrolment that stopped by itself has been read. */
  'go-on': nothing,
  'lock-screen': nothing,
  'lock-now': nothing,
  look: nothing,
  'unlock-with-passcode': v.strictObject({ passcode }),
  'choose-seat': v.strictObject({ seat: v.picklist(simulatedSeats) }),
  'choose-camera': v.strictObject({ cameraId: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) }),
  'choose-idle-lock': v.strictObject({ minutes: v.picklist(idleLockChoicesMinutes) }),
  'require-attention': nothing,
  /** `passcode`: of somebody enrolled. Whoever finds the screen open cannot weaken the lock for later. */
  'waive-attention': v.strictObject({ passcode }),
  /** `passcode` in these three: what guards the screen is not changed by whoever finds it open. */
  'choose-mode': v.strictObject({ mode: v.picklist(lockModes), passcode }),
  'choose-panic-shortcut': v.strictObject({ shortcut: v.picklist(panicShortcuts), passcode }),
  /** An empty command: the system's usual locker. */
  'choose-lock-command': v.strictObject({ command: v.pipe(v.string(), v.maxLength(lockCommandFieldLength)), passcode }),
  /** The passcode typed inside, where the system's own locker had let the person in: the face counts again from the next lock on. */
  'give-passcode': v.strictObject({ passcode }),
  'show-activity': nothing,
  'hide-activity': nothing,
  'change-passcode': v.strictObject({ personId, passcode, newPasscode: passcode }),
  /** `passcode`: this person's own, or that of whoever set Facelatch up. */
  'delete-person': v.strictObject({ personId, passcode }),
  'stop-learning': v.strictObject({ personId }),
  /** `passcode` from here on: this person's own. What opens the lock is not changed, and how near a look was not told, to whoever finds it open. */
  'start-learning': v.strictObject({ personId, passcode }),
  'undo-learning': v.strictObject({ personId, passcode }),
  'forget-learning': v.strictObject({ personId, passcode }),
  'renew-face': v.strictObject({ personId, passcode }),
  'enrol-alternate': v.strictObject({ personId, passcode }),
  'remove-alternate': v.strictObject({ personId, passcode }),
  'show-insight': v.strictObject({ personId, passcode }),
  'hide-insight': nothing,
  'try-again': nothing,
  /** Only where a vault is gone: as if Facelatch had never been set up. */
  'start-anew': nothing,
  quit: nothing,
} as const;

export type Channel = keyof typeof requests;
export type Payload<C extends Channel> = v.InferOutput<(typeof requests)[C]>;

/** What a request comes back with. What was done shows in the next `AppView`. */
export type Reply = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly sentence: string };

/** Who sits before the simulated camera; absent from a view when another camera is in use. */
export interface SeatsView {
  readonly chosen: SimulatedSeat;
}

/** One tick group of the enrolment ring. 0 degrees is up, growing clockwise, as the person sees themselves in the mirror. */
export interface RingBin {
  readonly angleDeg: number;
  readonly filledFirst: boolean;
  readonly filledSecond: boolean;
}

/** Which enrolment of a person: the first, or the second, in which they look otherwise. */
export type Appearance = 'usual' | 'alternate';

export interface EnrolView {
  readonly kind: 'enrol';
  readonly personName: string;
  /** `alternate`: a second enrolment, in which the person looks otherwise. */
  readonly appearance: Appearance;
  readonly phase: 'face-forward' | 'first-circle' | 'second-circle' | 'complete' | 'stopped';
  readonly bins: readonly RingBin[];
  readonly hint: string;
  /** Index of the bin the head points to now. */
  readonly facing: number | undefined;
  readonly preview: Preview | undefined;
  readonly seats: SeatsView | undefined;
}

/** One vector learned, by its date: after a look that matched, or after one that nearly did and the passcode. */
export interface LearnedView {
  readonly id: string;
  readonly after: 'match' | 'passcode';
  readonly wallMs: number;
}

/** A person's stored face, by its dates. Wall-clock times in ms since 1970. */
export interface FaceView {
  readonly enrolledAtMs: number;
  /** When the second appearance was set up; absent where there is none. */
  readonly alternateAtMs: number | undefined;
  readonly learning: 'on' | 'off';
  /** Newest first. */
  readonly learned: readonly LearnedView[];
  /** Whether the last change can be taken back. */
  readonly undoable: boolean;
}

export interface PersonView {
  readonly id: string;
  /** Absent while this person's records are sealed: their own passcode or the OS keystore opens them. */
  readonly name: string | undefined;
  readonly face: 'enrolled' | 'none' | 'sealed';
  /** There where a face is enrolled and not sealed. */
  readonly details: FaceView | undefined;
  /** Wall-clock ms since 1970. */
  readonly addedAtMs: number;
}

/** What wraps the data key besides the passcode. */
export type KeyProtection =
  | { readonly kind: 'keystore'; readonly backend: string }
  | { readonly kind: 'passcode-only'; readonly sentence: string };

/** The log as sentences and times, newest first: no picture, no score, nobody's name. */
export interface ActivityView {
  readonly entries: readonly { readonly id: number; readonly wallMs: number; readonly sentence: string }[];
  /** Says that the log was changed from outside, where it was. */
  readonly warning: string | undefined;
}

/** Whose lock screen closes this session. */
export interface ModeView {
  readonly on: LockMode;
  readonly chosen: LockMode;
  /** Whether session mode can be chosen here: logind answers. */
  readonly sessionOffered: boolean;
  /** Why the chosen mode is not on, why session mode is not offered, or what the system's locker last refused. */
  readonly sentence: string | undefined;
}

/** The shortcut that locks and switches the face off. `fault`: why pressing it does nothing. */
export interface PanicView {
  readonly chosen: PanicShortcut;
  readonly fault: string | undefined;
}

/** What locks for real when the cover fails. */
export interface LockerView {
  /** The owner's own command as typed; empty for the system's usual locker. */
  readonly command: string;
  readonly sentence: string;
}

export interface HomeView {
  readonly kind: 'home';
  readonly unlockedBy: 'face' | 'passcode' | 'system' | 'set-up';
  /** Wall-clock ms since 1970. */
  readonly unlockedAtMs: number;
  /** Whether a look can open the lock, and if not, why. */
  readonly face: { readonly kind: 'ready' } | { readonly kind: 'off'; readonly sentence: string };
  readonly people: readonly PersonView[];
  readonly camera: CameraState;
  readonly cameras: readonly CameraDescription[];
  readonly keyProtection: KeyProtection;
  readonly idleLockMinutes: IdleLockMinutes;
  /** Whether a look counts only with eyes seen open and directed at the screen. */
  readonly attentionRequired: boolean;
  /** There while its page is open. */
  readonly activity: ActivityView | undefined;
  /** There while its page is open: the last looks in full. */
  readonly insight: InsightView | undefined;
  /** The camera looks once more after the passcode, to learn a face that nearly matched. */
  readonly capturing: boolean;
  readonly mode: ModeView;
  /** The screen was opened without Facelatch's passcode while only that counted: a face opens nothing until it is typed. */
  readonly passcodeOwed: boolean;
  /** Says that an enrolment stopped by itself, until the next request. */
  readonly enrolmentStopped: string | undefined;
  readonly panic: PanicView;
  readonly locker: LockerView;
}

export interface LockedView {
  readonly kind: 'locked';
  readonly phase: 'resting' | 'scanning' | 'passcode-required' | 'opening';
  readonly sentence: string;
  /** `refused`: the sentence says no to a face or a passcode just now. */
  readonly tone: 'plain' | 'refused';
  /** Counts refusals, of looks and of passcodes, so that a second one is seen as new. */
  readonly refusals: number;
  /** How long, from the moment of this view, until a passcode is listened to again; 0 when it is now. */
  readonly passcodeWaitMs: number;
  /** Names the mode, and why it is not the chosen one where it is not. */
  readonly modeSentence: string;
  readonly seats: SeatsView | undefined;
}

/** What a window shows. */
export type AppView =
  /** Nothing: the covers have the screen. */
  | { readonly kind: 'away' }
  | { readonly kind: 'welcome' }
  | { readonly kind: 'set-passcode' }
  | EnrolView
  | HomeView
  | LockedView
  /** `canStartAnew`: there is no vault any more that could be mended. */
  | { readonly kind: 'trouble'; readonly sentence: string; readonly remedy: string; readonly canStartAnew: boolean };

/** What the preload script hands to a page. */
export interface Bridge {
  request<C extends Channel>(channel: C, payload: Payload<C>): Promise<Reply>;
  onView(show: (view: AppView) => void): void;
}

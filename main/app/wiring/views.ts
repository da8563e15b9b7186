import type { CameraDescription, CameraState, SimulatedSeat } from '../../contract/camera.ts';
import type { HomeView, KeyProtection, LockedView, ModeView, PersonView, SeatsView } from '../../contract/ipc.ts';
import type { LockState } from '../../contract/lock-state.ts';
import { passcodeReasonSentences } from '../../contract/sentences.ts';
import type { Gallery } from '../../identity/template.ts';
import type { Protection, Vault } from '../../vault/api.ts';
import { faceView } from './learned-face.ts';

/** Something to say on the lock screen for a moment. */
export interface Notice {
  readonly tone: LockedView['tone'];
  readonly sentence: string;
}

/** Whether a look could open the lock, and if not, why. */
export type FaceState = HomeView['face'];

/** What the lock screen shows of a closed lock. */
export function lockedPhase(state: LockState): Exclude<LockedView['phase'], 'opening'> {
  if (state.kind === 'passcode-required') return 'passcode-required';
  return state.kind === 'scanning' ? 'scanning' : 'resting';
}

/** The one sentence under the padlock. `lookSentence`: what a look under way has to say. */
export function lockedSentence(state: LockState, notice: Notice | undefined, lookSentence: string | undefined, face: FaceState): string {
  if (notice !== undefined) return notice.sentence;
  if (state.kind === 'passcode-required') return passcodeReasonSentences[state.reason];
  if (state.kind === 'scanning') return lookSentence ?? 'Looking for you';
  return face.kind === 'off' ? face.sentence : 'Press a key and look at the screen';
}

/** The mode as the lock screen names it. It shows in cover mode, and in session mode for the moment until the system's locker is closed. */
export function modeSentence({ on, chosen, sentence }: ModeView): string {
  if (on === 'session') return 'Session mode';
  return on === chosen || sentence === undefined ? 'Cover mode' : `Cover mode instead of session mode. ${sentence}`;
}

/** The strip of the simulated camera, where that camera is in use. */
export function seatsView(camera: CameraDescription | undefined, seat: SimulatedSeat): SeatsView | undefined {
  return camera?.driver === 'simulated' ? { chosen: seat } : undefined;
}

/** People as settings list them. A name or a face that is sealed does not show. */
export function peopleView(
  vault: Pick<Vault, 'people' | 'galleries' | 'adaptation' | 'learning'>,
  model: string | undefined,
): PersonView[] {
  const galleries = vault.galleries();
  return vault.people().map(({ id, name, createdAtMs }) => {
    const gallery = galleries.find(({ personId }) => personId === id);
    const face = gallery === undefined ? 'sealed' : hasFace(gallery, model) ? 'enrolled' : 'none';
    return { id, name, addedAtMs: createdAtMs, face, details: face === 'enrolled' ? faceView(vault, id) : undefined };
  });
}

/** True when a gallery can be compared with what the network `model` sees; any vector will do while the network is not known yet. */
export function hasFace(gallery: Gallery, model: string | undefined): boolean {
  return gallery.templates.some((template) => model === undefined || template.model === model);
}

/** Why a look cannot open the lock, the nearest cause first. */
export function faceState(facts: {
  readonly visionFailure: string | undefined;
  readonly camera: CameraState;
  readonly cameraKnown: boolean;
  readonly anyFace: boolean;
  readonly passcodeOwed: boolean;
  readonly damage: string | undefined;
}): FaceState {
  if (facts.damage !== undefined) return { kind: 'off', sentence: facts.damage };
  if (facts.visionFailure !== undefined) return { kind: 'off', sentence: facts.visionFailure };
  if (facts.passcodeOwed) return { kind: 'off', sentence: 'A face opens nothing until you type your passcode.' };
  if (!facts.anyFace) return { kind: 'off', sentence: 'No face is set up yet.' };
  if (facts.cameraKnown && facts.camera.kind === 'absent') return { kind: 'off', sentence: facts.camera.sentence };
  return { kind: 'ready' };
}

/** What wraps the data key, for settings. */
export function keyProtection({ wrapping }: Protection): KeyProtection {
  return wrapping.kind === 'os' ? { kind: 'keystore', backend: wrapping.backend } : { kind: 'passcode-only', sentence: wrapping.sentence };
}

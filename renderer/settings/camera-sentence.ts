import type { CameraState } from '../../main/contract/camera.ts';

/** What the settings say of the camera. */
export function cameraSentence(state: CameraState): string {
  switch (state.kind) {
    case 'absent':
    case 'lost':
      return state.sentence;
    case 'ready':
      return 'Ready; it is switched off until the screen is locked';
    case 'streaming':
      return 'In use now';
  }
}

import type { CameraDescription } from '../contract/camera.ts';
import type { DepthCamera } from './depth-camera.ts';
import { openRecording } from './recording/reader.ts';
import { RecordingCamera } from './recording/recording-camera.ts';
import { openCast } from './simulated/cast.ts';
import { SimulatedCamera, simulatedCameraDescription } from './simulated/simulated-camera.ts';

/** Where drivers find what they need. */
export interface CaptureOptions {
  /** The folder `models/`: of the project in development, of the installed application otherwise. */
  readonly modelsDir: string;
  /** Who of the simulated people is "you"; the first alphabetically when not given. */
  readonly simulatedPerson?: string;
}

export type OpenedCamera =
  | { readonly kind: 'opened'; readonly camera: DepthCamera }
  | { readonly kind: 'failed'; readonly sentence: string };

/** The cameras of this machine, the best one first. The simulated camera is always there and comes last. */
export async function listCameras(_options: CaptureOptions): Promise<readonly CameraDescription[]> {
  return [simulatedCameraDescription];
}

/** Opens a camera by its id: `simulated:0` or `recording:FOLDER`. Fails with a sentence. */
export async function openCamera(id: string, options: CaptureOptions): Promise<OpenedCamera> {
  const colon = id.indexOf(':');
  const driver = id.slice(0, Math.max(colon, 0));
  const address = id.slice(colon + 1);
  switch (driver) {
    case 'simulated':
      return openSimulated(address, options);
    case 'recording':
      return openRecordingCamera(address);
    default:
      return { kind: 'failed', sentence: `There is no camera "${id}". Ids begin with simulated: or recording:.` };
  }
}

async function openSimulated(address: string, { modelsDir, simulatedPerson }: CaptureOptions): Promise<OpenedCamera> {
  if (address !== '0')
    return { kind: 'failed', sentence: `There is no camera "simulated:${address}"; the simulated camera is simulated:0.` };
  const opened = await openCast(modelsDir);
  if (opened.kind === 'failed') return opened;
  const { people } = opened.cast;
  const you = simulatedPerson === undefined ? people[0] : people.find(({ name }) => name === simulatedPerson);
  if (you === undefined) {
    const names = people.map(({ name }) => name).join(', ');
    return { kind: 'failed', sentence: `The simulated camera has nobody named "${simulatedPerson}"; it has ${names}.` };
  }
  const hasPhotograph = opened.cast.attacks.some(({ species, target }) => species === 'flat-photograph' && target === you.name);
  if (people.length < 2 || !hasPhotograph) {
    return { kind: 'failed', sentence: `The simulated camera needs a stranger and a flat photograph of ${you.name}; it lacks one.` };
  }
  return { kind: 'opened', camera: new SimulatedCamera(opened.cast, you) };
}

async function openRecordingCamera(folder: string): Promise<OpenedCamera> {
  const opened = await openRecording(folder);
  return opened.kind === 'failed' ? opened : { kind: 'opened', camera: new RecordingCamera(opened.recording) };
}

import type { CameraDescription } from '../contract/camera.ts';
import type { Calibration } from '../contract/frame.ts';
import type { DepthCamera } from './depth-camera.ts';
import { Kinect2Camera, kinect2Description } from './kinect2/kinect2-camera.ts';
import { type LoadedKinect2, loadKinect2 } from './kinect2/module.ts';
import { loadOpenni, type OpenniLibrary } from './openni2/library.ts';
import { inspectOni } from './openni2/oni-recording.ts';
import { OpenniCamera, openniDescription } from './openni2/openni2-camera.ts';
import { openRecording } from './recording/reader.ts';
import { RecordingCamera } from './recording/recording-camera.ts';
import { openCast } from './simulated/cast.ts';
import { SimulatedCamera, simulatedCameraDescription } from './simulated/simulated-camera.ts';

/** Where drivers find what they need. */
export interface CaptureOptions {
  /** The folder `models/`: of the project in development, of the installed application otherwise. */
  readonly modelsDir: string;
  /** The folder `native/`; found by itself when not given. */
  readonly nativeDir?: string;
  /** Who of the simulated people is "you"; the first alphabetically when not given. */
  readonly simulatedPerson?: string;
  /** How fast the simulated camera plays; as its recordings were taken when not given. */
  readonly simulatedFramesPerSecond?: number;
  /** OpenNI's library file, where it is not the system's own. */
  readonly openniLibrary?: string;
  /** What the calibration step found for this machine's Kinect. */
  readonly kinect2Calibration?: Calibration;
  /** Stands in for the package `kinect2` in tests. */
  readonly kinect2?: LoadedKinect2;
}

export type OpenedCamera =
  | { readonly kind: 'opened'; readonly camera: DepthCamera }
  | { readonly kind: 'failed'; readonly sentence: string };

/** The cameras of this machine, the best one first. The simulated camera is always there and comes last. */
export async function listCameras(options: CaptureOptions): Promise<readonly CameraDescription[]> {
  const openni = await openniOf(options);
  const devices = openni.kind === 'loaded' ? (await openni.addon.list()).map(openniDescription) : [];
  const kinects = (options.kinect2 ?? loadKinect2()).kind === 'module' ? [kinect2Description] : [];
  return [...kinects, ...devices, simulatedCameraDescription];
}

/**
 * Opens a camera by its id: `simulated:0`, `recording:PATH` (a TUM RGB-D folder or an `.oni` file),
 * `kinect2:0` or `openni2:URI`. Fails with a sentence.
 */
export async function openCamera(id: string, options: CaptureOptions): Promise<OpenedCamera> {
  const colon = id.indexOf(':');
  const driver = id.slice(0, Math.max(colon, 0));
  const address = id.slice(colon + 1);
  switch (driver) {
    case 'simulated':
      return openSimulated(address, options);
    case 'recording':
      return openRecordingCamera(address, options);
    case 'kinect2':
      return openKinect2(address, options);
    case 'openni2':
      return openOpenni(address, options);
    default:
      return { kind: 'failed', sentence: `There is no camera "${id}". Ids begin with simulated:, recording:, kinect2: or openni2:.` };
  }
}

/** OpenNI, loaded on first use. */
export function openniOf({ nativeDir, openniLibrary }: CaptureOptions): Promise<OpenniLibrary> {
  return loadOpenni(nativeDir, openniLibrary);
}

async function openSimulated(
  address: string,
  { modelsDir, simulatedPerson, simulatedFramesPerSecond }: CaptureOptions,
): Promise<OpenedCamera> {
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
  return { kind: 'opened', camera: new SimulatedCamera(opened.cast, you, simulatedFramesPerSecond) };
}

async function openRecordingCamera(path: string, options: CaptureOptions): Promise<OpenedCamera> {
  if (path.endsWith('.oni')) {
    const openni = await openniOf(options);
    if (openni.kind === 'absent') return { kind: 'failed', sentence: `${path} needs OpenNI 2 to play. ${openni.sentence}` };
    const inspected = await inspectOni(openni.addon, path);
    if (inspected.kind === 'failed') return inspected;
    const description: CameraDescription = { id: `recording:${path}`, driver: 'recording', label: `Recording ${path}` };
    return { kind: 'opened', camera: new OpenniCamera(openni.addon, inspected.info, description, inspected.calibration) };
  }
  const opened = await openRecording(path);
  return opened.kind === 'failed' ? opened : { kind: 'opened', camera: new RecordingCamera(opened.recording) };
}

function openKinect2(address: string, options: CaptureOptions): OpenedCamera {
  if (address !== '0') return { kind: 'failed', sentence: `There is no camera "kinect2:${address}"; a machine has one, kinect2:0.` };
  const loaded = options.kinect2 ?? loadKinect2();
  if (loaded.kind === 'absent') return { kind: 'failed', sentence: loaded.sentence };
  return { kind: 'opened', camera: new Kinect2Camera(loaded.module, options.kinect2Calibration) };
}

async function openOpenni(uri: string, options: CaptureOptions): Promise<OpenedCamera> {
  const openni = await openniOf(options);
  if (openni.kind === 'absent') return { kind: 'failed', sentence: openni.sentence };
  const device = (await openni.addon.list()).find((each) => each.uri === uri);
  if (device === undefined) return { kind: 'failed', sentence: `There is no camera "openni2:${uri}" now; is it plugged in?` };
  const opened = await openni.addon.open(uri);
  if (opened.kind === 'failed')
    return { kind: 'failed', sentence: `${openniDescription(device).label} cannot be opened: ${opened.reason}.` };
  await opened.session.stop();
  return { kind: 'opened', camera: new OpenniCamera(openni.addon, opened.info, openniDescription(device)) };
}

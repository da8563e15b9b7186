import { alignedToPicture, fivePoints } from './align.ts';
import { type Detection, detectFaces } from './detect.ts';
import type { IdentityNetwork } from './embed.ts';
import { cropFromDetection, cropFromLandmarks, findLandmarks, type Landmarks } from './landmarks.ts';
import type { Network } from './network.ts';
import type { Picture } from './picture.ts';
import type { AlignedFace } from './rgbd-input.ts';

/** The networks that find a face, read its expression and judge whether its head is alive and its eyes are shut. */
export interface FaceFinders {
  readonly detector: Network;
  readonly landmarks: Network;
  readonly blendshapes: Network;
  readonly head: Network;
  readonly eyes: Network;
}

/** The networks every room of vision shares. */
export interface FaceNetworks extends FaceFinders {
  readonly identity: IdentityNetwork;
}

/** Below this the landmark network says that there is no face in its crop (MediaPipe's own threshold). */
export const minimumPresence = 0.5;

/** A face with its points found. */
export interface LocatedFace {
  readonly detection: Detection;
  readonly landmarks: Landmarks;
}

/**
 * Finds the points of a detected face in two passes: the detector's box is coarse, the crop drawn around the first points is not.
 * `undefined` when the landmark network sees no face there.
 */
export async function locateFace(
  networks: Pick<FaceFinders, 'landmarks'>,
  picture: Picture,
  detection: Detection,
): Promise<LocatedFace | undefined> {
  const first = await findLandmarks(networks.landmarks, picture, cropFromDetection(detection));
  if (first.presence < minimumPresence) return undefined;
  const landmarks = await findLandmarks(networks.landmarks, picture, cropFromLandmarks(first));
  return landmarks.presence < minimumPresence ? undefined : { detection, landmarks };
}

/** The face nearest to the middle of the picture: photographs of one person often show others behind. */
export function mostCentral(detections: readonly Detection[], picture: Picture): Detection | undefined {
  const offCentre = (face: Detection): number =>
    Math.hypot(face.left + face.width / 2 - picture.width / 2, face.top + face.height / 2 - picture.height / 2);
  return [...detections].sort((p, q) => offCentre(p) - offCentre(q))[0];
}

/** The most central face of a picture and where its aligned square lies; `undefined` when no face can be made out. */
export async function findCentralFace(
  finders: Pick<FaceFinders, 'detector' | 'landmarks'>,
  picture: Picture,
): Promise<(LocatedFace & Pick<AlignedFace, 'alignedToPicture'>) | undefined> {
  const detection = mostCentral(await detectFaces(finders.detector, picture), picture);
  if (detection === undefined) return undefined;
  const face = await locateFace(finders, picture, detection);
  if (face === undefined) return undefined;
  const map = alignedToPicture(fivePoints(face.landmarks));
  return map === undefined ? undefined : { ...face, alignedToPicture: map };
}

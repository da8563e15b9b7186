import type { IdentityNetwork } from '../../vision/embed.ts';
import type { Landmarks } from '../../vision/landmarks.ts';
import type { Picture } from '../../vision/picture.ts';
import { type FaceFinders, findCentralFace } from '../../vision/recognise.ts';
import type { AlignedFace } from '../../vision/rgbd-input.ts';
import type { Taken } from './samples.ts';

/** Depth of each pixel of a picture in which a face was found, where there is any. */
export type DepthSource = (landmarks: Landmarks) => AlignedFace['depthMm'];

/** What several networks make of the most central face of a picture, in their order. */
export async function takeFace(
  finders: FaceFinders,
  identities: readonly IdentityNetwork[],
  picture: Picture,
  depthOf: DepthSource,
): Promise<readonly Taken[]> {
  const found = await findCentralFace(finders, picture);
  if (found === undefined) return identities.map(() => ({ kind: 'none', reason: 'no-face' }));
  const { landmarks, alignedToPicture } = found;
  const face: AlignedFace = { picture, depthMm: depthOf(landmarks), alignedToPicture, landmarks };
  const taken: Taken[] = [];
  for (const identity of identities) taken.push(await identity.embed(face));
  return taken;
}

import type { IdentityNetwork } from '../../vision/embed.ts';
import type { Landmarks } from '../../vision/landmarks.ts';
import type { Picture } from '../../vision/picture.ts';
import { type FaceFinders, findCentralFace } from '../../vision/recognise.ts';
import type { AlignedFace } from '../../vision/rgbd-input.ts';

/** Depth of each pixel of a picture in which a face was found, where there is any. */
export type DepthSource = (landmarks: Landmarks) => AlignedFace['depthMm'];

/** What several networks make of the most central face of a picture, in their order; `undefined` where one has no answer. Nothing at all without a face. */
export async function faceVectors(
  finders: FaceFinders,
  identities: readonly IdentityNetwork[],
  picture: Picture,
  depthOf: DepthSource,
): Promise<readonly (Float32Array | undefined)[]> {
  const found = await findCentralFace(finders, picture);
  if (found === undefined) return identities.map(() => undefined);
  const face: AlignedFace = { picture, depthMm: depthOf(found.landmarks), alignedToPicture: found.alignedToPicture };
  const vectors: (Float32Array | undefined)[] = [];
  for (const identity of identities) {
    const answer = await identity.embed(face);
    vectors.push(answer.kind === 'vector' ? answer.vector : undefined);
  }
  return vectors;
}

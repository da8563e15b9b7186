import { embeddingLength } from '../contract/observation.ts';
import type { Affine } from '../geometry/similarity.ts';
import { alignedSizePx } from './align.ts';
import type { Network } from './network.ts';
import { type Picture, warpToTensor } from './picture.ts';

/** What an identity network may look at: the picture, depth registered to it where there is any, and where the aligned face lies in it. */
export interface AlignedFace {
  readonly picture: Picture;
  readonly depthMm: Uint16Array | undefined;
  readonly alignedToPicture: Affine;
}

/** A network that turns an aligned face into a unit vector. The rest of the house knows it by this alone. */
export interface IdentityNetwork {
  /** Name stored with every template, so that vectors of different networks are never compared. */
  readonly model: string;
  /** Unit vector of 128 numbers; `undefined` when the network answers with something that is no direction. */
  embed(face: AlignedFace): Promise<Float32Array | undefined>;
}

/** SFace (Zhong and others, 2021; OpenCV Zoo): colour only, RGB 0 to 255, 1x3x112x112. */
export function sfaceNetwork(network: Network): IdentityNetwork {
  return {
    model: 'sface',
    async embed(face) {
      const data = new Float32Array(3 * alignedSizePx * alignedSizePx);
      warpToTensor(face.picture, face.alignedToPicture, alignedSizePx, alignedSizePx, { layout: 'planar', scale: 1, offset: 0 }, data);
      const outputs = await network.run({ data: { data, shape: [1, 3, alignedSizePx, alignedSizePx] } });
      return unitVector(outputs.fc1);
    },
  };
}

/** Scales to length 1; `undefined` for a wrong length, a zero vector or numbers that are not finite. */
export function unitVector(values: Float32Array | undefined): Float32Array | undefined {
  if (values === undefined || values.length !== embeddingLength) return undefined;
  let squares = 0;
  for (const value of values) squares += value * value;
  if (!Number.isFinite(squares) || squares < 1e-12) return undefined;
  const factor = 1 / Math.sqrt(squares);
  return values.map((value) => value * factor);
}

import { type IdentityModel, vectorLengths } from '../contract/identity-model.ts';
import { alignedSizePx } from './align.ts';
import type { FaceShape } from './face-shape.ts';
import { fusedVector } from './fusion.ts';
import { halfTurned } from './half-turned.ts';
import type { Network } from './network.ts';
import { colourPlanes } from './picture.ts';
import { type AlignedFace, type Modality, type NoVector, rgbdInput } from './rgbd-input.ts';

/** The unit vector of a face, as long as the network's vectors are, or why there is none. */
export type Embedding = { readonly kind: 'vector'; readonly vector: Float32Array } | { readonly kind: 'none'; readonly reason: NoVector };

/** A network that turns an aligned face into a unit vector. The rest of the house knows it by this alone. */
export interface IdentityNetwork {
  /** Name stored with every template, so that vectors of different networks are never compared. */
  readonly model: IdentityModel;
  /** As of `Network`. */
  readonly apart: boolean;
  embed(face: AlignedFace): Promise<Embedding>;
}

/** SFace (Zhong and others, 2021; OpenCV Zoo): colour only, RGB 0 to 255, 1x3x112x112. */
export function sfaceNetwork(network: Network): IdentityNetwork {
  return {
    model: 'sface',
    apart: network.apart === true,
    async embed(face) {
      return sfaceVector(network, colourPlanes(face.picture, face.alignedToPicture, alignedSizePx));
    },
  };
}

async function sfaceVector(network: Network, data: Float32Array): Promise<Embedding> {
  const outputs = await network.run({ data: { data, shape: [1, 3, alignedSizePx, alignedSizePx] } });
  return unitVector(outputs.fc1, vectorLengths.sface);
}

/**
 * SFace of a face as it is seen (`asSeen`, of the same `network`) and of it mirrored and turned half way to the front (`half-turned.ts`): the unit vector between both, or the
 * first alone where no shape fits the face. Of colour alone, the shape is the fitted one, uncorrected by depth.
 */
export function turnedNetwork(network: Network, asSeen: IdentityNetwork, shape: FaceShape, modality: Modality = 'both'): IdentityNetwork {
  return {
    model: 'turned',
    apart: asSeen.apart,
    async embed(face) {
      const first = await asSeen.embed(face);
      const shown = modality === 'colour' ? { ...face, depthMm: undefined } : face;
      const data = first.kind === 'vector' ? halfTurned(shown, shape) : undefined;
      if (first.kind === 'none' || data === undefined) return first;
      const second = await sfaceVector(network, data);
      return second.kind === 'none'
        ? second
        : unitVector(
            first.vector.map((value, i) => value + (second.vector[i] as number)),
            vectorLengths.turned,
          );
    },
  };
}

/** Our network over colour and depth, 1x4x112x112 (`rgbd-input.ts`; its card is `models/rgbd-embedder.md`). Without good depth it has no answer. */
export function rgbdNetwork(network: Network, modality: Modality = 'both'): IdentityNetwork {
  return {
    model: 'rgbd',
    apart: network.apart === true,
    async embed(face) {
      const input = rgbdInput(face, modality);
      if (input.kind === 'none') return input;
      const outputs = await network.run({ face: { data: input.tensor, shape: [1, 4, alignedSizePx, alignedSizePx] } });
      return unitVector(outputs.embedding, vectorLengths.rgbd);
    },
  };
}

/** Both networks in one vector (`fusion.ts`); where either has no answer, there is none. */
export function fusedNetwork(rgbd: IdentityNetwork, colour: IdentityNetwork, weight: number): IdentityNetwork {
  return {
    model: 'fused',
    apart: rgbd.apart && colour.apart,
    async embed(face) {
      const first = await rgbd.embed(face);
      if (first.kind === 'none') return first;
      const second = await colour.embed(face);
      return second.kind === 'none' ? second : { kind: 'vector', vector: fusedVector(first.vector, second.vector, weight) };
    },
  };
}

/** The same network, run once for each face: whoever asks again about the same one gets the same answer. */
export function oncePerFace(network: IdentityNetwork): IdentityNetwork {
  const answers = new WeakMap<AlignedFace, Promise<Embedding>>();
  return {
    model: network.model,
    apart: network.apart,
    embed(face) {
      const answer = answers.get(face) ?? network.embed(face);
      answers.set(face, answer);
      return answer;
    },
  };
}

/** Scales to length 1. No vector comes of a wrong length, of zeros or of numbers that are not finite. */
function unitVector(values: Float32Array | undefined, length: number): Embedding {
  let squares = 0;
  for (const value of values ?? []) squares += value * value;
  if (values === undefined || values.length !== length || !Number.isFinite(squares) || squares < 1e-12)
    return { kind: 'none', reason: 'not-finite' };
  const factor = 1 / Math.sqrt(squares);
  return { kind: 'vector', vector: values.map((value) => value * factor) };
}

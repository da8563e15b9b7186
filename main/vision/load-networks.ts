import { sfaceNetwork } from './embed.ts';
import { loadNetwork, type Network } from './network.ts';
import type { FaceNetworks } from './recognise.ts';

export type FaceNetworksLoading =
  | { readonly kind: 'loaded'; readonly networks: FaceNetworks }
  | { readonly kind: 'refused'; readonly sentence: string };

/** Files of the networks, in `models/`. */
export const networkFiles = {
  detector: 'face-detector-back.onnx',
  landmarks: 'face-landmarks.onnx',
  blendshapes: 'face-blendshapes.onnx',
  sface: 'sface.onnx',
} as const;

/** Loads and verifies all networks of vision. The first that is missing or wrong is refused by name. */
export async function loadFaceNetworks(modelsDir: string, threads: number): Promise<FaceNetworksLoading> {
  const loaded: Network[] = [];
  for (const file of Object.values(networkFiles)) {
    const loading = await loadNetwork(modelsDir, file, threads);
    if (loading.kind === 'refused') {
      await Promise.all(loaded.map((network) => network.release()));
      return loading;
    }
    loaded.push(loading.network);
  }
  const [detector, landmarks, blendshapes, sface] = loaded as [Network, Network, Network, Network];
  return { kind: 'loaded', networks: { detector, landmarks, blendshapes, identity: sfaceNetwork(sface) } };
}

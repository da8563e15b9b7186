import type { NetworkInputs, NetworkOutputs } from '../vision/network.ts';

/** What a network thread is started with: a file of the folder `modelsDir`, and threads of ONNX Runtime for it. */
export interface NetworkThreadSettings {
  readonly modelsDir: string;
  readonly file: string;
  readonly threads: number;
}

/** To a network thread. */
export type NetworkRequest = { readonly kind: 'run'; readonly inputs: NetworkInputs } | { readonly kind: 'end' };

/** From a network thread: first whether it could load, then one `answer` or `failed` for each `run`, in their order. */
export type NetworkReport =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'refused'; readonly sentence: string }
  | { readonly kind: 'answer'; readonly outputs: NetworkOutputs }
  | { readonly kind: 'failed'; readonly sentence: string };

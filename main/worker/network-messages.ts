import type { Network } from '../vision/network.ts';

/** What a network thread is started with: a file of the folder `modelsDir`, and threads of ONNX Runtime for it. */
export interface NetworkThreadSettings {
  readonly modelsDir: string;
  readonly file: string;
  readonly threads: number;
}

/** To a network thread. `number` tells answers apart. */
export type NetworkRequest =
  | { readonly kind: 'run'; readonly number: number; readonly inputs: Parameters<Network['run']>[0] }
  | { readonly kind: 'end' };

/** From a network thread: first whether it could load, then one `answer` or `failed` for each `run`. */
export type NetworkReport =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'refused'; readonly sentence: string }
  | { readonly kind: 'answer'; readonly number: number; readonly outputs: Awaited<ReturnType<Network['run']>> }
  | { readonly kind: 'failed'; readonly number: number; readonly sentence: string };

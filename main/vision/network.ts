import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { readManifest, sha256Of } from './manifest.ts';
import { withoutWeightsAsInputs } from './onnx-inputs.ts';

/** Named float32 inputs, each with its shape. */
export type NetworkInputs = Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>;
/** Named float32 outputs. */
export type NetworkOutputs = Readonly<Record<string, Float32Array>>;

/** A loaded ONNX network that runs one batch at a time. */
export interface Network {
  /** It runs in a thread of its own: whoever asks early can go on meanwhile. Otherwise everything waits while it runs. */
  readonly apart?: boolean;
  run(inputs: NetworkInputs): Promise<NetworkOutputs>;
  release(): Promise<void>;
}

export type NetworkLoading =
  | { readonly kind: 'loaded'; readonly network: Network }
  | { readonly kind: 'refused'; readonly sentence: string };

/**
 * Loads `modelsFolder/file` after checking it against the SHA-256 in `models/manifest.json`: a weight that was swapped or cut short is
 * refused by name. `threads`: intra-op threads of ONNX Runtime.
 */
export async function loadNetwork(modelsFolder: string, file: string, threads: number): Promise<NetworkLoading> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(modelsFolder, file));
  } catch {
    return { kind: 'refused', sentence: `The model ${file} is missing: run "npm run weights", or install Facelatch again.` };
  }
  const manifest = await readManifest(modelsFolder);
  const expected = manifest.kind === 'read' ? manifest.rows.find((row) => row.file === file)?.sha256 : undefined;
  if (expected === undefined) return { kind: 'refused', sentence: `The model ${file} is not listed in models/manifest.json.` };
  if (sha256Of(bytes) !== expected) {
    return {
      kind: 'refused',
      sentence: `The model ${file} is not the one in models/manifest.json (wrong SHA-256): run "npm run weights", or install Facelatch again.`,
    };
  }
  try {
    const session = await ort.InferenceSession.create(withoutWeightsAsInputs(bytes), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Spinning threads would starve the windows of a two-core machine.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    });
    return { kind: 'loaded', network: wrapSession(session) };
  } catch {
    return { kind: 'refused', sentence: `The model ${file} cannot be run by this ONNX Runtime.` };
  }
}

function wrapSession(session: ort.InferenceSession): Network {
  return {
    async run(inputs) {
      const feeds: Record<string, ort.Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(inputs)) feeds[name] = new ort.Tensor('float32', data, shape);
      const results = await session.run(feeds);
      const outputs: Record<string, Float32Array> = {};
      for (const [name, tensor] of Object.entries(results)) outputs[name] = tensor.data as Float32Array;
      return outputs;
    },
    release: () => session.release(),
  };
}

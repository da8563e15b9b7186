import type { IdentityModel } from '../../contract/identity-model.ts';
import { loadFaceNetworks } from '../../vision/load-networks.ts';
import type { FaceNetworks } from '../../vision/recognise.ts';
import { noObservationFile, type ObservationFile, openObservationFile } from '../evaluation/observation-file.ts';
import { findModelsDir } from '../models-dir.ts';

/** What an experiment on recordings looks with: the networks in service, on one thread, and what they saw before. */
export type OpenVision =
  | { readonly kind: 'opened'; readonly networks: FaceNetworks; readonly model: IdentityModel; readonly file: ObservationFile }
  | { readonly kind: 'failed'; readonly sentence: string };

/** Loads the networks and opens the file named with `--observations`; without one nothing is kept. Fails with a sentence for a missing network or a file that is none. */
export async function openVision(observations: string | undefined): Promise<OpenVision> {
  const loading = await loadFaceNetworks(findModelsDir(), 1);
  if (loading.kind === 'refused') return { kind: 'failed', sentence: loading.sentence };
  const { networks } = loading;
  const { model } = networks.identity;
  if (observations === undefined) return { kind: 'opened', networks, model, file: noObservationFile };
  const opening = await openObservationFile(observations, model);
  return opening.kind === 'failed' ? opening : { kind: 'opened', networks, model, file: opening.file };
}

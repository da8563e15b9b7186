import { type IdentityModel, identityModels, isIdentityModel } from '../../contract/identity-model.ts';
import type { IdentityChoice } from '../../vision/load-networks.ts';
import type { Modality } from '../../vision/rgbd-input.ts';

/** One of the networks that an evaluation measures, with the name its row and its curve carry. */
export interface Contender extends IdentityChoice {
  readonly name: string;
}

export type ContenderList =
  | { readonly kind: 'read'; readonly contenders: readonly Contender[] }
  | { readonly kind: 'failed'; readonly sentence: string };

const modalities: readonly Modality[] = ['both', 'colour', 'depth'];

/** Everything `--model all` measures: each network, and what ours makes of colour and of depth alone. */
export const allContenders: readonly Contender[] = [
  ...identityModels.map((model) => contender(model, 'both')),
  contender('rgbd', 'colour'),
  contender('rgbd', 'depth'),
];

/** Reads `--model` (any number of times; none is `sface`) and `--modality` (for rgbd; `colour` for turned too). */
export function readContenders(models: readonly string[], modality: string): ContenderList {
  if (!isModality(modality)) return failed(`--modality is ${modalities.join(', ')}, not "${modality}".`);
  const wanted = models.length === 0 ? ['sface'] : models;
  const contenders: Contender[] = [];
  for (const name of wanted) {
    if (name !== 'all' && !isIdentityModel(name)) return failed(`there is no model "${name}": it is ${identityModels.join(', ')} or all.`);
    const able = name === 'rgbd' || modality === 'both' || (name === 'turned' && modality === 'colour');
    if (!able) return failed(`--modality ${modality} is for --model ${modality === 'colour' ? 'rgbd or turned' : 'rgbd alone'}.`);
    contenders.push(...(name === 'all' ? allContenders : [contender(name, modality)]));
  }
  return { kind: 'read', contenders: [...new Map(contenders.map((each) => [each.name, each])).values()] };
}

/** Whether a network looks at depth. */
export function looksAtDepth({ model, modality }: IdentityChoice): boolean {
  return model !== 'sface' && modality !== 'colour';
}

function contender(model: IdentityModel, modality: Modality): Contender {
  return { name: modality === 'both' ? model : `${model} ${modality} only`, model, modality };
}

function isModality(name: string): name is Modality {
  return modalities.some((modality) => modality === name);
}

function failed(sentence: string): ContenderList {
  return { kind: 'failed', sentence };
}

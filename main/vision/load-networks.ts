import type { IdentityModel } from '../contract/identity-model.ts';
import { fusedNetwork, type IdentityNetwork, oncePerFace, rgbdNetwork, sfaceNetwork, turnedNetwork } from './embed.ts';
import { type FaceShape, faceShapeFile, loadFaceShape } from './face-shape.ts';
import { fusionWeight } from './fusion.ts';
import { loadNetwork, type Network } from './network.ts';
import type { FaceFinders, FaceNetworks } from './recognise.ts';
import type { Modality } from './rgbd-input.ts';

/** The network whose vectors the app stores and compares. People enrolled with another one enrol again. */
export const identityModelInService: IdentityModel = 'sface';

/** Files of the networks, in `models/`. */
export const networkFiles = {
  detector: 'face-detector-back.onnx',
  landmarks: 'face-landmarks.onnx',
  blendshapes: 'face-blendshapes.onnx',
  sface: 'sface.onnx',
  rgbd: 'rgbd-embedder.onnx',
  head: 'head-liveness.onnx',
  eyes: 'eyes-shut.onnx',
} as const;
type NetworkName = keyof typeof networkFiles;

const finderNames = ['detector', 'landmarks', 'blendshapes', 'head', 'eyes'] as const;
const partsOf = { sface: ['sface'], turned: ['sface'], rgbd: ['rgbd'], fused: ['rgbd', 'sface'] } as const satisfies Record<
  IdentityModel,
  readonly NetworkName[]
>;

/** An identity network to load. `modality` is for measuring what colour and depth give; it says nothing to a network of colour alone. */
export interface IdentityChoice {
  readonly model: IdentityModel;
  readonly modality: Modality;
}

type Refused = { readonly kind: 'refused'; readonly sentence: string };
export type FaceNetworksLoading = { readonly kind: 'loaded'; readonly networks: FaceNetworks } | Refused;
/** `identities` in the order in which they were chosen. What they share is loaded once and, face by face, run once. */
export type IdentitiesLoading =
  | { readonly kind: 'loaded'; readonly finders: FaceFinders; readonly identities: readonly IdentityNetwork[] }
  | Refused;

/** The files that a network of identity needs, besides those that find the face. */
export function filesOf(model: IdentityModel): readonly string[] {
  return [...partsOf[model].map((name) => networkFiles[name]), ...(turnsFaces(model) ? [faceShapeFile] : [])];
}

/** Whether a network looks at faces turned by the face shape. */
const turnsFaces = (model: IdentityModel): boolean => model === 'turned' || model === 'fused';

/**
 * Loads and verifies all networks of vision, `model` for identity by `loadIdentity`. The first that is missing, not in the manifest or wrong is refused
 * by name.
 */
export async function loadFaceNetworks(
  modelsDir: string,
  threads: number,
  model: IdentityModel = identityModelInService,
  loadIdentity: typeof loadNetwork = loadNetwork,
): Promise<FaceNetworksLoading> {
  const loading = await loadIdentities(modelsDir, threads, [{ model, modality: 'both' }], loadIdentity);
  if (loading.kind === 'refused') return loading;
  return { kind: 'loaded', networks: { ...loading.finders, identity: loading.identities[0] as IdentityNetwork } };
}

/** What finds faces is so small that waking a second thread takes longer than it saves. */
const isFinder = (name: NetworkName): boolean => (finderNames as readonly NetworkName[]).includes(name);

/** Loads and verifies what finds faces and several networks of identity beside each other. `threads`: of the networks of identity, which `loadIdentity` loads. */
export async function loadIdentities(
  modelsDir: string,
  threads: number,
  choices: readonly IdentityChoice[],
  loadIdentity: typeof loadNetwork = loadNetwork,
): Promise<IdentitiesLoading> {
  const reading = choices.some(({ model }) => turnsFaces(model)) ? await loadFaceShape(modelsDir) : undefined;
  if (reading?.kind === 'refused') return reading;
  const names = new Set<NetworkName>([...finderNames, ...choices.flatMap(({ model }) => partsOf[model])]);
  const loaded = new Map<NetworkName, Network>();
  for (const name of names) {
    const file = networkFiles[name];
    const loading = await (isFinder(name) ? loadNetwork(modelsDir, file, 1) : loadIdentity(modelsDir, file, threads));
    if (loading.kind === 'refused') {
      await Promise.all([...loaded.values()].map((network) => network.release()));
      return loading;
    }
    loaded.set(name, loading.network);
  }
  const network = (name: NetworkName): Network => loaded.get(name) as Network;
  return {
    kind: 'loaded',
    finders: {
      detector: network('detector'),
      landmarks: network('landmarks'),
      blendshapes: network('blendshapes'),
      head: network('head'),
      eyes: network('eyes'),
    },
    identities: identitiesOf(choices, network, reading?.shape),
  };
}

/** `shape`: there where a choice turns faces. */
function identitiesOf(
  choices: readonly IdentityChoice[],
  network: (name: NetworkName) => Network,
  shape: FaceShape | undefined,
): IdentityNetwork[] {
  const made = new Map<string, IdentityNetwork>();
  const shared = (name: string, make: () => IdentityNetwork): IdentityNetwork => {
    const known = made.get(name) ?? oncePerFace(make());
    made.set(name, known);
    return known;
  };
  const sface = (): IdentityNetwork => shared('sface', () => sfaceNetwork(network('sface')));
  const turned = (modality: Modality): IdentityNetwork =>
    shared(`turned ${modality}`, () => turnedNetwork(network('sface'), sface(), shape as FaceShape, modality));
  const rgbd = (modality: Modality): IdentityNetwork => shared(`rgbd ${modality}`, () => rgbdNetwork(network('rgbd'), modality));
  return choices.map(({ model, modality }) => {
    if (model === 'sface') return sface();
    if (model === 'turned') return turned(modality);
    return model === 'rgbd' ? rgbd(modality) : fusedNetwork(rgbd(modality), turned(modality), fusionWeight);
  });
}

/**
 * The networks that turn a face into a vector, and how many numbers a vector of each has: `sface` from colour, `turned` SFace of the face as seen and turned half way
 * to the front by its shape and depth, `rgbd` from colour and depth, `fused` these two in one vector.
 */
export const vectorLengths = { sface: 128, turned: 128, rgbd: 128, fused: 256 } as const;

export type IdentityModel = keyof typeof vectorLengths;

export const identityModels = Object.keys(vectorLengths) as readonly IdentityModel[];

export function isIdentityModel(name: string): name is IdentityModel {
  return Object.hasOwn(vectorLengths, name);
}

/** Length of a network's vectors; `undefined` for a network nobody knows, whose vectors are therefore never compared. */
export function vectorLengthOf(model: string): number | undefined {
  return isIdentityModel(model) ? vectorLengths[model] : undefined;
}

/** Whether vectors of any known network have this length. */
export function isVectorLength(length: number): boolean {
  return identityModels.some((model) => vectorLengths[model] === length);
}
